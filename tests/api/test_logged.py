"""What an operator is troubled with: a fault of ours is an error in the log, another process at work is not."""

import logging

import pytest

from graphsvc.api.refusals import explained
from graphsvc.errors import FolderHeld, GraphsvcError, StorageFailed


@pytest.mark.parametrize(
    ("error", "level"), [(FolderHeld("/data: process 7 writes"), "WARNING"), (StorageFailed("/data: full"), "ERROR")]
)
def test_a_folder_that_another_process_holds_is_no_error(
    error: GraphsvcError, level: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "graphsvc.api"):
        refusal = explained(error, "sync")
    assert refusal.code == error.code
    assert "/data" not in refusal.message
    assert [(one.levelname, one.message) for one in caplog.records] == [
        (level, f"storage_refused code={error.code} request=sync")
    ]
