"""Documents that were looked at before: parsed, held against gate and schema, and known by what they ask for.

Clients send the same few documents again and again. Each is prepared once and kept under its whole text, in a bounded
memory; a refused one is never kept.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    validate,
)
from graphql.validation import specified_rules
from graphql.validation.rules.max_introspection_depth_rule import MaxIntrospectionDepthRule

from graphsvc.api.authority import fields_of
from graphsvc.api.gate import parsed
from graphsvc.api.refusals import Refusal
from graphsvc.api.settled import Memory
from graphsvc.model.kept import Kept
from graphsvc.model.numbers import redact

KEPT: Final = 256
PLANS_KEPT: Final = 32
_ERRORS_SHOWN: Final = 5
_RULES: Final = (*specified_rules, MaxIntrospectionDepthRule)
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"' + r"|'[^']{41,}'")
"""Literals of the document, which may be numbers, and names that are too long to be any."""


@dataclass(frozen=True)
class Prepared:
    """An operation of a valid document."""

    document: DocumentNode
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    fields: frozenset[str]
    """Every `Type.field` that it selects."""
    shaping: tuple[str, ...]
    """Variables that decide how nested fields look: each set of their values is a plan of its own."""
    plans: Kept[Any] = field(repr=False, compare=False)
    settled: Memory = field(repr=False, compare=False)

    @property
    def kind(self) -> OperationType:
        """Query, mutation or subscription."""
        return self.operation.operation

    @property
    def introspects(self) -> bool:
        """Whether it asks about the schema."""
        return not self.fields.isdisjoint({"Query.__schema", "Query.__type"})


class Documents:
    """The documents of one schema."""

    def __init__(self, schema: GraphQLSchema, *, suggest: bool = False) -> None:
        """`suggest`: whether an unknown field is answered with similar ones; not for strangers."""
        self._schema = schema
        self._suggest = suggest
        self._kept: Kept[Prepared] = Kept(KEPT)
        self.settled = Memory()

    def prepared(self, source: str, operation_name: str | None) -> Prepared:
        """The operation of that name, or the only one. Refused where gate, schema or name say no."""
        return self._kept.get((source, operation_name), lambda: self._prepare(source, operation_name))

    def known_to_select(self, source: str, operation_name: str | None, field: str) -> bool:
        """Whether this was prepared before and selects that `Type.field`; nothing is prepared for the question."""
        prepared = self._kept.peek((source, operation_name))
        return prepared is not None and field in prepared.fields

    def _prepare(self, source: str, operation_name: str | None) -> Prepared:
        document = parsed(source)
        errors = validate(
            self._schema,
            document,
            _RULES,
            max_errors=_ERRORS_SHOWN,
            hide_suggestions=not self._suggest,
            allow_empty_selection_sets=False,
        )
        if errors:
            raise _invalid(errors)
        operation = _operation(document, operation_name)
        fragments = {n.name.value: n for n in document.definitions if isinstance(n, FragmentDefinitionNode)}
        return Prepared(
            document=document,
            operation=operation,
            fragments=fragments,
            fields=fields_of(self._schema, document, operation),
            shaping=tuple(sorted(_shaping(operation, fragments))),
            plans=Kept(PLANS_KEPT),
            settled=self.settled,
        )


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if name is None and len(operations) == 1:
        return operations[0]
    for node in operations:
        if name is not None and node.name and node.name.value == name:
            return node
    why = "`operationName` says which of the operations is meant" if name is None else "no operation has that name"
    raise Refusal("GRAPHQL_VALIDATION_FAILED", why)


def _invalid(errors: list[GraphQLError]) -> Refusal:
    """The faults with their places. What was quoted from the document may be a number: it is left out."""
    told = []
    for error in errors:
        where = error.locations[0] if error.locations else None
        place = f" (line {where.line}, column {where.column})" if where else ""
        told.append(_QUOTED.sub("…", redact(error.message)) + place)
    return Refusal("GRAPHQL_VALIDATION_FAILED", "; ".join(told))


def _shaping(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> set[str]:
    """Variables in arguments below the root fields, and in directives anywhere."""
    found: set[str] = set()
    for node in operation.selection_set.selections:
        for directive in node.directives or ():
            found |= _variables(directive)
        if isinstance(node, FieldNode):
            found |= _variables(node.selection_set)
        else:
            found |= _variables(node)
    for fragment in fragments.values():
        found |= _variables(fragment.selection_set)
    return found


def _variables(node: object) -> set[str]:
    return {variable.name.value for variable in _within(node) if isinstance(variable, VariableNode)}


def _within(node: object) -> Iterator[Node]:
    """A node and all below it."""
    if isinstance(node, Node):
        yield node
        for name in node.keys:
            if name != "loc":
                yield from _within(getattr(node, name, None))
    elif isinstance(node, list | tuple):
        for item in node:
            yield from _within(item)
