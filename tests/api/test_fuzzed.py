"""Documents and requests made up by others: none is answered with a fault of ours.

schemathesis speaks to a real server over HTTP: documents from the printed schema, wrong methods, headers and bodies.
hypothesis-graphql makes documents for a role in this process, where many more can be tried, with values that are
numbers, ids and texts of ours besides its own. Both are bounded by how many they try.
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import mutations, nodes, queries
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok

from graphsvc.api.app import make_room
from graphsvc.api.refusals import Refusal
from graphsvc.api.room import Room
from graphsvc.api.schema.whole import schema as one_schema
from graphsvc.api.schema.whole import sdl
from graphsvc.model.callers import Role
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.clients import Client, caller
from tests.api.serving import Served, served
from tests.api.test_answers import both
from tests.story.feeds import ANN, DEN, DEVICE

ANOTHER_EACH_TIME = {"evidencePack", "simulateFlag", "service", "dispatch"}
"""Answers that tell the time of day, or take seconds to make."""
EXAMPLES = 25 * int(os.environ.get("GRAPHSVC_FUZZ", "4" if os.environ.get("CI") else "1"))
"""Documents for each role; the environment makes it a multiple. Four times as many take fuzzers a minute."""
ROLES = [role.value for role in Role if role is not Role.FEEDER]
TEXTS = st.sampled_from([ANN, *DEN, DEVICE, "95588", "N-0000-1", "W-0000-1", "44", "4403", "2026-03-04", "", "x"])
SCALARS = {
    "DateTime": st.sampled_from(["2026-03-01T08:00:00Z", "2020-01-01T00:00:00.000Z", "no time"]).map(nodes.String),
    "Long": st.integers(-(2**60), 2**60).map(nodes.Int),
    "ID": TEXTS.map(nodes.String),
    "String": (TEXTS | st.text(max_size=20)).map(nodes.String),
}


@pytest.fixture(scope="module")
def home(made_busy_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that may be changed."""
    place = tmp_path_factory.mktemp("fuzzed") / "home"
    shutil.copytree(made_busy_world, place)
    return place


@pytest.fixture(scope="module")
def everybody(home: Path) -> Iterator[dict[str, Client]]:
    """Somebody of each role, of one service."""
    with open_service(Settings(home=home, api_budget=10**9)) as service:
        room: Room = make_room(service)
        yield {role: caller(room, role) for role in ROLES}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", ["query", "mutation"])
def test_no_made_up_document_meets_a_fault_of_ours(everybody: dict[str, Client], role: str, kind: str) -> None:
    make = queries if kind == "query" else mutations
    codes: set[str] = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(make(sdl(), custom_scalars=SCALARS, allow_null=True))
    def tried(document: str) -> None:
        answer = everybody[role].post(document)
        errors: list[dict[str, Any]] = answer.json().get("errors", [])
        codes.update(error["extensions"]["code"] for error in errors)
        assert answer.status_code < 500, (document, answer.text)
        assert "INTERNAL_SERVER_ERROR" not in codes, (document, answer.text)

    tried()
    assert codes, "made-up documents are refused by something"


def test_made_up_documents_are_answered_as_by_plain_strawberry(home: Path) -> None:
    """Byte for byte the answer of graphql-core, which looks at each value anew; errors too."""
    graph = one_schema()._schema
    assert graph.query_type is not None
    fields = sorted(set(graph.query_type.fields) - ANOTHER_EACH_TIME)
    # Values that are mostly taken: what is refused before it is answered compares little.
    known = {
        **SCALARS,
        "ID": st.sampled_from(["N-0000-0", "N-0000-1", "I-0000-0"]).map(nodes.String),
        "Int": st.integers(1, 20).map(nodes.Int),
        "String": TEXTS.map(nodes.String),
    }
    tried: Counter[str] = Counter()

    with open_service(Settings(home=home, api_budget=10**9)) as service:
        room = make_room(service)

        @settings(
            max_examples=4 * EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.sampled_from(fields).flatmap(lambda one: queries(sdl(), fields=[one], custom_scalars=known)))
        def compared(document: str) -> None:
            try:
                compiled, plain = both(room, document, {})
            except Refusal as refusal:
                tried[refusal.code] += 1
                return
            found = orjson.loads(compiled)
            assert found == orjson.loads(plain), document
            assert b'"errors"' in plain or compiled == plain, document
            some = found["data"] is not None and any(value is not None for value in found["data"].values())
            tried["some data" if some else "errors alone"] += 1

        compared()
    assert tried["some data"] >= EXAMPLES // 4, tried
    assert tried["errors alone"] >= 3, tried


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Served]:
    with served(home) as running:
        yield running


def test_schemathesis_finds_no_fault_of_ours(server: Served) -> None:
    """Its GraphQL mode over the network; what it makes of the schema is posted as it is."""
    config = SchemathesisConfig.discover()
    schema = schemathesis.graphql.from_file(sdl(), config=config)
    tried = 0
    operations = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    roots = (one_schema()._schema.query_type, one_schema()._schema.mutation_type)
    assert len(operations) == sum(len(root.fields) for root in roots if root is not None)
    strategy = st.one_of(*(operation.as_strategy() for operation in operations))

    @settings(
        max_examples=5 * EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def ask(case: Any) -> None:
        nonlocal tried
        tried += 1
        body = orjson.dumps({"query": case.body}) if isinstance(case.body, str) else orjson.dumps(case.body)
        headers = {"authorization": f"Bearer {server.token}", "content-type": "application/json"}
        answer = httpx.post(f"{server.url}/graphql", content=body, headers=headers, timeout=60)
        assert answer.status_code < 500, (body, answer.text)
        assert "INTERNAL_SERVER_ERROR" not in answer.text, (body, answer.text)

    ask()
    assert tried >= EXAMPLES
