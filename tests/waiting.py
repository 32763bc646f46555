"""Several callers that wait for the same turn, so that what they ask is served together."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from graphsvc.store.together import Together


def at_once(waiting: Together[Any, Any], calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each of these calls gives, or what it raises; all are there before the first one is served."""
    with ThreadPoolExecutor(max(len(calls), 1)) as threads:
        asked = []
        with waiting._turn:
            for place, call in enumerate(calls):
                asked.append(threads.submit(call))
                while len(waiting) <= place and not asked[-1].done():
                    time.sleep(0.001)
        return [one.exception(60) or one.result(60) for one in asked]
