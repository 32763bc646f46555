"""The one door of the command line: every error becomes a message on stderr and an exit status.

Nothing that looks like a telephone number leaves through here, whatever a library put into its message.
"""

import os
import re
import sys
import traceback
from collections.abc import Sequence

import click
import orjson

from graphsvc.cli.commands import graphsvc
from graphsvc.cli.stopping import terminable
from graphsvc.errors import GraphsvcError, StorageFailed
from graphsvc.model.numbers import redact

INTERRUPTED = 130
_DIGITS = re.compile(r"\+?\d(?:[\s-]?\d){6,}")


def run(arguments: Sequence[str]) -> int:
    """Run one command; the exit status is the contract's: 0, 1, 2, 3 or 130."""
    try:
        with terminable():
            # Without its own way out, click hands back the status of a command that left by `ctx.exit`.
            status = graphsvc.main(args=list(arguments), prog_name="graphsvc", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _refuse(arguments, "INTERRUPTED", "interrupted; what was committed stays", INTERRUPTED)
    except click.ClickException as wrong:
        return _usage(arguments, wrong)
    except GraphsvcError as failed:
        return _refuse(arguments, failed.code, redact_said(str(failed), arguments), failed.exit_status)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does; Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as failed:
        storage = StorageFailed(f"{failed.strerror or 'the operating system refused'}: {_place(failed)}")
        return _refuse(arguments, storage.code, redact(str(storage)), storage.exit_status)
    except Exception as unexpected:
        return _unexpected(arguments, unexpected)
    return status if isinstance(status, int) else 0


def redact_said(text: str, arguments: Sequence[str]) -> str:
    """The text without the numbers that the caller typed; figures of our own, such as dates and examples, stay."""
    typed = {_only_digits(run) for argument in arguments for run in _DIGITS.findall(argument)}
    return _DIGITS.sub(lambda run: "…" if _only_digits(run[0]) in typed else run[0], text)


def _usage(arguments: Sequence[str], wrong: click.ClickException) -> int:
    hint = ""
    if isinstance(wrong, click.UsageError) and wrong.ctx is not None:
        hint = f"\nTry: {wrong.ctx.command_path} --help"
        if isinstance(wrong, click.NoSuchOption) and wrong.option_name == "--home":
            hint = "\n--home goes before the command: graphsvc --home DIR COMMAND"
    return _refuse(arguments, "BAD_USAGE", redact(wrong.format_message()) + hint, 2)


def _unexpected(arguments: Sequence[str], unexpected: Exception) -> int:
    if os.environ.get("GRAPHSVC_DEBUG"):
        traceback.print_exception(unexpected)
    frames = traceback.extract_tb(unexpected.__traceback__)
    place = f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "unknown place"
    message = f"unexpected {type(unexpected).__name__} at {place}; GRAPHSVC_DEBUG=1 shows where it came from"
    return _refuse(arguments, "INTERNAL", message, 1)


def _refuse(arguments: Sequence[str], code: str, message: str, status: int) -> int:
    if "--json" in arguments:
        sys.stdout.buffer.write(orjson.dumps({"error": {"code": code, "message": message}}) + b"\n")
        sys.stdout.flush()
    print(f"graphsvc: {message}", file=sys.stderr)  # noqa: T201
    return status


def _only_digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _place(failed: OSError) -> str:
    return os.path.basename(str(failed.filename)) if failed.filename else "the data folder"
