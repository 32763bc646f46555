"""An investigator opens an investigation, fills it, annotates it, hands it on; others see what is theirs, no more."""

from pathlib import Path
from typing import Any

from graphsvc.api.room import Room
from tests.api.clients import Client, caller
from tests.api.test_answers import statements
from tests.story.feeds import ANN, BOB, DEN

FOLDER = Path(__file__).parents[2] / "schema" / "operations"
DO = (FOLDER / "investigate.graphql").read_text()
READ = (FOLDER / "investigation.graphql").read_text()
LIST = (FOLDER / "investigations.graphql").read_text()


def do(client: Client, name: str, **variables: Any) -> Any:
    """One operation of the file that the page uses."""
    answer = client.post(DO, variables, operationName=name).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"][name[0].lower() + name[1:]]


def refused(client: Client, name: str, **variables: Any) -> str:
    errors = client.post(DO, variables, operationName=name).json()["errors"]
    return str(errors[0]["extensions"]["code"])


def opened(client: Client, **more: Any) -> str:
    return str(do(client, "OpenInvestigation", **{"title": "A den in the south", **more})["id"])


def read(client: Client, investigation: str) -> Any:
    return client.data(READ, {"id": investigation})["investigation"]


def test_a_whole_investigation(investigator: Client, room: Room) -> None:
    made = do(investigator, "OpenInvestigation", title="A den in the south", caseId="C-1", assignee="Li Na")
    own, reference = made["id"], made["reference"]
    assert reference.startswith("I-")
    network = investigator.data("{networks(first: 1) {edges {node {id reference}}}}")["networks"]["edges"][0]["node"]
    listed = [DEN[0], "+8613000000000", "nonsense", DEN[0][3:], BOB]
    added = do(investigator, "AddToInvestigation", id=own, numbers=listed, networks=[network["reference"]])
    assert (added["added"], added["notFound"]) == (3, [1, 2])
    assert do(investigator, "AddToInvestigation", id=own, numbers=[BOB], networks=[network["id"]])["added"] == 0
    found = read(investigator, reference.lower())
    assert found == read(investigator, own)
    assert [one["flagged"] for one in found["numbers"]] == [True, False]
    assert [one["class"] for one in found["numbers"]] == ["FRAUD", "ORDINARY"]
    assert found["networks"][0]["network"]["size"] == 3
    provenance = [(one["addedBy"], one["analysisId"]) for one in (*found["numbers"], *found["networks"])]
    assert {analysis for _, analysis in provenance} == {room.service.current().analysis_id}
    assert len({by for by, _ in provenance}) == 1
    assert (found["caseId"], found["assignee"], found["status"]) == ("C-1", "Li Na", "OPEN")
    do(
        investigator,
        "Annotate",
        id=own,
        text="rings on 2026-03-04 at 18:30,\nfrom one device",
        about=found["numbers"][0]["id"],
    )
    changed = do(
        investigator, "ChangeInvestigation", id=own, status="CLOSED", assignee="", remove=[found["numbers"][1]["id"]]
    )
    assert (changed["status"], changed["assignee"], changed["numberCount"]) == ("CLOSED", None, 1)
    log = read(investigator, own)["notes"]
    assert [line["kind"] for line in log] == ["REMOVED", "ASSIGNED", "STATUS", "NOTE"]
    assert log[3]["text"] == "rings on 2026-03-04 at 18:30,\nfrom one device"
    assert log[3]["about"] == found["numbers"][0]["id"]
    again = investigator.data("query($id: ID!) {node(id: $id) {id ... on Investigation {title}}}", {"id": own})["node"]
    assert again == {"id": own, "title": "A den in the south"}


def test_each_change_is_audited_before_it_is_made(investigator: Client, room: Room) -> None:
    before = room.service.audit.verify().entries
    own = opened(investigator)
    do(investigator, "AddToInvestigation", id=own, numbers=[DEN[0], DEN[1]])
    do(investigator, "Annotate", id=own, text="seen again")
    do(investigator, "ChangeInvestigation", id=own, status="WAITING")
    with room.service.catalogue.reading() as connection:
        import sqlalchemy as sa

        from graphsvc.store.tables import audit

        rows = connection.execute(
            sa.select(audit.c.action, audit.c.details).where(audit.c.entry > before).order_by(audit.c.entry)
        ).all()
    actions = [row.action for row in rows]
    wanted = ["open investigation", "add to investigation", "annotate investigation", "change investigation"]
    assert [action for action in actions if action in wanted] == wanted
    added = next(row.details for row in rows if row.action == "add to investigation")
    for number in DEN[:2]:
        assert room.service.number(number, reveal=None).token in added
    assert "read investigations" in " ".join(actions)
    assert room.service.audit.verify().ok


def test_notes_and_titles_hold_no_number(investigator: Client, room: Room) -> None:
    own = opened(investigator)
    for text in (f"ring {ANN}", "account 6222 0212 3456 7890", "138-1234-5678", "", " \n ", "x" * 2001, "a\x07b"):
        assert refused(investigator, "Annotate", id=own, text=text) == "BAD_USAGE", text
    assert refused(investigator, "Annotate", id=own, text="a\x00b") == "BAD_REQUEST"
    assert refused(investigator, "OpenInvestigation", title=f"about {BOB}") == "BAD_USAGE"
    assert refused(investigator, "OpenInvestigation", title="x", assignee="13812345678") == "BAD_USAGE"
    assert read(investigator, own)["notes"] == []


def test_the_service_says_when_one_of_theirs_was_last_changed(investigator: Client, room: Room) -> None:
    query = "{service {investigationsChangedAt}}"
    assert investigator.data(query)["service"]["investigationsChangedAt"] is None
    own = opened(investigator, region="440000")
    made = investigator.data(query)["service"]["investigationsChangedAt"]
    do(investigator, "Annotate", id=own, text="rings at dawn")
    told = {
        role: caller(room, role).data(query)["service"]["investigationsChangedAt"] for role in ("analyst", "hotline")
    }
    assert told["hotline"] is None
    assert told["analyst"] > made
    assert caller(room, "analyst", "44").data(query)["service"]["investigationsChangedAt"] == told["analyst"]
    assert caller(room, "analyst", "11").data(query)["service"]["investigationsChangedAt"] is None


def test_who_may_do_what(investigator: Client, room: Room) -> None:
    own = opened(investigator)
    analyst = caller(room, "analyst")
    assert do(analyst, "Annotate", id=own, text="a second opinion")["notes"]
    assert read(analyst, own)["title"]
    assert refused(analyst, "AddToInvestigation", id=own, numbers=[DEN[0]]) == "FORBIDDEN"
    assert refused(analyst, "ChangeInvestigation", id=own, status="CLOSED") == "FORBIDDEN"
    for role in ("supervisor", "auditor"):
        assert read(caller(room, role), own)["notes"][0]["text"] == "a second opinion"
        assert caller(room, role, "11").code(READ, {"id": own}) == "NOT_FOUND"
        assert refused(caller(room, role), "AddToInvestigation", id=own, numbers=[DEN[0]]) == "FORBIDDEN"
    for role in ("dispatcher", "hotline", "admin", "feeder"):
        assert caller(room, role).code(READ, {"id": own}) == "FORBIDDEN"
    for role in ("dispatcher", "hotline", "supervisor", "auditor", "admin", "feeder"):
        assert refused(caller(room, role), "Annotate", id=own, text="x") == "FORBIDDEN"


def test_a_region_sees_its_own_and_no_people_of_others(investigator: Client, room: Room) -> None:
    city, other = caller(room, "investigator", "4403"), caller(room, "investigator", "11")
    national = opened(investigator)
    own = opened(investigator, region="440000")
    assert opened(city, region="440305")
    assert refused(city, "OpenInvestigation", title="x", region="11") == "FORBIDDEN"
    assert refused(city, "OpenInvestigation", title="x", region="44") == "FORBIDDEN"
    for client, investigation in ((city, national), (city, own), (other, own)):
        assert client.code(READ, {"id": investigation}) == "NOT_FOUND"
        assert refused(client, "Annotate", id=investigation, text="x") == "NOT_FOUND"
        assert refused(client, "AddToInvestigation", id=investigation, numbers=[DEN[0]]) == "NOT_FOUND"
    province = caller(room, "investigator", "44")
    do(investigator, "AddToInvestigation", id=own, numbers=[DEN[0], ANN, BOB])
    seen = read(province, own)  # Ann is of Shenzhen; of Bob no region is known: he is the ministry's alone
    assert (len(seen["numbers"]), seen["withheld"]) == (2, 1)
    assert (len(read(investigator, own)["numbers"]), read(investigator, own)["withheld"]) == (3, 0)
    assert do(province, "AddToInvestigation", id=own, numbers=[BOB])["notFound"] == [0]
    titles = {c.room and e["node"]["region"] for c in (city,) for e in c.data(LIST)["investigations"]["edges"]}
    assert titles == {"440305"}


def test_what_is_not_there_is_refused_and_changes_nothing(investigator: Client, room: Room) -> None:
    own, network = opened(investigator), "N-0000-0"
    victim = investigator.data("{victims(first: 1) {edges {node {id}}}}")["victims"]["edges"][0]["node"]["id"]
    assert refused(investigator, "AddToInvestigation", id=own, numbers=[DEN[0]], networks=[network]) == "NOT_FOUND"
    assert refused(investigator, "AddToInvestigation", id=own) == "BAD_USER_INPUT"
    assert refused(investigator, "AddToInvestigation", id=victim, numbers=[DEN[0]]) == "NOT_FOUND"
    assert refused(investigator, "Annotate", id=own, text="x", about=victim) == "NOT_FOUND"
    assert refused(investigator, "ChangeInvestigation", id=own, remove=[victim]) == "NOT_FOUND"
    assert refused(investigator, "ChangeInvestigation", id=own) == "BAD_USAGE"
    for name in ("I-0000-0", "7", "", "x" * 1000):
        assert investigator.code(READ, {"id": name}) == "NOT_FOUND"
    found = read(investigator, own)
    assert (found["numbers"], found["networks"], found["notes"]) == ([], [], [])
    do(investigator, "AddToInvestigation", id=own, numbers=[victim])
    assert (
        investigator.code("query($c: ID!) {investigations(containing: $c) {edges {cursor}}}", {"c": "N-0000-1"})
        == "NOT_FOUND"
    )
    holding = investigator.data("query($c: ID!) {investigations(containing: $c) {edges {node {id}}}}", {"c": victim})
    assert [edge["node"]["id"] for edge in holding["investigations"]["edges"]] == [own]


def test_pages_join_and_cost_a_fixed_number_of_statements(investigator: Client) -> None:
    made = [opened(investigator, title=f"number {k}") for k in range(7)]
    for k, own in enumerate(made):
        do(investigator, "AddToInvestigation", id=own, numbers=[*DEN, ANN][: k % 4 + 1])
    found: list[str] = []
    after = None
    while True:
        page = investigator.data(LIST, {"first": 3, "after": after})["investigations"]
        found += [edge["node"]["id"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert [one for one in found if one in made] == made[::-1], (
        "the newest first; others of this world may stand between"
    )
    assert len(set(found)) == len(found)
    query = """query($first: Int!) { investigations(first: $first) { edges { node {
      title numbers(first: 5) { number class }
      networks(first: 3) { network { size members(first: 3) { number } } }
      notes(first: 5) { text } } } } }"""
    assert statements(investigator, query, {"first": 7}) <= statements(investigator, query, {"first": 1})
