"""Answers that a world of the tests does not give: the service's own, changed before the page has them."""

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
