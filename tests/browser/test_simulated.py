"""A simulated world whose feeds are loaded in three parts: where its networks came from, and who in it is not suspect.

Lineage is judged by a count of our own: whom a network has in common with the networks of the analysis before, by the
members and entities that the service told of both. Who is honest is known from the truth of the world.
"""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Page, expect

from graphsvc.service import Service
from graphsvc.settings import Settings
from graphsvc.simulate.world import simulate
from graphsvc.wiring import open_service
from tests.api.serving import Served, served
from tests.browser.test_page import PATIENCE_MS

pytestmark = pytest.mark.timeout(300)

Networks = dict[str, set[str]]
"""Tokens of the numbers and entities of each network, by its reference."""


@dataclass(frozen=True)
class Grown:
    """A server of the last analysis, and the networks of all three."""

    world: Path
    home: Path
    served: Served
    analyses: list[Networks]


def networks_of(service: Service) -> Networks:
    found = [service.network(one.reference, reveal=None) for one in service.networks(limit=100)]
    return {
        one.network.reference: {member.token for member in one.members} | {thing.token for thing in one.entities}
        for one in found
    }


def part(feeds: Path, out: Path, known: tuple[int, int]) -> Path:
    """What became known after the first instant, and until the second; what has no such time is in the first part."""
    out.mkdir()
    for path in feeds.glob("*.parquet"):
        table = pl.read_parquet(path)
        if "known_at" in table.columns:
            table = table.filter((pl.col("known_at") > known[0]) & (pl.col("known_at") <= known[1]))
        elif known[0] > 0:
            continue
        table.write_parquet(out / path.name)
    return out


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grown]:
    """Gangs that change their SIMs: a world in which, of the last load, one network splits and one merges."""
    place = tmp_path_factory.mktemp("grown")
    simulate(place / "world", subscribers=4_000, days=10, seed=11, variant="rotation", start=date(2026, 3, 2))
    feeds = place / "world" / "feeds"
    known = pl.read_parquet(feeds / "events.parquet")["known_at"].to_list()
    first, last = min(known), max(known)
    analyses: list[Networks] = []
    before = -1
    with open_service(Settings(home=place / "home")) as service:
        for days in (4, 7, 10):
            until = first + (last - first) * days // 10
            service.load([part(feeds, place / f"part{days}", (before, until))], kind=None, feed_id="default")
            service.analyse(as_of=None)
            analyses.append(networks_of(service))
            before = until
    with served(place / "home") as running:
        yield Grown(place / "world", place / "home", running, analyses)


def told(before: Networks, now: Networks, latest: Networks, reference: str) -> list[str]:
    """What its page is to say of one analysis, worked out from the members of that one and of the one before."""
    lines = []
    own = now.get(reference, set())
    for other, members in before.items():
        shared = len(members & own)
        if other == reference or shared < 2:
            continue
        if other in now:
            gone = "" if other in latest else ", which is gone since"
            how = "took members over from" if reference in before else "split off from"
            lines.append(f"{how} {other}{gone} (members in common: {shared})")
        else:
            lines.append(f"merged with {other}, which died (members in common: {shared})")
    for other, members in now.items():
        shared = len(members & before.get(reference, set()))
        if other == reference or shared < 2:
            continue
        gone = "" if other in latest else ", which is gone since"
        if reference in now and other in before:
            lines.append(f"gave members to {other}{gone} (members in common: {shared})")
        elif reference in now:
            lines.append(f"{other} split off from it{gone} (members in common: {shared})")
        else:
            lines.append(f"went into {other}{gone} (members in common: {shared})")
    return lines


def came_from_nothing(analyses: list[Networks], reference: str) -> bool:
    """Whether it was new in a later analysis than the first, with two members of no network before it."""
    first = next(place for place, networks in enumerate(analyses) if reference in networks)
    members = analyses[first][reference]
    return first > 0 and all(len(members & others) < 2 for others in analyses[first - 1].values())


def test_networks_of_a_world_that_grows_say_where_they_came_from_and_what_split_off_from_them(
    grown: Grown, sign_in: Callable[[Served], Page], screenshots: Path
) -> None:
    latest = grown.analyses[-1]
    steps = list(itertools.pairwise(grown.analyses))
    page = sign_in(grown.served)
    kinds: set[str] = set()
    for reference in latest:
        page.goto(f"{grown.served.url}/#/network/{reference}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(reference, timeout=PATIENCE_MS)
        expect(page.get_by_text(re.compile("^(Known since|Born)"))).to_be_visible()
        lines = [line for before, now in steps for line in told(before, now, latest, reference)]
        kinds |= {" ".join(re.sub(r"^N-\S+ ", "", line).split()[:2]) for line in lines}
        assert sorted(page.locator("ul.lineage li").all_inner_texts()) == sorted(lines)
        whens = page.get_by_text(re.compile("^Analysis of"))
        expect(whens).to_have_count(sum(bool(told(before, now, latest, reference)) for before, now in steps))
        expect(page.get_by_text("Born: new")).to_have_count(int(came_from_nothing(grown.analyses, reference)))
        first = reference in grown.analyses[0]
        expect(page.get_by_text("Known since the earliest analysis kept")).to_have_count(int(first))
        if lines:
            page.screenshot(path=screenshots / f"page-lineage-{reference}.png", full_page=True)
    assert {"split off", "merged with"} <= kinds, "the world must have both, else this shows nothing"
    split = [line for before, now in steps for one in latest for line in told(before, now, latest, one)]
    assert any("split off from it" in line for line in split), "and a parent that goes on"


def test_one_that_died_says_since_when_and_who_has_its_members_however_long_ago(
    grown: Grown, sign_in: Callable[[Served], Page]
) -> None:
    latest = grown.analyses[-1]
    gone = {one: networks for networks in grown.analyses[:-1] for one in networks if one not in latest}
    assert any(one not in grown.analyses[1] for one in gone), "the world must have one that died an analysis earlier"
    page = sign_in(grown.served)
    for reference, last in gone.items():
        page.goto(f"{grown.served.url}/#/network/{reference}")
        expect(page.get_by_text("it may have died")).to_be_visible(timeout=PATIENCE_MS)
        expect(page.get_by_text(f"The last analysis that has {reference} is of")).to_be_visible(timeout=PATIENCE_MS)
        heirs = [
            f"{one} (members in common: {len(members & last[reference])})"
            for one, members in latest.items()
            if len(members & last[reference]) >= 2
        ]
        steps = [
            line for before, now in itertools.pairwise(grown.analyses) for line in told(before, now, latest, reference)
        ]
        assert sorted(page.locator("ul.lineage li").all_inner_texts()) == sorted([*heirs, *steps])
        expect(page.get_by_text("No network of the latest analysis")).to_have_count(int(not heirs))


PUBLIC = "Has a public role in the directory: a witness, never a suspect."
OF_ALL = "How common fraud numbers are to begin with."
FOR, AGAINST = "Makes it more likely:", "Makes it less likely:"


def test_114_a_bank_and_a_courier_say_why_they_are_not_suspect(
    grown: Grown, sign_in: Callable[[Served], Page], screenshots: Path
) -> None:
    """Hard negatives, by the truth of the world: asked by all, or ringing everybody."""
    directory = pl.read_parquet(grown.world / "feeds" / "directory.parquet")
    honest = pl.read_parquet(grown.world / "truth" / "hard_negatives.parquet")
    banks = directory.filter(pl.col("role") == "bank")["number"].to_list()
    couriers = honest.filter(pl.col("kind") == "courier")["number"].to_list()
    with open_service(Settings(home=grown.home)) as service:
        reports = {text: service.number(text, reveal=None) for text in ("114", banks[0], couriers[0])}
    page = sign_in(grown.served)
    for text, report in reports.items():
        page.get_by_role("link", name="Search", exact=True).click()
        page.get_by_label("A number in any form").fill(text)
        page.get_by_role("button", name="Search", exact=True).click()
        told = page.locator("section", has=page.get_by_role("heading", name="Why not suspect", exact=True))
        expect(told.locator(".grounds li").first).to_be_visible(timeout=PATIENCE_MS)
        expect(told.locator(".pull").first).to_have_text(AGAINST)
        pulls = [ground.contribution for ground in report.evidence]
        for head, count in ((FOR, sum(pull >= 0 for pull in pulls)), (AGAINST, sum(pull < 0 for pull in pulls))):
            expect(told.locator(f".pull:has-text('{head}') + .grounds li")).to_have_count(count)
        expect(told.get_by_text(PUBLIC)).to_have_count(0 if text == couriers[0] else 1)
        decisive = told.locator(f".pull:has-text('{AGAINST}') + .grounds li").first
        expect(decisive).not_to_contain_text(OF_ALL)  # which is said of every number
        if text != couriers[0]:
            expect(decisive).to_contain_text(PUBLIC)
        page.screenshot(path=screenshots / f"page-honest-{text[-4:]}.png", full_page=True)
        assert report.fraud_probability < 0.5
    assert min(len(report.evidence) for report in reports.values()) > 1
    assert any(ground.contribution > 0 for ground in reports[couriers[0]].evidence), "a courier rings everybody"
    # What 114 is to an investigator: the public number that a person asked, and in their own language why.
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_label("A number in any form").fill("114")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_text("Public role: directory enquiries")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Switch to Chinese").click()
    expect(page.get_by_role("heading", name="为什么不可疑")).to_be_visible()
    expect(page.get_by_text("该号码为登记的公共服务号码，只作佐证，不列为嫌疑。")).to_be_visible()
