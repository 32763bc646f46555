"""The schema, whole: every root field from its module. Run as a module it prints the SDL (`make schema`)."""

import sys
from functools import cache

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from graphsvc.api.schema.about import About
from graphsvc.api.schema.graphs import Exploring
from graphsvc.api.schema.numbers import EntityReport, NumberReport
from graphsvc.api.schema.queries import Looking
from graphsvc.api.schema.scalars import SCALARS
from graphsvc.api.schema.victims import Victim

Query = merge_types("Query", (Looking, Exploring, About))


@cache
def schema() -> strawberry.Schema:
    """The one schema of the service."""
    return strawberry.Schema(
        query=Query,
        types=[Victim, NumberReport, EntityReport],
        config=StrawberryConfig(scalar_map=SCALARS),
    )


def sdl() -> str:
    """The schema as text, as it is kept in `schema/graphsvc.graphql`."""
    return schema().as_str() + "\n"


if __name__ == "__main__":
    sys.stdout.write(sdl())
