"""What a view reads of the service, and when it has read everything that it asks for."""

import re

from playwright.sync_api import Page, Request, expect


def all_read(page: Page) -> None:
    """Wait until every part of the view has its answer.

    The browser's `networkidle` is no such wait: it is of the document's load, and what a view asks for later, in the
    same document, it has long been before.
    """
    expect(page.get_by_role("status").filter(has_text=re.compile("^(Reading …|正在读取…)$"))).to_have_count(0)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def answered_to(page: Page) -> list[Request]:
    """What the page asks the service from now on, as soon as the whole answer is there."""
    answered: list[Request] = []
    page.on("requestfinished", lambda one: answered.append(one) if one.url.endswith("/graphql") else None)
    return answered


def texts_of(answered: list[Request]) -> list[str]:
    """Those answers; to be read in the document that asked."""
    responses = [one.response() for one in answered]
    return [response.text() for response in responses if response is not None]
