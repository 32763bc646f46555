"""An operation compiled once and run many times: each selection becomes a function from a value to a dictionary.

graphql-core decides anew for every value of every list how each field is resolved and completed; here that is decided
once a document. The answers are the same (a test compares them byte for byte): root fields go through their real
resolvers, everything below them is plain values by then. Subscriptions and introspection are not compiled.
"""

from collections.abc import Callable, Hashable, Mapping
from operator import attrgetter
from typing import Any, Final

import orjson
import strawberry
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSkipDirective,
    GraphQLUnionType,
    InlineFragmentNode,
    SelectionSetNode,
    get_directive_values,
    get_named_type,
)
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.types.arguments import convert_arguments

from graphsvc.api import columns, settled

Shape = Callable[[Any], Any]
"""From a resolved value to what goes into the answer."""

_AS_THEY_ARE: Final = frozenset({"String", "ID", "Boolean", "Int", "Float"})


class NullInAnswer(Exception):
    """A field that is never null was null: a fault of ours."""


class Compiler:
    """Compiles the selections of one document for one set of variable values."""

    def __init__(
        self,
        schema: strawberry.Schema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: VariableValues,
        memory: settled.Memory,
    ) -> None:
        """`memory` has the parts of answers that are settled."""
        self.strawberry = schema
        self.schema = schema._schema
        self.fragments = fragments
        self.variables = variables
        self.memory = memory

    def collected(self, parent: GraphQLObjectType, *sets: SelectionSetNode) -> dict[str, list[FieldNode]]:
        """The fields selected on an object type by the names they have in the answer, in order."""
        fields: dict[str, list[FieldNode]] = {}
        for selections in sets:
            self._collect(parent, selections, fields, set())
        return fields

    def shape(self, kind: GraphQLOutputType, nodes: list[FieldNode]) -> Shape:
        """How a value of that type is put into the answer."""
        if isinstance(kind, GraphQLNonNull):
            return self._never_null(kind.of_type, nodes)
        inner = self._present(kind, nodes)
        if inner is None:
            return _as_it_is
        return lambda value: None if value is None else inner(value)

    def _never_null(self, kind: Any, nodes: list[FieldNode]) -> Shape:
        inner = self._present(kind, nodes)

        def present(value: Any) -> Any:
            if value is None:
                raise NullInAnswer
            return value if inner is None else inner(value)

        return present

    def _present(self, kind: Any, nodes: list[FieldNode]) -> Shape | None:
        """How a value that is not null is put into the answer; None where it goes in as it is."""
        if isinstance(kind, GraphQLList):
            return self._list(kind.of_type, nodes)
        if isinstance(kind, GraphQLScalarType):
            return None if kind.name in _AS_THEY_ARE else kind.serialize
        if isinstance(kind, GraphQLEnumType):
            return _enum(kind)
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            return self._one_of(kind, nodes)
        return self._object(kind, nodes)

    def _list(self, kind: Any, nodes: list[FieldNode]) -> Shape:
        plain = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if isinstance(plain, GraphQLScalarType) and plain.name in _AS_THEY_ARE:
            return columns.as_they_are  # a canvas has tens of thousands of values that need nothing done
        if isinstance(plain, GraphQLEnumType):
            return _enums(plain, never_null=plain is not kind)
        item = self.shape(kind, nodes)
        if isinstance(plain, GraphQLScalarType) and plain.name == "DateTime":
            return lambda values: columns.instants(values) or [item(value) for value in values]
        return lambda values: [item(value) for value in values]

    def _object(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Shape:
        fields = self.collected(kind, *(node.selection_set for node in nodes if node.selection_set))
        parts = [(name, *self._field(kind, nodes)) for name, nodes in fields.items()]

        def whole(value: Any) -> dict[str, Any]:
            return {name: shape(get(value)) for name, get, shape in parts}

        return whole

    def _one_of(self, kind: GraphQLInterfaceType | GraphQLUnionType, nodes: list[FieldNode]) -> Shape:
        shapes = {one.name: self._object(one, nodes) for one in self.schema.get_possible_types(kind)}
        return lambda value: shapes[type(value).__strawberry_definition__.name](value)

    def _field(self, parent: GraphQLObjectType, nodes: list[FieldNode]) -> tuple[Shape, Shape]:
        """How a field is taken from its object, and how it is put into the answer."""
        name = nodes[0].name.value
        if name == "__typename":
            return (lambda _: parent.name), _as_it_is
        field = parent.fields[name]
        shape = self.shape(field.type, nodes)
        ours = field.extensions["strawberry-definition"]
        if ours.base_resolver is None:
            return attrgetter(ours.python_name), shape
        # A field with arguments is a plain method; its arguments are known once the variables are.
        arguments = get_argument_values(field, nodes[0], self.variables)
        registry = self.strawberry.schema_converter.scalar_registry
        renamed = convert_arguments(arguments, ours.arguments, registry, self.strawberry.config)
        method = ours.base_resolver.wrapped_func
        if settled.BY in ours.metadata and (asked := self._settled(field.type, nodes)) is not None:
            # as a text, whose hash is worked out once: it is looked up several times for each of a page's people
            return attrgetter(ours.metadata[settled.BY]), self._written_once(repr(asked), shape)
        return (lambda value: method(value, **renamed)), shape

    def _settled(self, kind: GraphQLOutputType, nodes: list[FieldNode]) -> Hashable | None:
        """What is selected of a value, the same for every document that selects the same; None where some of it may
        still change."""
        named = get_named_type(kind)
        if not isinstance(named, GraphQLObjectType):
            return None if any(node.selection_set for node in nodes) else ()
        selected = self.collected(named, *(node.selection_set for node in nodes if node.selection_set))
        parts: list[tuple[str, str, str, Hashable]] = []
        for name, inner in selected.items():
            field = inner[0].name.value
            if field == "__typename":
                parts.append((name, field, "", ()))
                continue
            if f"{named.name}.{field}" not in settled.FIELDS:
                return None
            below = self._settled(named.fields[field].type, inner)
            if below is None:
                return None
            arguments = get_argument_values(named.fields[field], inner[0], self.variables)
            parts.append((name, field, repr(sorted(arguments.items())), below))
        return named.name, *parts

    def _written_once(self, asked: str, shape: Shape) -> Shape:
        """A settled value as it goes into every answer that asks the same of it."""
        memory = self.memory

        def written(value: settled.Settled[Any]) -> Any:
            if value.key is None:
                return shape(value.value())

            def fresh() -> orjson.Fragment:
                memory.looks.get(asked, lambda: written)
                return orjson.Fragment(orjson.dumps(shape(value.value()), option=columns.WRITES))

            return memory.written.get((asked, value.key), fresh)

        return written

    def _collect(
        self,
        parent: GraphQLObjectType,
        selections: SelectionSetNode,
        fields: dict[str, list[FieldNode]],
        spread: set[str],
    ) -> None:
        for node in selections.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                fields.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                if condition is None or self._applies(condition.name.value, parent):
                    self._collect(parent, node.selection_set, fields, spread)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                fragment = self.fragments[node.name.value]
                if self._applies(fragment.type_condition.name.value, parent):
                    self._collect(parent, fragment.selection_set, fields, spread)

    def _included(self, node: Any) -> bool:
        skip = get_directive_values(GraphQLSkipDirective, node, self.variables)
        if skip and skip["if"]:
            return False
        include = get_directive_values(GraphQLIncludeDirective, node, self.variables)
        return not include or bool(include["if"])

    def _applies(self, name: str, parent: GraphQLObjectType) -> bool:
        condition = self.schema.type_map[name]
        if condition is parent:
            return True
        if not isinstance(condition, GraphQLInterfaceType | GraphQLUnionType):
            return False
        return self.schema.is_sub_type(condition, parent)


def _enum(kind: GraphQLEnumType) -> Shape:
    names: dict[Any, str] = {}  # serialize refuses what is no member: there are never more

    def name_of(value: Any) -> str:
        if value not in names:
            names[value] = kind.serialize(value)
        return names[value]

    return name_of


def _enums(kind: GraphQLEnumType, *, never_null: bool) -> Shape:
    """The same for a list: a canvas has one of ten thousand."""
    names: dict[Any, str | None] = {} if never_null else {None: None}

    def names_of(values: Any) -> list[str | None]:
        for value in set(values).difference(names):
            if value is None:
                raise NullInAnswer
            names[value] = kind.serialize(value)
        return [names[value] for value in values]

    return names_of


def _as_it_is(value: Any) -> Any:
    return value
