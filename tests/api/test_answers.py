"""Answers of the compiled way are those of graphql-core, byte for byte; and cost a fixed number of statements."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from graphsvc.api.asking import Asked, Asking
from graphsvc.api.columns import WRITES
from graphsvc.api.execution import coerced_variables, run_compiled, run_plain
from graphsvc.api.ids import Kind
from graphsvc.api.room import Room
from graphsvc.investigating import Subjects
from graphsvc.model.callers import Caller, Role
from graphsvc.model.evaluations import KeptEvaluation, KeptFigure
from graphsvc.model.instants import iso
from graphsvc.model.questions import Criteria, QuestionKind
from graphsvc.model.references import investigation_reference
from graphsvc.model.words import EntityKind
from graphsvc.questioning import Asked as ToSave
from graphsvc.reports.values import Page
from tests.api.clients import Client, caller
from tests.store.steps import asked_of
from tests.story.feeds import ANN, DEN, DEVICE

FILES = sorted((Path(__file__).parents[2] / "schema" / "operations").glob("*.graphql"))
MADE_ANEW = {"evidence-pack", "page-pack"}
"""Answers that are another file each time: tests/api/test_packs.py."""
OPERATIONS = [
    path for path in FILES if path.stem not in MADE_ANEW and re.search(r"^query", path.read_text(), re.MULTILINE)
]
"""What may be asked twice; a mutation that may is below."""
VARIABLES: dict[str, dict[str, Any]] = {
    "number": {"number": DEN[0]},
    "entity": {"kind": "DEVICE", "value": DEVICE},
    "numbers": {"numbers": [DEN[0], ANN, "+8613000000000"]},
    "network": {},
    "canvas": {"ids": [DEN[0]]},
    "hotline": {"kind": "NUMBER", "value": DEN[0], "reference": "W-0000-0"},
    "bulletin": {"date": "2026-03-04"},
    "changes": {"since": "2026-03-06T00:00:00+08:00"},
    "people": {"numbers": [DEN[0]], "containing": ANN},
    "page-number": {"number": DEN[0]},
    "page-numbers": {"numbers": [DEN[0], ANN]},
    "page-entity-search": {"kind": "DEVICE", "value": DEVICE},
    "what-if": {"numbers": [DEN[0]], "scamType": "INVESTMENT"},
    "page-canvas": {"ids": [DEN[0]], "expanded": DEN[1:], "hops": 1, "limit": 50, "minEvents": 1, "entities": 100}
    | {"communities": True},
    "page-what-if": {"numbers": [DEN[0]], "scamType": "INVESTMENT"},
    "page-common": {"ids": DEN},
    "page-paths": {"from": DEN[0], "to": ANN, "maxHops": 4, "timeRespecting": False, "throughPublic": False},
    "connections": {"from": DEN[0], "to": ANN, "numbers": DEN},
}


def asking(room: Room, fields: frozenset[str]) -> Asking:
    somebody = Caller("test", Role.INVESTIGATOR, "", "test")
    reads: Any = type("Nobody", (), dict.fromkeys(("note", "write", "write_as"), lambda *_: None))()
    return Asking(replace(room.service, reads=reads), somebody, room.ids, fields, reads, request_id="r")


def both(room: Room, document: str, variables: dict[str, Any]) -> tuple[bytes, bytes]:
    """The answer by each way."""
    prepared = room.documents.prepared(document, None)
    context = asking(room, prepared.fields)
    context.now = room.service.time.wall()  # cursors hold it
    compiled = run_compiled(room.schema, prepared, coerced_variables(room.schema, prepared, variables), context)
    return orjson.dumps(compiled, option=WRITES), orjson.dumps(run_plain(room.schema, prepared, variables, context))


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
def test_the_operations_of_each_reader_are_answered_the_same_by_both_ways(room: Room, path: Path) -> None:
    document = path.read_text()
    variables = dict(VARIABLES.get(path.stem, {}))
    if path.stem in ("page-person", "page-timeline"):
        person = room.service.victims(Page(limit=1)).victims[0]
        variables["id"] = room.ids.of(Kind.VICTIM, person.token)
    if path.stem == "page-network-people":
        variables["network"] = room.service.networks(limit=1)[0].reference
    if path.stem in ("network", "page-network", "page-descent"):
        variables["id"] = room.service.networks(limit=1)[0].reference
    if path.stem in ("page-acquaintances", "page-token", "page-containing", "page-history", "page-sharing"):
        name = "containing" if path.stem == "page-containing" else "id"
        variables[name] = room.ids.of(Kind.NUMBER, room.service.number(DEN[0], reveal=None).token)
    if path.stem == "page-token-end":
        variables["end"] = room.service.number(DEN[0], reveal=None).token[-8:]
    if path.stem in ("page-belonging", "page-entity"):
        device = room.service.entity(EntityKind.DEVICE, DEVICE, reveal=None)
        variables["id"] = room.ids.of(Kind.ENTITY, device.token)
    if path.stem in ("investigation", "page-investigation"):
        made = room.service.investigating.open("a den", "", errand=room.service.errand)
        variables["id"] = investigation_reference(made.investigation_id)
    if path.stem in ("page-question", "page-questions", "page-news"):
        asked = ToSave("near", QuestionKind.CONTACTS, Criteria(), [room.service.number(DEN[0], reveal=None).token])
        kept = room.service.questioning.save(asked, room.service.current(), within="", errand=room.service.errand)
        variables["id"] = room.ids.of(Kind.QUESTION, kept.question_id)
    if path.stem == "page-evaluations":
        figures = (KeptFigure("burden", 1.5, 1.0, None, 7),)
        room.service.measuring.keep_evaluation(KeptEvaluation("a", 1, "worth", None, 2, 3, 2, figures))
    if path.stem == "page-containing":
        made = room.service.investigating.open("a den", "", errand=room.service.errand)
        token = room.service.number(DEN[0], reveal=None).token
        room.service.investigating.add(made.investigation_id, Subjects([token]), within="", errand=room.service.errand)
    compiled, plain = both(room, document, variables)
    assert compiled == plain
    assert b'"errors"' not in compiled
    assert len(compiled) > 50


def test_a_mutation_is_answered_the_same_by_both_ways(room: Room) -> None:
    """A claim under one key is the same claim, however it is run; one that is refused leaves no data in either."""
    claim = next(path for path in FILES if path.stem == "dispatcher-claim").read_text()
    asked = {"channel": "SMS", "limit": 3, "leaseSeconds": 600, "worker": "w", "idempotencyKey": "both ways"}
    compiled, plain = both(room, claim, asked)
    assert compiled == plain
    assert orjson.loads(compiled)["data"]["claimWarnings"], "the world must have warnings, else this shows nothing"
    refused = """mutation { a: __typename first: releaseLeases(leaseTokens: ["x"]) { accepted refused { reason } }
      claimWarnings(channel: SMS, limit: 0, leaseSeconds: 1, worker: "w", idempotencyKey: "k") { id }
      never: releaseLeases(leaseTokens: ["y"]) { accepted } }"""
    compiled, plain = both(room, refused, {})
    assert compiled == plain
    found = orjson.loads(compiled)
    assert (found["data"], [error["path"] for error in found["errors"]]) == (None, [["claimWarnings"]])


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        ("{ a: __typename service { __typename v: version } }", {}),
        # names that mean something to Python, and to the functions that answers are written by
        (
            """{ None: victims(first: 3) { it: edges { class: node { def: id __class__: rank missing: __typename
              v0: evidence { lambda: rule whole: text(language: EN) each: path { exec: id } } } } } }""",
            {},
        ),
        ("query($x: Boolean!) { service { version @include(if: $x) serviceTime @skip(if: $x) } }", {"x": True}),
        (
            "query($x: Boolean!) { service { version @include(if: $x) } service @skip(if: $x) { version } }",
            {"x": False},
        ),
        (
            "query($l: Language!) { victims(first: 3) { edges { node { evidence { text(language: $l) } } } } }",
            {"l": "EN"},
        ),
        (
            "{ victims(first: 1) { edges { ...E } edges { cursor node { rank } } } }"
            " fragment E on VictimEdge { node { id } }",
            {},
        ),
        ("{ ... on Query { service { ... { version } ... on ServiceInfo { version languages } } } }", {}),
        ('{ a: number(number: "95588") { kind } b: number(number: "+8613000000000") { kind } }', {}),
        ('{ number(number: "x") { kind } victims(first: 0) { analysisId } service { version } }', {}),
        ('{ node(id: "x") { id } n: node(id: "y") { ... on Victim { rank } } }', {}),
        (
            "query($n: [String!]! = []) { numbers(numbers: $n) { id } networks(scamType: LOAN) { edges { cursor } } }",
            {},
        ),
        ("{ networks { edges { node { members(first: 2) { number } all: members { id } roles { role } } } } }", {}),
        ("query($f: Int) { networks { edges { node { members(first: $f) { number } } } } }", {"f": 1}),
    ],
)
def test_whatever_a_document_does_both_ways_agree(room: Room, document: str, variables: dict[str, Any]) -> None:
    compiled, plain = both(room, document, variables)
    assert orjson.loads(compiled) == orjson.loads(plain)
    if b'"errors"' not in plain:
        assert compiled == plain


def test_a_plan_depends_on_the_variables_that_shape_it(investigator: Client) -> None:
    document = """query($l: Language!, $x: Boolean!) { service { languages @include(if: $x) }
      victims(first: 1) { edges { node { evidence { text(language: $l) } } } } }"""
    answers = [investigator.data(document, {"l": lang, "x": x}) for lang in ("ZH", "EN", "ZH") for x in (True, False)]
    assert answers[0] == answers[4] != answers[2]
    assert "languages" in answers[0]["service"]
    assert "languages" not in answers[1]["service"]


@contextmanager
def counted(room: Room) -> Iterator[list[str]]:
    """The statements that the catalogue is asked meanwhile, and how each transaction begins."""
    with asked_of(room.service.catalogue._engine) as asked:
        yield asked


def statements(client: Client, document: str, variables: dict[str, Any] | None = None) -> int:
    """How many statements a request takes, once its caches are warm."""
    client.data(document, variables)
    with counted(client.room) as asked:
        client.data(document, variables)
    return len([one for one in asked if not one.startswith("BEGIN")])


WHOLE_VICTIM = """edges { node { id exposure { events } evidence { text path { id } } network { size members { number }
  linked { reference } roles { count } entities { token } } } }"""


def test_a_longer_page_asks_no_more_statements(investigator: Client) -> None:
    victims = f"query($first: Int!) {{ victims(first: $first) {{ {WHOLE_VICTIM} }} }}"
    one, many = (statements(investigator, victims, {"first": first}) for first in (2, 40))
    assert many <= one
    assert many <= 25
    networks = (
        """query($first: Int!) { networks(first: $first) { edges { node { timeline { date } members { id } } } } }"""
    )
    assert statements(investigator, networks, {"first": 40}) <= statements(investigator, networks, {"first": 1})
    changed = f"""query($first: Int!, $since: DateTime!) {{
      victims(first: $first, changedSince: $since) {{ {WHOLE_VICTIM} }} }}"""
    since = iso(investigator.room.service.current().as_of)
    one, many = (statements(investigator, changed, {"first": n, "since": since}) for n in (2, 40))
    assert many <= one
    numbers = """query($n: [String!]!) { numbers(numbers: $n) { class flags { id } shared { kind }
      evidence { text } network { size } victim { rank } } }"""
    asked = [DEN[0], *(f"+86136{place}{k:07d}" for place in (0, 1) for k in range(40))]
    few, all_of_them = (statements(investigator, numbers, {"n": asked[:count]}) for count in (2, 81))
    assert all_of_them <= few


def test_raw_numbers_reach_neither_answer_nor_log(
    room: Room, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a wrong variable, as a literal of a wrong type, as an unknown name, in an exception of a resolver."""
    canary = "13987654321"
    client = caller(room, "investigator")
    texts = [
        client.post("query($first: Int) { victims(first: $first) { analysisId } }", {"first": canary}).text,
        client.post(f'{{ victims(first: "{canary}") {{ analysisId }} }}').text,
        client.post(f"{{ victims(first: {canary}) {{ analysisId }} }}").text,
        client.post(f'{{ victims(grade: "{canary}") {{ analysisId }} }}').text,
        client.post(f"{{ a{canary} }}").text,
        client.post(f"query Q{canary} {{ __typename }}", operationName=f"X{canary}").text,
        client.post("query($n: String) { number(number: $n) { id } }", {"n": f"+86{canary}"}).text,
        client.post("query($n: String) { number(number: $n) { id } }", {"n": f"{canary}x{canary}"}).text,
        client.post("query($n: ID) { number(id: $n) { id } }", {"n": canary}).text,
        client.post("query($n: DateTime) { victims(asOf: $n) { analysisId } }", {"n": canary}).text,
        client.post("query($n: String) { victims(region: $n) { analysisId } }", {"n": canary}).text,
        client.post("query($n: String!) { entity(kind: DEVICE, value: $n) { id } }", {"n": canary}).text,
        client.send(
            "POST", "/graphql", content=f'{{"query": {canary}}}', headers={"content-type": "application/json"}
        ).text,
        client.send("GET", f"/{canary}").text,
    ]

    def fail(*_: object, **__: object) -> None:
        raise ValueError(f"cannot parse +86{canary}")

    monkeypatch.setattr(type(room.service), "networks", fail)
    monkeypatch.setattr(type(room.service.listing), "networks", fail)
    broken = client.post("{ networks { edges { cursor } } }")
    assert broken.json()["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    logged = [caplog.handler.format(record) for record in caplog.records if record.name != "httpx"]  # the test's client
    texts += [broken.text, *logged]
    assert any("unexpected_error" in line for line in logged)
    assert [text for text in texts if canary in text or canary[:8] in text] == []


def test_counts_that_32_bits_do_not_hold_are_told_whole(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    many = 2**40 + 1
    plain = type(room.service.listing).exposures

    def longer(self: Any, *asked: Any) -> Any:
        return {token: {**figures, "talk_s": many} for token, figures in plain(self, *asked).items()}

    monkeypatch.setattr(type(room.service.listing), "exposures", longer)
    document = "{ victims(first: 1) { edges { node { exposure { talkSeconds } } } } }"
    compiled, slow = both(room, document, {})
    assert compiled == slow
    assert f'"talkSeconds":{many}'.encode() in compiled


def test_errors_below_a_field_that_may_be_null_leave_the_rest(investigator: Client) -> None:
    answer = investigator.post('{ number(number: "+8613000000000") { id } service { version } }')
    assert answer.status_code == 200
    body = answer.json()
    assert body["data"]["number"] is None
    assert body["data"]["service"]["version"]
    assert body["errors"][0]["path"] == ["number"]
    refused = investigator.post("{ victims(first: 0) { analysisId } service { version } }")
    assert refused.status_code == 500 or refused.json()["data"] is None


def test_trusted_documents_alone_are_answered_where_that_is_set(room: Room) -> None:
    from graphsvc.api.trusted import Trusted, document_id

    room.trusted = Trusted.load()
    client = caller(room, "analyst")
    document = next(path for path in OPERATIONS if path.stem == "service").read_text()
    assert client.post(document).status_code == 200
    known = client.send("POST", "/graphql", json={"documentId": document_id(document)})
    assert known.json()["data"]["service"]["version"]
    for body in ({"query": "{ __typename }"}, {"documentId": "sha256:00"}, {"query": document + " "}):
        answer = client.send("POST", "/graphql", json=body)
        assert answer.json()["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"


def test_what_is_asked_is_kept_in_a_bounded_memory(room: Room) -> None:
    from graphsvc.api.documents import KEPT

    for k in range(KEPT + 20):
        room.documents.prepared(f"{{ __typename }} # {k}", None)
    assert len(room.documents._kept._held) == KEPT
    assert Asked("{ __typename }", None, None, {}).query
