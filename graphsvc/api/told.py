"""One line of the log for each operation: who by the token's id, which verbs, how long, what came of it. No number.

Its span is told the verbs and what came of them.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from graphsvc.api.refusals import Refusal
from graphsvc.errors import GraphsvcError
from graphsvc.tracing import note

log: Final = logging.getLogger("graphsvc.verbs")
_ROOTS: Final = ("Query.", "Mutation.")


@dataclass
class Told:
    """What is known of one operation so far."""

    request_id: str
    caller: str = "stranger"
    verbs: tuple[str, ...] = ()
    outcome: str = "OK"
    """OK, the code of what was refused whole, or of the first field that failed."""
    began: float = field(default_factory=time.monotonic)

    def ask(self, caller: str) -> None:
        """Somebody was recognised."""
        self.caller = caller

    def about(self, fields: frozenset[str]) -> None:
        """Which verbs an operation has: names of our schema, nothing that was sent."""
        self.verbs = tuple(sorted(name.partition(".")[2] for name in fields if name.startswith(_ROOTS)))

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Say it when the block ends, however it ends."""
        try:
            yield
        except (Refusal, GraphsvcError) as refused:
            self.outcome = refused.code
            raise
        except Exception:
            self.outcome = "INTERNAL_SERVER_ERROR"
            raise
        except BaseException:
            self.outcome = "GIVEN_UP"
            raise
        finally:
            note(outcome=self.outcome, verbs=", ".join(self.verbs[:20]))
            said = {"caller": self.caller, "verbs": list(self.verbs), "outcome": self.outcome}
            spent = round(1000 * (time.monotonic() - self.began), 1)
            log.info("verb_answered", extra={"said": {**said, "ms": spent, "request": self.request_id}})
