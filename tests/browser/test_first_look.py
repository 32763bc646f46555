"""The link that `graphsvc serve` prints: it opens the page once, and says what to do when it is opened again."""

from playwright.sync_api import Browser, Page, expect

from graphsvc.model.callers import Role
from tests.api.serving import serving
from tests.browser.conftest import World

TODAY = "Who will probably lose money next"
IN_ENGLISH = "localStorage.setItem('language', localStorage.getItem('language') ?? 'en')"


def test_the_link_opens_the_page_once_and_loaded_anew_it_stays_open(
    world: World, page: Page, chromium: Browser
) -> None:
    page.add_init_script(IN_ENGLISH)
    with serving(world.home) as (url, link, _, _):
        address = f"{url}/#token={link}"
        page.goto(address)
        expect(page.get_by_role("heading", name=TODAY)).to_be_visible()
        assert "token" not in page.url
        page.reload()
        expect(page.get_by_role("heading", name=TODAY)).to_be_visible()
        page.goto("about:blank")
        page.goto(address)  # this tab is in already
        expect(page.get_by_role("heading", name=TODAY)).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)

        with chromium.new_context() as context:
            other = context.new_page()
            other.add_init_script(IN_ENGLISH)
            other.goto(address)
            told = other.get_by_role("alert")
            expect(told).to_contain_text("opens once")
            expect(told).to_contain_text("graphsvc token create --role investigator")
            assert link not in other.url
            other.get_by_label("Token").fill(world.tokens[Role.INVESTIGATOR])
            other.keyboard.press("Enter")
            expect(other.get_by_role("heading", name=TODAY)).to_be_visible()
            other.get_by_role("button", name="Sign out").click()
            expect(other.get_by_role("alert")).to_have_count(0)  # what was said of the link is over
