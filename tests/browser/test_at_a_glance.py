"""Figures that a supervisor looks at: deadlines that run down, how fresh the data are, the queue's age, four levels."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from graphsvc.model.callers import Role
from tests.api.serving import Served
from tests.browser.changing import changed
from tests.browser.conftest import World
from tests.browser.test_page import PATIENCE_MS, to_the_canvas
from tests.story.feeds import BANK, DEN

pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("nothing_in_flight")]

SERVICE_TIME = "2026-03-04T03:00:00.000Z"


def come_in(page: Page, url: str, token: str) -> None:
    page.add_init_script("localStorage.setItem('language', localStorage.getItem('language') ?? 'en')")
    page.goto(f"{url}/#token={token}")
    expect(page.locator("td a[href^='#/person/']").first).to_be_visible(timeout=PATIENCE_MS)


def test_a_deadline_runs_down_and_says_when_it_is_over(page: Page, server: Served) -> None:
    def due(data: Any) -> None:
        at = datetime.fromisoformat(SERVICE_TIME) + timedelta(hours=5, minutes=10)
        data["victims"]["edges"][0]["node"]["deadlineAt"] = at.isoformat()

    changed(
        page,
        {"PageToday": due, "PageService": lambda data: data["service"].update(serviceTime=SERVICE_TIME)},
    )
    on_the_way: set[Request] = set()
    page.on("request", lambda one: on_the_way.add(one))
    page.on("requestfinished", lambda one: on_the_way.discard(one))
    page.on("requestfailed", lambda one: on_the_way.discard(one))
    page.clock.install()
    come_in(page, server.url, server.token)
    page.route("**/graphql", lambda route: route.abort())  # the service would say anew what time it is
    while on_the_way:
        page.wait_for_timeout(50)
    page.clock.pause_at(datetime.now() + timedelta(minutes=1))
    deadline = page.locator("tbody time.when").first
    expect(deadline).to_have_text(re.compile(r"^5.h|^4.h.5\d.min"), timeout=PATIENCE_MS)
    page.clock.fast_forward(4 * 3_600_000)
    expect(deadline).to_have_text(re.compile(r"^(1.h|5\d.min)"))
    expect(deadline).to_have_class(re.compile("soon"))
    page.clock.fast_forward(3 * 3_600_000)
    expect(deadline).to_have_text(re.compile(r"^overdue by (1.h|2.h)"))
    expect(deadline).to_have_class(re.compile("over"))


def test_where_there_is_no_deadline_is_told_why(page: Page, server: Served) -> None:
    def endless(data: Any) -> None:
        for edge, stage in zip(data["victims"]["edges"], ("LOST", "ENGAGED"), strict=False):
            edge["node"].update(deadlineAt=None, stage=stage)

    changed(page, {"PageToday": endless})
    come_in(page, server.url, server.token)
    rows = page.locator("tbody tr", has=page.locator("a[href^='#/person/']"))
    expect(rows.nth(0)).to_contain_text("lost already")
    expect(rows.nth(1)).to_contain_text("over 7 days")


def test_how_much_is_not_in_the_analysis_yet_is_told(page: Page, server: Served) -> None:
    changed(page, {"PageService": lambda data: data["service"]["freshness"].update(eventsSince="12345")})
    come_in(page, server.url, server.token)
    fresh = page.locator("header .fresh")
    expect(fresh).to_contain_text("Data as of 2026-03-04")
    expect(fresh).to_contain_text("12,345 events not in it yet")
    page.get_by_role("button", name="Switch to Chinese").click()
    expect(fresh).to_contain_text("12,345")
    expect(fresh).not_to_contain_text("events")


def queue(channel: str, region: str | None, depth: int, oldest: int) -> dict[str, Any]:
    return {
        "channel": channel,
        "region": region,
        "grade": "HIGH",
        "depth": depth,
        "leased": 0,
        "dead": 0,
        "oldestAgeSeconds": oldest,
    }


def test_what_was_warned_in_time_is_told_with_its_denominators(page: Page, server: Served, world: World) -> None:
    """Figures made up, to be read as reckoned by hand; then the service's own, of which nothing was delivered."""
    made_up = {
        "since": "2026-02-25T16:00:00Z",
        "until": "2026-03-04T16:00:00Z",
        "warnings": 6_637,
        "delivered": {"count": 5_310, "of": 6_637, "value": 5_310 / 6_637},
        "accuracy": {"count": 7, "of": 8, "value": 7 / 8},
        "coverage": {"count": 1, "of": 3, "value": 1 / 3},
        "eventToDelivered": {"count": 5_310, "medianSeconds": 5_400, "p90Seconds": 93_600},
        "leadBeforeLoss": {"count": 1, "medianSeconds": 200_000, "p90Seconds": 200_000},
    }

    def figures(data: Any) -> None:
        data["measures"].update(made_up)

    changed(page, {"PageMeasures": figures})
    come_in(page, server.url, world.tokens[Role.SUPERVISOR])
    section = page.locator("section", has=page.get_by_role("heading", name="Warned in time, and missed"))
    told = section.locator("dd")
    expect(told).to_have_text(
        [
            "6,637",
            "80 % (5,310 of 6,637)",
            "88 % (7 of 8)",
            "33 % (1 of 3)",
            "median 1 h 30 min, nine in ten within 1 d 2 h (5,310 warnings)",
            "median 2 d 7 h (1 losses)",
        ],
        timeout=PATIENCE_MS,
    )
    expect(section).to_contain_text("2026-02-26 00:00 – 2026-03-05 00:00")
    page.get_by_role("button", name="Switch to Chinese").click()
    chinese = page.locator("section", has=page.get_by_role("heading", name="及时预警与遗漏"))
    expect(chinese.locator("dd").nth(1)).to_have_text("80 % (5,310 / 6,637)")
    expect(chinese.locator("dd").nth(4)).to_have_text("中位数 1 小时 30 分，九成在 1 天 2 小时 内（5,310 条预警）")
    page.unroute_all(behavior="ignoreErrors")
    with page.expect_response(lambda one: "query PageMeasures" in (one.request.post_data or "")) as answered:
        page.reload()
    own = answered.value.json()["data"]["measures"]
    shares = [own[name] for name in ("delivered", "accuracy", "coverage")]
    cells = chinese.locator("dd")
    expect(cells.first).to_have_text(f"{own['warnings']:,}", timeout=PATIENCE_MS)
    for place, share in enumerate(shares, start=1):
        expect(cells.nth(place)).to_contain_text(f"({share['count']:,} / {share['of']:,})")
        whole = share["value"] is None or 0.995 > share["value"] >= 0.1
        if whole:
            expect(cells.nth(place)).to_contain_text("–" if share["value"] is None else f"{share['value']:.0%}"[:-1])


def test_the_bulletin_is_the_services_own_row_by_row(page: Page, server: Served, world: World) -> None:
    """And small counts are hidden, which a made-up one shows."""
    with page.expect_response(lambda one: "query PageBulletin" in (one.request.post_data or "")) as answered:
        come_in(page, server.url, world.tokens[Role.INVESTIGATOR])
    bulletin = answered.value.json()["data"]["dailyBulletin"]
    section = page.locator("section", has=page.get_by_role("heading", name="Bulletin of the day"))
    expect(section).to_contain_text(bulletin["date"], timeout=PATIENCE_MS)
    assert read_off(section) == as_told(bulletin, "en", "fewer than 5")
    row = {"key": "loan", "count": 1_234, "zh": "虚假贷款", "en": "loan"}
    small = {"key": "other", "count": None, "zh": "其他", "en": "other"}
    losses = {"key": "losses", "total": None, "zh": "新报告的案件", "en": "Losses newly reported", "rows": [row, small]}
    none = {"key": "networks", "total": 0, "zh": "新出现的团伙", "en": "Networks first seen", "rows": []}
    made_up = {"date": "2026-03-03", "sections": [losses, none]}
    changed(page, {"PageBulletin": lambda data: data["dailyBulletin"].update(made_up)})
    page.reload()
    expect(section).to_contain_text("2026-03-03", timeout=PATIENCE_MS)
    assert read_off(section) == [("loan", "1,234"), ("other", "fewer than 5"), ("Networks first seen", "0")]
    page.get_by_role("button", name="Switch to Chinese").click()
    chinese = page.locator("section", has=page.get_by_role("heading", name="每日通报"))
    assert read_off(chinese) == [("虚假贷款", "1,234"), ("其他", "不足 5"), ("新出现的团伙", "0")]


def read_off(section: Locator) -> list[tuple[str, str]]:
    """What stands beside each term; a heading of rows has nothing beside it."""
    terms, values = section.locator("dt").all_inner_texts(), section.locator("dd").all_inner_texts()
    return [(term, value) for term, value in zip(terms, values, strict=True) if value]


def as_told(bulletin: Any, language: str, few: str) -> list[tuple[str, str]]:
    lines = []
    for one in bulletin["sections"]:
        if one["total"] is not None or not one["rows"]:
            lines.append((one[language], "–" if one["total"] is None else f"{one['total']:,}"))
        lines += [(row[language], few if row["count"] is None else f"{row['count']:,}") for row in one["rows"]]
    return lines


def test_more_than_can_be_made_today_is_said_of_the_channel(page: Page, server: Served, world: World) -> None:
    def waits(data: Any) -> None:
        bound = {"region": "", "perHour": None, "usedHour": 0, "leftHour": None, "until": None}
        data["dispatch"]["capacities"] = [
            {"channel": "SMS", "perDay": 110, "usedDay": 8, "leftDay": 102, **bound},
            {"channel": "CALL", "perDay": 10, "usedDay": 0, "leftDay": 10, **bound},
        ]
        data["dispatch"]["queues"] = [queue("SMS", "440305", 6_628, 30), queue("CALL", "440305", 10, 30)]

    changed(page, {"PageQueue": waits})
    come_in(page, server.url, world.tokens[Role.SUPERVISOR])
    section = page.locator("section", has=page.get_by_role("heading", name="Queue and capacity"))
    expect(section.locator(".notice")).to_have_text(
        ["SMS: for 6,526 of the 6,628 that wait there is no room today."], timeout=PATIENCE_MS
    )


def test_the_queue_has_its_age_and_is_told_by_four_levels(page: Page, server: Served, world: World) -> None:
    def waits(data: Any) -> None:
        data["dispatch"]["capacities"] = []
        data["dispatch"]["queues"] = [
            queue("CALL", "440305", 3, 7_500),
            queue("CALL", "440104", 4, 600),
            queue("CALL", "330106", 5, 90),
            queue("CALL", None, 6, 30),
        ]

    changed(page, {"PageQueue": waits})
    come_in(page, server.url, world.tokens[Role.SUPERVISOR])
    section = page.locator("section", has=page.get_by_role("heading", name="Queue and capacity"))
    whole = section.locator("table").first.locator("tbody tr")
    expect(whole).to_have_count(1, timeout=PATIENCE_MS)
    assert whole.locator("td").all_inner_texts()[:4] == ["18", "0", "0", "2 h 5 min"]
    rows = section.locator("table").last.locator("tbody tr")
    expected = {
        "Ministry": [("whole country", "18", "2 h 5 min")],
        "Province": [("44", "7", "2 h 5 min"), ("33", "5", "1 min 30 s"), ("not known", "6", "30 s")],
        "City": [
            ("4403", "3", "2 h 5 min"),
            ("4401", "4", "10 min"),
            ("3301", "5", "1 min 30 s"),
            ("not known", "6", "30 s"),
        ],
        "County": [
            ("440305", "3", "2 h 5 min"),
            ("440104", "4", "10 min"),
            ("330106", "5", "1 min 30 s"),
            ("not known", "6", "30 s"),
        ],
    }
    for level, lines in expected.items():
        section.get_by_label("By region").select_option(label=level)
        expect(rows.locator("th")).to_have_text([region for region, *_ in lines])
        found = [
            (row.locator("th").inner_text(), *(row.locator("td").nth(k).inner_text() for k in (1, 4)))
            for row in rows.all()
        ]
        assert found == lines


def test_a_bank_says_why_it_is_not_suspect_and_the_den_why_it_is(opened: Page) -> None:
    for number, heading in ((BANK, "Why not suspect"), (DEN[0], "Why suspect")):
        opened.get_by_role("link", name="Search", exact=True).click()
        opened.get_by_label("A number in any form").fill(number)
        opened.get_by_role("button", name="Search", exact=True).click()
        told = opened.locator("section", has=opened.get_by_role("heading", name=heading, exact=True))
        expect(told.locator(".grounds li").first).to_be_visible(timeout=PATIENCE_MS)


def test_the_canvas_warns_above_two_thousand_and_goes_to_ten_thousand(opened: Page) -> None:
    to_the_canvas(opened)
    most = opened.get_by_label("At most", exact=True)
    warning = opened.get_by_text("More than 2,000 numbers take a moment.")
    for typed, shown, warned in (("2000", "2000", 0), ("2001", "2001", 1), ("999999", "10000", 1)):
        most.fill(typed)
        most.press("Enter")
        expect(warning).to_have_count(warned)
        expect(most).to_have_value(shown)
        expect(opened).to_have_url(re.compile(f"limit={shown}"))


def test_a_field_that_is_lacking_is_told_in_the_pages_language(opened: Page) -> None:
    to_the_canvas(opened)
    opened.get_by_role("button", name="Switch to Chinese").click()
    expect(opened.locator("html")).to_have_attribute("lang", "zh-CN")
    opened.get_by_text("存为文件").click()
    purpose = opened.locator(".saving input[name=purpose]")
    message = "(field) => field.validationMessage"
    opened.get_by_role("button", name="CSV", exact=True).click()
    assert purpose.evaluate(message) == "请填写此项。"
    purpose.fill("给同事看")
    assert purpose.evaluate(message) == ""
    purpose.fill("")
    opened.get_by_role("button", name="English").or_(opened.get_by_role("button", name="Switch to English")).click()
    expect(opened.locator("html")).to_have_attribute("lang", "en")
    opened.get_by_role("button", name="CSV", exact=True).click()
    assert purpose.evaluate(message) == "Please fill in this field."
