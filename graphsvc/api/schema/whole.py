"""The schema, whole: every root field from its module. Run as a module it prints the SDL (`make schema`)."""

import sys
from functools import cache

import strawberry
from graphql import GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema, Undefined
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from graphsvc.api.schema.about import About
from graphsvc.api.schema.checking import Checking
from graphsvc.api.schema.descents import Descending
from graphsvc.api.schema.evaluations import Comparing
from graphsvc.api.schema.exporting import Exporting
from graphsvc.api.schema.graphs import Exploring
from graphsvc.api.schema.investigating import Investigating, Investigations
from graphsvc.api.schema.investigations import Investigation
from graphsvc.api.schema.mutations import Dispatching, Watching
from graphsvc.api.schema.nudging import Nudging
from graphsvc.api.schema.numbers import EntityReport, NumberReport
from graphsvc.api.schema.packing import Packing
from graphsvc.api.schema.queries import Looking
from graphsvc.api.schema.questions import Questioning, Questions
from graphsvc.api.schema.scalars import SCALARS
from graphsvc.api.schema.stating import Stating
from graphsvc.api.schema.supervising import Reading, Supervising
from graphsvc.api.schema.supposing import Supposing
from graphsvc.api.schema.victims import Victim

Query = merge_types(
    "Query",
    (
        Looking,
        Descending,
        Exploring,
        Supposing,
        Investigations,
        Questions,
        Packing,
        Watching,
        Checking,
        Reading,
        Comparing,
        About,
    ),
)
Mutation = merge_types("Mutation", (Dispatching, Stating, Exporting, Investigating, Questioning, Supervising))
Subscription = merge_types("Subscription", (Nudging,))


@cache
def schema() -> strawberry.Schema:
    """The one schema of the service."""
    made = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Victim, NumberReport, EntityReport, Investigation],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    _leave_out_null_defaults(made._schema)
    return made


def _leave_out_null_defaults(graph: GraphQLSchema) -> None:
    """An argument that may be left out has no default in the contract; Strawberry would print `= null`."""
    for kind in graph.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            inputs = list(kind.fields.values())
        elif isinstance(kind, GraphQLObjectType):
            inputs = [about for field in kind.fields.values() for about in field.args.values()]
        else:
            continue
        for about in inputs:
            if about.default_value is None:
                about.default_value = Undefined


def sdl() -> str:
    """The schema as text, as it is kept in `schema/graphsvc.graphql`."""
    return schema().as_str() + "\n"


if __name__ == "__main__":
    sys.stdout.write(sdl())
