"""How far a fraud has gone, at each border."""

import pytest

from tests.ranking.people import AS_OF, HOUR, Row, exposure, one


@pytest.mark.parametrize(
    ("changes", "stage"),
    [
        ({"longest_call_s": 29}, "contacted"),
        ({"longest_call_s": 30}, "listening"),
        ({"longest_call_s": 179}, "listening"),
        ({"longest_call_s": 180}, "engaged"),
        ({"longest_call_s": 5, "call_backs": 1, "events": 2}, "engaged"),
        ({"longest_call_s": 600, "talk_s": 1199}, "engaged"),
        ({"longest_call_s": 600, "talk_s": 1200}, "committed"),
        ({"longest_call_s": 60, "verifications": 1}, "listening"),
        ({"longest_call_s": 60, "verifications": 1, "events": 2}, "committed"),
        ({"longest_call_s": 5, "verifications": 1, "events": 2}, "contacted"),
        ({"lost_at": AS_OF - HOUR}, "lost"),
        ({"lost_at": AS_OF - HOUR - 1}, "contacted"),
    ],
)
def test_each_stage_begins_where_the_definitions_say(changes: Row, stage: str) -> None:
    assert one(exposure(1, **changes))["stage"] == stage
