"""One operation, run: prepared before, coerced, held against the table of authority, answered.

Queries and mutations run compiled; introspection by graphql-core. Both go through the same resolvers, all synchronous,
on the thread that this is called on. Errors leave as refusals: a code, a message that echoes nothing.
"""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Final

import orjson
import strawberry
from graphql import GraphQLError, GraphQLNonNull, execute_sync
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values

from graphsvc.api.asking import Asking
from graphsvc.api.compiled import Compiler
from graphsvc.api.documents import Prepared
from graphsvc.api.refusals import JsonObject, Refusal, explained

_VARIABLE_ERRORS: Final = 5


def run(schema: strawberry.Schema, prepared: Prepared, variables: Mapping[str, Any], asking: Asking) -> JsonObject:
    """The answer to a query or mutation: `data`, and `errors` where there are any.

    `variables` as they came; `asking.variables` are the same, coerced.
    """
    if not prepared.introspects:
        return run_compiled(schema, prepared, asking.variables, asking)
    return run_plain(schema, prepared, variables, asking)


def coerced_variables(schema: strawberry.Schema, prepared: Prepared, variables: Mapping[str, Any]) -> VariableValues:
    """Variables as their types want them; Refusal names the wrong ones without their values."""
    definitions = prepared.operation.variable_definitions or ()
    found = get_variable_values(
        schema._schema, definitions, dict(variables), max_errors=_VARIABLE_ERRORS, hide_suggestions=True
    )
    if isinstance(found, list):
        names = {node.variable.name.value for error in found for node in error.nodes or () if hasattr(node, "variable")}
        named = ", ".join(f"${name}" for name in sorted(names)) or "a variable"
        raise Refusal("BAD_USER_INPUT", f"not what the declared type allows: {named}")
    return found


def run_plain(
    schema: strawberry.Schema, prepared: Prepared, variables: Mapping[str, Any], asking: Asking
) -> JsonObject:
    """The answer by graphql-core, which looks at every value anew: what compiled answers are compared with."""
    name = prepared.operation.name.value if prepared.operation.name else None
    result = execute_sync(
        schema._schema,
        prepared.document,
        context_value=asking,
        variable_values=dict(variables),
        operation_name=name,
        hide_suggestions=True,
    )
    answer: JsonObject = {"data": result.data}
    if result.errors:
        answer["errors"] = [shown(error, asking) for error in result.errors]
    return answer


def run_compiled(
    schema: strawberry.Schema, prepared: Prepared, variables: VariableValues, asking: Asking
) -> JsonObject:
    """The answer by the plan of this document, root fields one after the other.

    One that fails is null and named in `errors`; where it is never null nothing after it is run, and there is no data.
    """
    given = {name: variables.coerced.get(name) for name in prepared.shaping}
    key = orjson.dumps(given, default=str)
    compiler = Compiler(schema, prepared.fragments, variables, prepared.settled)
    plan = prepared.plans.get(key, lambda: _plan(schema, compiler, prepared))
    info = SimpleNamespace(context=asking)
    data: JsonObject = {}
    errors: list[JsonObject] = []
    for name, field, nodes, shape in plan:
        try:
            if field is None:
                data[name] = prepared.kind.value.capitalize()
                continue
            arguments = get_argument_values(field, nodes[0], variables, hide_suggestions=True)
            data[name] = shape(field.resolve(None, info, **arguments))
        except Exception as error:
            errors.append(_failed(error, name, nodes[0], asking))
            if isinstance(field.type, GraphQLNonNull):
                return {"data": None, "errors": errors}
            data[name] = None
    return {"data": data, "errors": errors} if errors else {"data": data}


def _plan(schema: strawberry.Schema, compiler: Compiler, prepared: Prepared) -> list[tuple[str, Any, Any, Any]]:
    root = schema._schema.get_root_type(prepared.kind)
    assert root is not None
    plan: list[tuple[str, Any, Any, Any]] = []
    for name, nodes in compiler.collected(root, prepared.operation.selection_set).items():
        field = root.fields.get(nodes[0].name.value)  # none for __typename
        plan.append((name, field, nodes, compiler.shape(field.type, nodes) if field else None))
    return plan


def _failed(error: Exception, name: str, node: Any, asking: Asking) -> JsonObject:
    location = node.loc.start_token if node.loc else None
    entry = explained(error, asking.request_id).shown()
    where = [{"line": location.line, "column": location.column}] if location else []
    return {"message": entry["message"], "locations": where, "path": [name], "extensions": entry["extensions"]}


def shown(error: GraphQLError, asking: Asking) -> JsonObject:
    """An error of graphql-core as an entry of `errors`."""
    entry = explained(error, asking.request_id).shown()
    where = [{"line": place.line, "column": place.column} for place in error.locations or ()]
    return {"message": entry["message"], "locations": where, "path": error.path, "extensions": entry["extensions"]}
