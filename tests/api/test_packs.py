"""An investigation leaves the house as a file: whole, masked, its facts cited, its hashes right, and audited first."""

import hashlib
import html as markup
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from graphsvc.api.room import Room
from graphsvc.model.investigations import InvestigationStatus, NoteKind
from graphsvc.model.words import FlagSource, MemberRole, NumberClass
from graphsvc.reports.pack_words import WORDS
from graphsvc.store.tables import audit
from tests.api.clients import Client, caller
from tests.api.test_investigations import do, opened
from tests.story.feeds import ANN, BOB, DEN

ROOT = Path(__file__).parents[2]
PACK = (ROOT / "schema" / "operations" / "evidence-pack.graphql").read_text()
_VOID = frozenset({"meta", "br"})


def packed(client: Client, investigation: str, language: str = "EN") -> Any:
    return client.data(PACK, {"id": investigation, "language": language})["evidencePack"]


def parts_in(html: str) -> dict[str, str]:
    """Reckoned anew from the file, as the page itself says how."""
    found = re.findall(r'<section id="(\w+)">\n(.*?)\n</section>', html, re.DOTALL)
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in found}


@pytest.fixture
def filled(investigator: Client) -> str:
    own = opened(investigator, title="A <den> & friends", caseId="C-77")
    network = investigator.data("{networks(first: 1) {edges {node {reference}}}}")["networks"]["edges"][0]["node"]
    numbers = [*DEN, ANN, BOB]
    do(investigator, "AddToInvestigation", id=own, numbers=numbers, networks=[network["reference"]])
    do(investigator, "Annotate", id=own, text='he said "</section><script>alert(1)</script>"')
    return own


def test_the_pack_has_all_that_the_investigation_has(investigator: Client, filled: str) -> None:
    made = packed(investigator, filled)
    text = markup.unescape(re.sub(r"<[^>]+>", " ", made["html"]))
    fields = "reference numbers(first: 9) {id number} networks {reference network {size members(first: 9) {number}}}"
    query = f"query($id: ID!) {{investigation(id: $id) {{{fields}}}}}"
    held = investigator.data(query, {"id": filled})["investigation"]
    wanted = [held["reference"], "A <den> & friends", "C-77", *(one["number"] for one in held["numbers"])]
    wanted += [*(one["id"] for one in held["numbers"]), held["networks"][0]["reference"]]
    wanted += [member["number"] for member in held["networks"][0]["network"]["members"]]
    assert not [one for one in wanted if one not in text]
    for one in held["numbers"]:
        report = "query($id: ID!) {number(id: $id) {flags {caseId} evidence {text(language: EN) path {number}}}}"
        known = investigator.data(report, {"id": one["id"]})["number"]
        assert not [item["text"] for item in known["evidence"] if item["text"] not in text]
        cited = {step["number"] for item in known["evidence"] for step in item["path"] if step["number"]}
        assert not [number for number in cited if number not in text]
    assert made["fileName"].startswith(held["reference"])
    assert "</section><script>" in text, "what somebody wrote is text"


def test_what_is_said_of_every_number_is_said_last(investigator: Client, filled: str) -> None:
    html = packed(investigator, filled)["html"]
    of_all = "How common fraud numbers are to begin with."
    told = [re.findall(r"<tr><td>([^<]+)</td><td>[+-]\d", table) for table in html.split("<table>")]
    reasons = [texts for texts in told if of_all in texts]
    assert max(len(texts) for texts in reasons) > 2, "a suspect has reasons beside it"
    assert {texts.index(of_all) + 1 - len(texts) for texts in reasons} == {0}


def test_what_is_named_often_has_a_short_reference_and_its_id_once(investigator: Client, filled: str) -> None:
    html = packed(investigator, filled)["html"]
    before, _, ids = html.partition('<section id="ids">')
    stands_for = dict(re.findall(r"<tr><td>(#\d+)</td><td>[^<]+</td><td><code>([^<]+)</code></td></tr>", ids))
    assert list(stands_for) == [f"#{place + 1}" for place in range(len(stands_for))]
    assert set(re.findall(r"<b>(#\d+)</b>", before)) == set(stands_for), "each is explained, and none beside"
    assert len(set(stands_for.values())) == len(stands_for), "one thing has one reference"
    names = [one for one in stands_for.values() if not one.startswith("v1.")]  # a device is named in its sentence too
    assert names
    assert not [one for one in names if one in before]
    assert max(map(len, re.findall(r"<code>([^<]+)</code>", before)), default=0) < 20
    query = "query($id: ID!) {investigation(id: $id) {numbers(first: 9) {id number}}}"
    for one in investigator.data(query, {"id": filled})["investigation"]["numbers"]:
        reference = next(reference for reference, known in stands_for.items() if known == one["id"])
        assert f"<h3>{one['number']} <b>{reference}</b></h3>" in before


@pytest.mark.parametrize("language", ["EN", "ZH"])
def test_its_hashes_are_those_of_its_bytes(investigator: Client, filled: str, language: str, tmp_path: Path) -> None:
    made = packed(investigator, filled, language)
    assert made["sha256"] == hashlib.sha256(made["html"].encode()).hexdigest()
    told = {part["name"]: part["sha256"] for part in made["parts"]}
    assert parts_in(made["html"]) == told
    assert list(told) == ["investigation", "numbers", "networks", "log", "sources", "ids"]
    for digest in told.values():
        assert digest in made["html"]
    changed = made["html"].replace("C-77", "C-78")
    assert parts_in(changed) != told
    (tmp_path / "pack.html").write_bytes(made["html"].encode())
    recipe = re.search(r"python3 -c '(.*?)' I-", (ROOT / "docs" / "api.md").read_text(), re.DOTALL)
    assert recipe is not None
    command = [sys.executable, "-c", recipe[1], str(tmp_path / "pack.html")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert dict(line.split() for line in said.splitlines()) == told


def test_it_is_a_page_that_asks_for_nothing(investigator: Client, filled: str) -> None:
    open_tags: list[str] = []
    asked: list[tuple[str, str | None]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            asked.extend((tag, value) for name, value in attrs if name in ("src", "href", "onclick", "action"))
            assert tag != "script"
            if tag not in _VOID:
                open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

    reader = Reader()
    reader.feed(packed(investigator, filled)["html"])
    reader.close()
    assert (open_tags, asked) == ([], [])


def test_no_number_is_in_it_whole(investigator: Client, filled: str) -> None:
    for language in ("EN", "ZH"):
        html = packed(investigator, filled, language)["html"]
        for number in (*DEN, ANN, BOB):
            assert number.removeprefix("+86") not in html
        assert not re.findall(r"(?<![\w-])\d{7,}(?![\w-])", re.sub(r"<code>.*?</code>", "", html))


def test_the_audit_log_has_it_first(investigator: Client, filled: str, room: Room) -> None:
    asking = Client(room, investigator.token, {"purpose": "for the prosecutor", "case-ref": "C-77"})
    made = packed(asking, filled)
    with room.service.catalogue.reading() as connection:
        entry = connection.execute(sa.select(audit).where(audit.c.entry == made["auditEntry"])).one()
    assert (entry.action, entry.purpose, entry.case_ref) == ("export investigation", "for the prosecutor", "C-77")
    assert made["sha256"] in entry.details
    assert room.service.number(DEN[0], reveal=None).token in entry.details
    assert "for the prosecutor" in made["html"]
    assert room.service.audit.verify().ok


def test_who_may_have_it(investigator: Client, filled: str, room: Room) -> None:
    variables = {"id": filled, "language": "EN"}
    for role in ("supervisor", "auditor"):
        assert packed(caller(room, role), filled)["parts"]
    for role in ("analyst", "dispatcher", "hotline", "admin", "feeder"):
        assert caller(room, role).code(PACK, variables) == "FORBIDDEN"
    assert caller(room, "investigator", "4403").code(PACK, variables) == "NOT_FOUND"
    assert investigator.code(PACK, {"id": "I-0000-0", "language": "EN"}) == "NOT_FOUND"
    own = opened(investigator, region="440000")
    do(investigator, "AddToInvestigation", id=own, numbers=[DEN[0], ANN, BOB])
    theirs = packed(caller(room, "supervisor", "44"), own)["html"]
    bob = investigator.data("query($n: String!) {number(number: $n) {id number}}", {"n": BOB})["number"]
    assert bob["number"] in packed(investigator, own)["html"]
    assert bob["id"] not in theirs
    assert "<th>numbers of people of other regions, not shown</th><td>1</td>" in theirs


def test_every_word_of_the_vocabularies_can_be_told() -> None:
    vocabularies = (NumberClass, MemberRole, InvestigationStatus, NoteKind, FlagSource)
    assert not [word.value for words in vocabularies for word in words if word.value not in WORDS]


def test_an_empty_one_is_a_pack_too(investigator: Client) -> None:
    made = packed(investigator, opened(investigator), "ZH")
    assert "号码 (0)" in made["html"]
    assert parts_in(made["html"])["numbers"]
