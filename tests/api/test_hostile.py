"""Hostile documents and requests: the probes of graphql-cop, bombs and floods; refused with a code, at little cost.

Cost is counted in looked-at nodes, calls of functions, and ratios of processor time, never as time on the wall.
"""

import sys
import time
from collections import Counter
from contextlib import suppress
from typing import Any

import orjson
import pytest
from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode, parse
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.bombs import BOMBS, JUST_WITHIN, SAME_NAMES, nested_fragments
from graphsvc.api import gate
from graphsvc.api.documents import Documents
from graphsvc.api.gate import MOST, Size, parsed
from graphsvc.api.operations import schema_folder
from graphsvc.api.refusals import Refusal
from graphsvc.api.room import Room
from graphsvc.api.schema.whole import schema
from tests.api.clients import Client, caller

MEASURES = ("depth", "fields", "aliases", "directives")


def work(documents: Documents, document: str) -> tuple[int, str]:
    """Calls of functions until a document is prepared or refused, and which: the same on every machine."""
    count, said = 0, "prepared"

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(counted)
    try:
        documents.prepared(document, None)
    except Refusal as refusal:
        said = refusal.code
    finally:
        sys.setprofile(None)
    return count, said


@pytest.fixture(scope="module")
def honest_work() -> int:
    """What the largest operation of `schema/operations` takes."""
    files = schema_folder().glob("operations/*.graphql")
    return max(work(Documents(schema()._schema), file.read_text())[0] for file in files)


@pytest.mark.parametrize("name", list(BOMBS))
def test_no_document_costs_much_more_than_an_honest_one(name: str, honest_work: int) -> None:
    """The largest honest operation takes about 5 ms of CPU (`python -m bench.hostile`): ten of it are 50 ms."""
    documents = Documents(schema()._schema)
    spent, said = work(documents, BOMBS[name])
    assert spent < 6 * honest_work, f"{said} after {spent / honest_work:.1f} times the work of an honest operation"


def test_same_names_in_one_place_never_reach_validation() -> None:
    for name, document in SAME_NAMES.items():
        with pytest.raises(Refusal) as refused:
            parsed(document)
        assert refused.value.code == "DOCUMENT_TOO_COMPLEX", name
    for name, document in JUST_WITHIN.items():
        assert parsed(document), f"{name} is for the walls behind the gate"


def pairs(document: str) -> int:
    """Pairs of fields of one name in one place, found by really putting together what answers in one place."""
    tree = parse(document)
    known = {n.name.value: n for n in tree.definitions if isinstance(n, FragmentDefinitionNode)}

    def paths(selections: Any, at: tuple[str, ...]) -> list[tuple[str, ...]]:
        found: list[tuple[str, ...]] = []
        for node in selections.selections:
            if isinstance(node, FieldNode):
                here = (*at, (node.alias or node.name).value)
                found += [here, *(paths(node.selection_set, here) if node.selection_set else [])]
            elif isinstance(node, FragmentSpreadNode):
                found += paths(known[node.name.value].selection_set, at)
            elif isinstance(node, InlineFragmentNode):
                found += paths(node.selection_set, at)
        return found

    total = 0
    for node in tree.definitions:
        counts = Counter(paths(node.selection_set, ()))  # type: ignore[attr-defined]
        total += sum(count * (count - 1) // 2 for count in counts.values())
    return total


HARMLESS = {
    "comments",
    "commas",
    "a long string",
    "block strings",
    "14 times one name",
    "900 literals",
    "many fields, each once",
}
"""What is answered: it costs no more than it says."""


@pytest.mark.parametrize("name", list(BOMBS))
def test_a_hostile_document_is_refused_and_told_little(investigator: Client, name: str) -> None:
    assert len(orjson.dumps(BOMBS[name])) < 16_000, "the body limit would refuse it before the gate"
    answer = investigator.post(BOMBS[name])
    body = answer.json()
    assert not body.get("data") or name in HARMLESS, body
    if "errors" in body:
        assert {error["extensions"]["code"] for error in body["errors"]} <= {
            "BAD_REQUEST" if name == "nulls" else "BAD_USER_INPUT",
            "BAD_USER_INPUT",
            "DOCUMENT_TOO_COMPLEX",
            "FORBIDDEN",
            "GRAPHQL_PARSE_FAILED",
            "GRAPHQL_VALIDATION_FAILED",
            "INVALID_NUMBER",
            "NOT_FOUND",
        }
        assert "Did you mean" not in answer.text
        assert "aaaaaaaaaaaa" not in answer.text
    assert answer.status_code < 500


@pytest.mark.parametrize("name", list(BOMBS))
def test_the_gate_looks_at_each_node_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0
    plain = Size.beside

    def counted(self: Size, other: Size) -> Size:
        nonlocal looked
        looked += 1
        return plain(self, other)

    monkeypatch.setattr(Size, "beside", counted)
    with suppress(Refusal):  # some bombs are for later walls
        parsed(BOMBS[name])
    assert looked <= 3 * gate.TOKENS_MAX


def test_the_worst_fragments_cost_no_more_than_plain_ones() -> None:
    def cpu(document: str) -> float:
        began = time.process_time()
        for _ in range(5):
            with pytest.raises(Refusal):
                parsed(document)
        return time.process_time() - began

    plain = "{ " + "__typename " * (len(nested_fragments(18)) // 11) + " }" + "#" * 200 + "\n" + "{ a { b } }" * 60
    assert cpu(nested_fragments(18)) < 20 * cpu(plain)


def expanded(document: str) -> Size:
    """What an operation expands to, by really expanding it: slow and obvious."""
    return _expanded(document)[0]


def expanded_fragments(document: str) -> list[Size]:
    """What each fragment expands to."""
    return _expanded(document)[1:]


def _expanded(document: str) -> list[Size]:
    tree = parse(document)
    fragments = {n.name.value: n for n in tree.definitions if isinstance(n, FragmentDefinitionNode)}

    def walk(selections: Any) -> tuple[int, int, int, int]:
        depth = fields = aliases = directives = 0
        for node in selections.selections:
            directives += len(node.directives or ())
            below = (0, 0, 0, 0)
            if isinstance(node, FieldNode):
                below = walk(node.selection_set) if node.selection_set else below
                below = (below[0] + 1, below[1] + 1, below[2] + (node.alias is not None), below[3])
            elif isinstance(node, InlineFragmentNode):
                below = walk(node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                below = walk(fragments[node.name.value].selection_set)
            depth = max(depth, below[0])
            fields, aliases, directives = fields + below[1], aliases + below[2], directives + below[3]
        return depth, fields, aliases, directives

    return [Size(*walk(node.selection_set)) for node in tree.definitions if hasattr(node, "selection_set")]


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Small documents with fields, aliases, directives and fragments that spread later ones."""
    count = draw(st.integers(0, 4))

    def selections(level: int, later: int) -> str:
        parts = []
        for _ in range(draw(st.integers(1, 3))):
            kind = draw(st.sampled_from(["field", "alias", "directive", "inline", "spread", "deep"]))
            if kind == "spread" and later < count:
                parts.append(f"...F{draw(st.integers(later, count - 1))}")
            elif kind == "inline" and level < 3:
                parts.append(f"... @a {{ {selections(level + 1, later)} }}")
            elif kind == "deep" and level < 3:
                parts.append(f"x {{ {selections(level + 1, later)} }}")
            else:
                parts.append({"alias": "a: b", "directive": "c @d"}.get(kind, "e"))
        return " ".join(parts)

    body = "{ " + selections(0, 0) + " }"
    return " ".join([body, *(f"fragment F{k} on T {{ {selections(1, k + 1)} }}" for k in range(count))])


@settings(max_examples=200, deadline=None)
@given(documents())
def test_the_gate_counts_as_expansion_does(document: str) -> None:
    truth = expanded(document)
    whole = [truth, *expanded_fragments(document)]
    too_much = any(getattr(one, what) > getattr(MOST, what) for one in whole for what in MEASURES)
    if too_much or pairs(document) > gate.PAIRS_MAX:
        with pytest.raises(Refusal):
            parsed(document)
        return
    tree = parsed(document)
    fragments = {n.name.value: n for n in tree.definitions[1:]}  # type: ignore[attr-defined]
    walk = gate._Walk(fragments, {})  # type: ignore[arg-type]
    assert walk.size_of(tree.definitions[0].selection_set) == truth  # type: ignore[attr-defined]


@settings(max_examples=200, deadline=None)
@given(documents())
def test_pairs_are_counted_as_they_are_compared(document: str) -> None:
    tree = parse(document)
    found = {n.name.value: n for n in tree.definitions if isinstance(n, FragmentDefinitionNode)}
    counting = gate._Pairs(found)
    if pairs(document) > gate.PAIRS_MAX:
        with pytest.raises(Refusal):
            parsed(document)
        return
    for node in tree.definitions:
        counting.count_in([node.selection_set])  # type: ignore[attr-defined]
    assert counting.found == pairs(document)


def test_an_unknown_field_is_answered_without_suggestions(investigator: Client) -> None:
    text = investigator.post("{ victim { id } }").text
    assert "GRAPHQL_VALIDATION_FAILED" in text
    assert "victims" not in text


def test_batches_forms_and_multipart_are_not_answered(investigator: Client) -> None:
    one = {"query": "{ __typename }"}
    batch = investigator.send("POST", "/graphql", json=[one] * 10)
    assert (batch.status_code, batch.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")
    for options in (
        {"data": one},
        {"files": {"operations": "{}"}},
        {"content": "{ __typename }", "headers": {"content-type": "application/graphql"}},
        {"content": '{"query":"{__typename}"}', "headers": {"content-type": "text/plain"}},
        {"content": '{"query":"{__typename}"}', "headers": {"content-type": "application/json; charset=gb2312"}},
        {"content": '{"query":"{__typename}"}'},
    ):
        assert investigator.send("POST", "/graphql", **options).status_code == 415


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_only_post_is_answered(investigator: Client, method: str) -> None:
    for query in ("{__typename}", "mutation{__typename}"):
        answer = investigator.send(method, f"/graphql?query={query}", headers={"accept": "text/html"})
        assert answer.status_code == 405
        assert answer.headers["allow"] == "POST"
        assert "<" not in answer.text


def test_no_page_with_an_editor_is_served(investigator: Client) -> None:
    for path in ("/graphql", "/graphiql", "/playground", "/altair", "/console"):
        answer = investigator.send("GET", path, headers={"accept": "text/html"})
        assert answer.status_code in (404, 405)
        assert "html" not in answer.headers.get("content-type", "")


def test_answers_trace_nothing(investigator: Client) -> None:
    assert set(investigator.post("{ __typename }").json()) == {"data"}
    errors = investigator.post('{ number(number: "+8613000000000") { id } }').json()["errors"]
    assert set(errors[0]) == {"message", "locations", "path", "extensions"}
    assert set(errors[0]["extensions"]) == {"code"}


@pytest.mark.parametrize("role", ["dispatcher", "hotline", "feeder"])
def test_introspection_is_not_for_every_role(room: Room, role: str) -> None:
    assert caller(room, role).code("{ __schema { types { name } } }") == "FORBIDDEN"
    assert Client(room).code("{ __schema { types { name } } }") == "UNAUTHENTICATED"


def test_a_large_body_is_refused_before_it_is_read_as_json(investigator: Client) -> None:
    for size in (16 * 1024 + 1, 1 << 20):
        answer = investigator.send(
            "POST", "/graphql", content=b"[" * size, headers={"content-type": "application/json"}
        )
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (413, "BODY_TOO_LARGE")


def test_huge_variables_are_refused(investigator: Client) -> None:
    query = "query($n: [String!]!) { numbers(numbers: $n) { class } }"
    assert investigator.code(query, {"n": ["1" * 100] * 1000}) == "BODY_TOO_LARGE"
    nested: object = 1
    for _ in range(500):
        nested = [nested]
    assert investigator.code(query, {"n": nested}) == "BAD_USER_INPUT"
    many = {f"unused{k}": k for k in range(500)}
    assert investigator.data("{ __typename }", many) == {"__typename": "Query"}


def test_a_chunked_body_without_an_end_is_cut_off(room: Room) -> None:
    import asyncio

    from graphsvc.api.app import make_app
    from graphsvc.api.room import Limits

    room.limits = Limits(body_seconds=0.05)
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "http_version": "1.1",
        "scheme": "http",
        "server": ("x", 80),
        "client": ("x", 1),
    }
    asyncio.run(make_app(room)(scope, receive, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == 408


def test_a_token_has_a_budget(room: Room) -> None:
    from graphsvc.api.cost import Budgets

    now = [0.0]
    room.budgets = Budgets(per_second=10, most=70, clock=lambda: now[0])
    client, other = caller(room, "analyst"), caller(room, "analyst")
    document = "{ victims(first: 20) { edges { node { id } } } }"

    def spend(who: Client) -> int:
        return who.post(document).status_code

    assert [spend(client) for _ in range(2)] == [200, 429]
    answer = client.post(document)
    assert 1 <= int(answer.headers["retry-after"]) <= 10
    assert spend(other) == 200
    now[0] += int(answer.headers["retry-after"])
    assert spend(client) == 200


def test_an_answer_that_takes_too_long_is_given_up(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import Event

    from graphsvc.api.room import Limits

    stop = Event()
    monkeypatch.setattr(type(room.service), "current", lambda self: stop.wait(60))
    room.limits = Limits(answer_seconds=0.05)
    answer = caller(room, "analyst").post("{ victims { analysisId } }")
    stop.set()
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (503, "OPERATION_TIMEOUT")
