"""Compiles the kernels: `python -m tests.kernels.compiled`, before the tests of a fresh checkout.

Else whichever test needs one first waits for the compiler while its own time runs, in each worker anew. On a machine
that is busy enough that time is up in the middle of compiling; numba is of no use to that process then, and hundreds
of tests after it fail.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from graphsvc.reports.canvas import placed
from graphsvc.reports.walks import Around
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.kernels.work import pieces
from tests.story.feeds import DEN, write_growth, write_world


def main() -> None:
    """Load and analyse twice, draw a canvas, and do each piece of work."""
    with TemporaryDirectory() as place, open_service(Settings(home=Path(place) / "home")) as service:
        service.load([write_world(Path(place) / "feeds")], kind=None, feed_id="default")
        service.analyse(as_of=None)
        service.load([write_growth(Path(place))], kind=None, feed_id="more")
        service.analyse(as_of=None)  # extends the snapshot of the first
        placed(service.exploring.neighbourhood([DEN[0]], Around(hops=2)))
    for work in pieces().values():
        work()


if __name__ == "__main__":
    main()
