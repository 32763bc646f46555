"""One state of a database for what a thread reads until it writes: few transactions, and no answer half from before."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from threading import local

import sqlalchemy as sa

Begins = Callable[[], AbstractContextManager[sa.Connection]]


class OneState(local):
    """The transaction that a thread reads in, where it asked for one; each thread has its own."""

    def __init__(self, begins: Begins) -> None:
        """`begins` begins a transaction that reads; that is done when something is read, and not before."""
        self._begins = begins
        self._wanted = False
        self._connection: sa.Connection | None = None
        self._ends = ExitStack()
        self._readers = 0
        self._left = False

    @contextmanager
    def wanted(self) -> Iterator[None]:
        """Until the end of the block what this thread reads is of one state; within another such block, of that one."""
        if self._wanted:
            yield
            return
        self._wanted = True
        try:
            yield
        finally:
            self._wanted = False
            self.leave()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """The transaction of this thread; one that ends with the block, where none was asked for."""
        if not self._wanted or self._left:
            with self._begins() as connection:
                yield connection
            return
        if self._connection is None:
            self._connection = self._ends.enter_context(self._begins())
        self._readers += 1
        failed: sa.exc.SQLAlchemyError | None = None
        try:
            yield self._connection
        except sa.exc.SQLAlchemyError as error:  # a database may answer nothing more in this transaction
            failed, self._left = error, True
            raise
        finally:
            self._readers -= 1
            if self._left and not self._readers:
                self._end(failed)

    def leave(self) -> None:
        """What is read from here on is of a newer state."""
        if self._readers:  # somebody reads on in it
            self._left = True
        else:
            self._end(None)

    def _end(self, failed: BaseException | None) -> None:
        """End the transaction; raises what a failure in it is explained as."""
        self._connection, self._left = None, False
        ends = self._ends.pop_all()
        if failed is None:
            ends.close()
        else:
            ends.__exit__(type(failed), failed, failed.__traceback__)
