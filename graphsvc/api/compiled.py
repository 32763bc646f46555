"""An operation compiled once and run many times: each selected object becomes a function from a value to a dictionary.

graphql-core decides anew for every value of every list how each field is resolved and completed; here that is decided
once a document. The answers are the same (a test compares them byte for byte): root fields go through their real
resolvers, everything below them is plain values by then. Subscriptions and introspection are not compiled.
"""

from collections.abc import Callable, Hashable, Mapping
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
from graphsvc.api.source import NullInAnswer, Source

Shape = Callable[[Any], Any]
"""From a resolved value to what goes into the answer."""

_AS_THEY_ARE: Final = frozenset({"String", "ID", "Boolean", "Int", "Float"})


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
        source = Source()
        return source.compiled(self._value(source, kind, nodes, "it"))

    def _value(self, source: Source, kind: Any, nodes: list[FieldNode], it: str) -> str:
        """The expression that puts the value of a variable into the answer."""
        plain = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        present = self._present(source, plain, nodes, it)
        if plain is kind:
            return present if present == it else f"None if {it} is None else {present}"
        return f"{present} if {it} is not None else missing()"

    def _present(self, source: Source, kind: Any, nodes: list[FieldNode], it: str) -> str:
        """The same for a value that is not null."""
        if isinstance(kind, GraphQLList):
            return self._list(source, kind.of_type, nodes, it)
        if isinstance(kind, GraphQLScalarType):
            return it if kind.name in _AS_THEY_ARE else f"{source.name(kind.serialize, kind.name)}({it})"
        if isinstance(kind, GraphQLEnumType):
            return f"{source.name(_EnumNames(kind), kind.name)}[{it}]"
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            possible = self.schema.get_possible_types(kind)
            shapes = source.table(kind.name, {one.name: self._object(source, one, nodes) for one in possible})
            return f"{shapes}[type({it}).__strawberry_definition__.name]({it})"
        return f"{self._object(source, kind, nodes)}({it})"

    def _list(self, source: Source, kind: Any, nodes: list[FieldNode], it: str) -> str:
        plain = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if isinstance(plain, GraphQLScalarType) and plain.name in _AS_THEY_ARE:
            # a canvas has tens of thousands of values that need nothing done
            return f"{source.name(columns.as_they_are, 'as_they_are')}({it})"
        if isinstance(plain, GraphQLEnumType):
            return f"{source.name(_enums(plain, never_null=plain is not kind), plain.name)}({it})"
        each = f"[{self._value(source, kind, nodes, 'each')} for each in {it}]"
        if isinstance(plain, GraphQLScalarType) and plain.name == "DateTime":
            return f"{source.name(columns.instants, 'instants')}({it}) or {each}"
        return each

    def _object(self, source: Source, kind: GraphQLObjectType, nodes: list[FieldNode]) -> str:
        """The function that makes a dictionary of an object."""
        fields = self.collected(kind, *(node.selection_set for node in nodes if node.selection_set))
        lines: list[str] = []
        answer: list[str] = []
        for place, (name, selected) in enumerate(fields.items()):
            taken, shown = self._field(source, kind, selected, f"v{place}")
            lines.append(f"v{place} = {taken}")
            answer.append(f"{name!r}: {shown}")
        return source.function(kind.name, lines, f"{{{', '.join(answer)}}}")

    def _field(
        self, source: Source, parent: GraphQLObjectType, nodes: list[FieldNode], variable: str
    ) -> tuple[str, str]:
        """The expression by which a field is taken from `it` into a variable, and the one that puts that into the
        answer."""
        name = nodes[0].name.value
        if name == "__typename":
            return repr(parent.name), variable
        field = parent.fields[name]
        ours = field.extensions["strawberry-definition"]
        if ours.base_resolver is None:
            return f"it.{ours.python_name}", self._value(source, field.type, nodes, variable)
        # A field with arguments is a plain method; its arguments are known once the variables are.
        arguments = get_argument_values(field, nodes[0], self.variables)
        registry = self.strawberry.schema_converter.scalar_registry
        renamed = convert_arguments(arguments, ours.arguments, registry, self.strawberry.config)
        method = ours.base_resolver.wrapped_func
        if settled.BY in ours.metadata and (asked := self._settled(field.type, nodes)) is not None:
            # as a text, whose hash is worked out once: it is looked up several times for each of a page's people
            written = self._written_once(repr(asked), self.shape(field.type, nodes))
            return f"it.{ours.metadata[settled.BY]}", f"{source.name(written, 'written')}({variable})"
        given = ", ".join(["it", *(f"{name}={source.name(value, 'value')}" for name, value in renamed.items())])
        return f"{source.name(method, 'method')}({given})", self._value(source, field.type, nodes, variable)

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


class _EnumNames(dict[Any, str]):
    """From the values of an enum to their names; what is none of them is refused by the enum."""

    def __init__(self, kind: GraphQLEnumType) -> None:
        """Nothing is known until it is asked for."""
        self._kind = kind

    def __missing__(self, value: Any) -> str:
        """The name of a value that is met for the first time: there are no more than the enum has."""
        name: str = self._kind.serialize(value)
        self[value] = name
        return name


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
