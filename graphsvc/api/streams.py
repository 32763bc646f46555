"""A subscription, run: its answers one after the other, each made by graphql-core from what its resolver yields."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from inspect import isawaitable
from typing import Any, cast

import strawberry
from graphql import ExecutionResult, subscribe

from graphsvc.api.asking import Asking
from graphsvc.api.documents import Prepared
from graphsvc.api.execution import shown
from graphsvc.api.refusals import JsonObject


class NotBegun(Exception):
    """A subscription whose resolver refused; `errors` as entries of an answer."""

    def __init__(self, errors: list[JsonObject]) -> None:
        super().__init__("a subscription did not begin")
        self.errors = errors

    @property
    def code(self) -> str:
        """Of the first of them."""
        return str(self.errors[0]["extensions"]["code"])


async def stream(
    schema: strawberry.Schema, prepared: Prepared, variables: Mapping[str, Any], asking: Asking
) -> AsyncGenerator[JsonObject, None]:
    """The answers of a subscription, each with `data` and, where there are any, `errors`. NotBegun where none come."""
    name = prepared.operation.name.value if prepared.operation.name else None
    begun = subscribe(
        schema._schema,
        prepared.document,
        context_value=asking,
        variable_values=dict(variables),
        operation_name=name,
        hide_suggestions=True,
    )
    results = await begun if isawaitable(begun) else begun
    if isinstance(results, ExecutionResult):
        raise NotBegun([shown(error, asking) for error in results.errors or ()])
    async with aclosing(cast("AsyncGenerator[ExecutionResult, None]", results)) as answers:
        async for result in answers:
            yield _answer(result, asking)


def _answer(result: ExecutionResult, asking: Asking) -> JsonObject:
    answer: JsonObject = {"data": result.data}
    if result.errors:
        answer["errors"] = [shown(error, asking) for error in result.errors]
    return answer
