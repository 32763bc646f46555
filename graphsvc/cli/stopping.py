"""How commands end that were told to stop: Ctrl-C and SIGTERM are the same clean stop.

Whoever runs a service ends it by SIGTERM; that is no failure of it. So the commands that run until they are stopped
then end with 0, and any other with the status of what was interrupted.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class Stopped(KeyboardInterrupt):
    """SIGTERM came."""


@contextmanager
def terminable() -> Iterator[None]:
    """Raise Stopped at SIGTERM, where everything else leaves off at Ctrl-C too."""

    def stop(number: int, frame: object) -> None:
        raise Stopped

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def until_stopped() -> Iterator[None]:
    """Around what runs until it is stopped: SIGTERM is how it ends."""
    try:
        yield
    except Stopped:
        return
