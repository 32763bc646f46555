"""The summary of a number counts what a plain walk through its events counts."""

from hypothesis import given, settings
from hypothesis import strategies as st

from graphsvc.graph.answers import summary_of
from graphsvc.graph.values import Traffic
from tests.graph.temporal import NUMBERS, rows
from tests.sketch import MINUTE, START, Row, draw, snapshot_of


def traffic(events: list[Row], other_end: int) -> Traffic:
    calls = [row for row in events if row[4] == "call"]
    return Traffic(
        contacts=len({row[other_end] for row in events}),
        events=len(events),
        calls=len(calls),
        messages=len(events) - len(calls),
        answered=sum((row[3] or 0) > 0 for row in calls),
        talk_s=sum(row[3] or 0 for row in calls),
    )


@given(rows, st.integers(0, NUMBERS), st.integers(0, 6))
@settings(deadline=None)
def test_a_summary_agrees_with_a_plain_count(events: list[Row], number: int, limit: int) -> None:
    sent = [row for row in events if row[0] == number != row[1]]
    received = [row for row in events if row[1] == number != row[0]]
    others = {row[1] for row in sent} | {row[0] for row in received}
    summary = summary_of(snapshot_of(events), number, limit=limit)
    assert (summary.sent, summary.received) == (traffic(sent, 1), traffic(received, 0))
    assert summary.self_events == sum(row[0] == row[1] == number for row in events)
    assert summary.acquaintances == len(others)
    assert summary.first_at == min((row[2] for row in sent + received), default=None)
    assert summary.last_at == max((row[2] for row in sent + received), default=None)
    busiest = sorted((-sum(other in row[:2] for row in sent + received), other) for other in others)
    assert [each.number for each in summary.top] == [other for _, other in busiest][:limit]
    met = {other: max(row[2] for row in sent + received if other in row[:2]) for other in others}
    assert [each.number for each in summary.latest] == sorted(others, key=lambda one: (-met[one], one))[:limit]
    for each in (*summary.top, *summary.latest):
        to = [row for row in sent if row[1] == each.number]
        back = [row for row in received if row[0] == each.number]
        assert (each.sent, each.received) == (traffic(to, 1), traffic(back, 0))
        assert (each.first_at, each.last_at) == (min(r[2] for r in to + back), max(r[2] for r in to + back))


def test_calls_and_messages_both_ways() -> None:
    sketch = draw("ann -2> bob\nbob ~> ann\ncyd -> ann", call_seconds=60)
    summary = summary_of(sketch.snapshot, sketch.ids["ann"])
    assert summary.sent == Traffic(contacts=1, events=2, calls=2, messages=0, answered=2, talk_s=120)
    assert summary.received == Traffic(contacts=2, events=2, calls=1, messages=1, answered=1, talk_s=60)
    assert (summary.first_at, summary.last_at) == (START, START + 3 * MINUTE)
    assert sketch.names(each.number for each in summary.top) == ["bob", "cyd"]
