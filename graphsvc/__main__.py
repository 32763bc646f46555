"""`python -m graphsvc` and the command `graphsvc`."""

import sys

from graphsvc.garbage import collect_seldom


def main() -> None:
    """Run the command line and leave with its exit status."""
    collect_seldom()
    try:
        from graphsvc.cli.door import run

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:  # while the program was still starting, or already leaving
        sys.exit(130)


if __name__ == "__main__":
    main()
