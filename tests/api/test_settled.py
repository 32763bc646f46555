"""What is remembered of answers never outlives what it rests on: a release, an analysis, a warning's state."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import GraphQLObjectType

from graphsvc.api import settled
from graphsvc.api.app import make_room
from graphsvc.api.columns import WRITES
from graphsvc.api.execution import coerced_variables, run_compiled, run_plain
from graphsvc.api.room import Room
from graphsvc.model.purposes import errand
from graphsvc.model.words import FlagSource, ScamType
from graphsvc.settings import Settings
from graphsvc.stating import Stated
from graphsvc.wiring import open_service
from tests.api.clients import Client, caller
from tests.api.conftest import PEOPLE
from tests.api.test_answers import asking, counted
from tests.api.test_dispatching import CLAIM
from tests.story.feeds import DEN, DEVICE, EVE, HOUR, call
from tests.story.test_glances import LATER, came

PAGE = """query($first: Int = 20) { victims(first: $first) { analysisId edges { cursor node {
  id number rank probability stage grade region exposure { suspects firstAt }
  evidence { rule text zh: text(language: ZH) path { id number since } } network { id reference size } } } } }"""


@pytest.fixture
def room(busy_world: Path, tmp_path: Path) -> Iterator[Room]:
    """A folder of its own: these tests change what is so."""
    with open_service(Settings(home=busy_world, api_budget=10**9)) as service:
        yield make_room(service)


def made_anew(asked: list[str]) -> list[str]:
    """Statements that fetch what hangs on people: exposures, networks."""
    return [one for one in asked if "exposures" in one or "networks" in one]


def nodes(client: Client, document: str = PAGE) -> list[dict[str, Any]]:
    """The people of the first page."""
    return [edge["node"] for edge in client.data(document)["victims"]["edges"]]


def test_a_page_that_was_asked_before_is_the_same_and_asks_for_nothing_anew(investigator: Client) -> None:
    with counted(investigator.room) as first:
        before = nodes(investigator)
    with counted(investigator.room) as second:
        assert nodes(investigator) == before
    selects = [[one for one in asked if one.startswith("SELECT")] for asked in (first, second)]
    assert len(selects[1]) <= 8 < len(selects[0])
    assert not any("evidence" in one for one in selects[1])


def test_what_is_remembered_is_what_graphql_core_answers(room: Room) -> None:
    prepared = room.documents.prepared(PAGE, None)
    context = asking(room, prepared.fields)
    context.now = room.service.time.wall()
    variables = coerced_variables(room.schema, prepared, {})
    found = [orjson.dumps(run_compiled(room.schema, prepared, variables, context), option=WRITES) for _ in range(2)]
    assert found[0] == found[1] == orjson.dumps(run_plain(room.schema, prepared, {}, context))


def test_who_is_released_is_shown_no_more_though_the_page_was_remembered(room: Room) -> None:
    investigator, chief = caller(room, "investigator"), caller(room, "supervisor")
    warm = nodes(investigator)
    assert nodes(investigator) == warm
    cited = [step["number"] for node in warm for item in node["evidence"] for step in item["path"]]
    for number in DEN:
        release = 'mutation R($n: String!) { releaseNumber(number: $n, reason: "checked") { number } }'
        freed = chief.data(release, {"n": number})["releaseNumber"]["number"]
        assert freed in cited or number != DEN[2]
        after = nodes(investigator)
        assert freed not in str(after)
        assert after == nodes(caller(make_room(room.service), "investigator"))
    flag = "mutation F($n: [String!]!) { flagNumbers(numbers: $n, scamType: LOAN) { id } }"
    investigator.data(flag, {"n": list(DEN)})
    assert nodes(investigator) == warm, "flagged anew by somebody answerable, they count again"


def test_what_another_process_releases_is_free_in_the_next_answer_here(room: Room) -> None:
    investigator = caller(room, "investigator")
    warm = nodes(investigator)
    with open_service(Settings(home=room.service.home.path)) as elsewhere:
        made = elsewhere.privacy.release_number(DEN[2], errand=errand("cli:chief", "checked"))
        assert made.number in str(warm)
        assert made.number not in str(nodes(investigator))
        stated = Stated(scam_type=ScamType.LOAN, source=FlagSource.POLICE, case_id=None, confidence=None)
        elsewhere.stating.flag(DEN[2], stated, kind=None, errand=errand("cli:chief", "again"))
        assert nodes(investigator) == warm


def test_a_warning_is_shown_as_it_stands_now(room: Room) -> None:
    document = "{ victims { edges { node { id warnings { state } } } } }"
    chief = caller(room, "supervisor")
    before = nodes(chief, document)
    assert nodes(chief, document) == before
    claimed = caller(room, "dispatcher").data(CLAIM, {"key": "settled", "channel": "CALL", "limit": 5})
    assert claimed["claimWarnings"]
    assert nodes(chief, document) != before


def test_after_a_glance_only_what_it_says_of_people_is_made_anew(room: Room) -> None:
    """Under a live stream there is an analysis after each batch: pages would have to be put together for each."""
    service, investigator, memory = room.service, caller(room, "investigator"), room.documents.settled
    service.analyse(as_of=None)
    before = nodes(investigator)
    assert len(before) > 5
    for person, place in ((PEOPLE[3], 1), (EVE, 2)):  # one of the page, and one who was not ranked
        known = len(memory.values.known())
        came(service, call(DEN[1], person, LATER, 900, a_imei=DEVICE), call(person, DEN[2], LATER + HOUR, 1500))
        made = service.glance()
        assert made is not None
        with counted(room) as asked:
            after = nodes(investigator)
        changed = [one for one in after if without_rank(one) not in [without_rank(each) for each in before]]
        assert [str(one["number"])[-4:] for one in changed] == [person[-4:]]
        assert len(memory.values.known()) == known + 1, (
            "of nobody else anything is made, nor of whom one before touched"
        )
        assert len(made_anew(asked)) == 3, "exposures, of the amendment and of the rest, and networks"
        assert [one["rank"] for one in after] == list(range(1, len(after) + 1))
        assert after == nodes(caller(make_room(service), "investigator"))
        service.pages._held.clear()
        service.people._held.clear()
        assert after == nodes(caller(make_room(service), "investigator")), "as if never asked before"
        assert made.analysis_id.endswith(f"-{place}")
        before = after
    with counted(room) as asked:
        assert nodes(investigator, PAGE.replace("= 20", "= 19")) == after[:19]
    assert not made_anew(asked)


def without_rank(node: dict[str, Any]) -> dict[str, Any]:
    """What is said of somebody but for the rank, which others can change."""
    return {name: value for name, value in node.items() if name != "rank"}


def test_what_is_called_settled_is_in_the_schema_and_no_state_of_the_queue_is(room: Room) -> None:
    for name in settled.FIELDS:
        type_name, _, field = name.partition(".")
        kind = room.schema._schema.type_map[type_name]
        assert isinstance(kind, GraphQLObjectType)
        assert field in kind.fields
    assert "Victim.warnings" not in settled.FIELDS


@pytest.mark.parametrize("of_it", ["warnings { state }", "network { members { number } }"])
def test_with_one_field_that_is_not_settled_nothing_of_a_person_is_remembered(room: Room, of_it: str) -> None:
    document = f"{{ victims {{ edges {{ node {{ rank {of_it} }} }} }} }}"
    assert nodes(caller(room, "supervisor" if "warnings" in of_it else "investigator"), document)
    assert not room.documents.settled.written.known()
