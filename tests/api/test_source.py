"""The functions that answers are written by: what they make of nulls, where no world of the tests has any."""

from types import SimpleNamespace
from typing import Any

import pytest
from graphql import FieldNode, OperationDefinitionNode, parse
from graphql.execution.values import VariableValues

from graphsvc.api.compiled import Compiler
from graphsvc.api.schema.whole import schema
from graphsvc.api.settled import Memory
from graphsvc.api.source import NullInAnswer

NETWORKS = "{ networks { edges { cursor } pageInfo { hasNextPage endCursor } } }"


def shown(value: Any) -> Any:
    """What a connection of networks becomes in the answer to this document."""
    operation = parse(NETWORKS).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    field = operation.selection_set.selections[0]
    assert isinstance(field, FieldNode)
    ours = schema()
    root = ours._schema.query_type
    assert root is not None
    compiler = Compiler(ours, {}, VariableValues({}, {}), Memory())
    return compiler.shape(root.fields["networks"].type, [field])(value)


def connection(edges: Any, more: Any, cursor: Any) -> SimpleNamespace:
    return SimpleNamespace(edges=edges, page_info=SimpleNamespace(has_next_page=more, end_cursor=cursor))


def test_a_null_goes_into_the_answer_where_the_schema_allows_it() -> None:
    assert shown(connection([], False, None)) == {"edges": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}


@pytest.mark.parametrize(
    "broken",
    [
        None,
        connection(None, True, "x"),
        connection([None], True, "x"),
        connection([SimpleNamespace(cursor=None)], True, "x"),
        connection([], None, "x"),
        SimpleNamespace(edges=[], page_info=None),
    ],
)
def test_a_null_that_the_schema_forbids_is_a_fault_of_ours(broken: Any) -> None:
    with pytest.raises(NullInAnswer):
        shown(broken)
