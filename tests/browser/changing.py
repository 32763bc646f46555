"""Answers that a world of the tests does not give: the service's own, changed before the page has them, or made up."""

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route


def changed(page: Page, changes: dict[str, Callable[[Any], None]]) -> None:
    """From now on the data answered to these operations are changed in place. Let go of by `nothing_in_flight`."""

    def handle(route: Route) -> None:
        asked = route.request.post_data or ""
        change = next((change for name, change in changes.items() if re.search(rf"query {name}\b", asked)), None)
        if change is None:
            route.continue_()
            return
        answer = route.fetch()
        body = answer.json()
        change(body["data"])
        route.fulfill(response=answer, body=json.dumps(body))

    page.route("**/graphql", handle)


def in_no_investigation(page: Page) -> None:
    """From now on no number is in one, made-up numbers too, of which the service would say that there are none."""

    def handle(route: Route) -> None:
        if "query PageContaining" not in (route.request.post_data or ""):
            route.fallback()
            return
        page_info = {"hasNextPage": False, "endCursor": None}
        route.fulfill(json={"data": {"investigations": {"edges": [], "pageInfo": page_info}}})

    page.route("**/graphql", handle)
