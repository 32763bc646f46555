"""The gate: refuses documents that would cost too much, in time linear in their length, before anything else runs.

Each selection set is walked once. What a fragment holds is remembered, so that a fragment that is spread a thousand
times, or nests others thirty deep, is counted as what it would expand to without being expanded.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from graphsvc.api.refusals import Refusal

TOKENS_MAX: Final = 1000
_COUNTED_UP_TO: Final = 10**6
"""Counts stop growing here: nested fragments would otherwise make numbers of thousands of digits."""


@dataclass(frozen=True)
class Size:
    """What a selection set expands to."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    """On fields, spreads and inline fragments."""

    def beside(self, other: "Size") -> "Size":
        """Both, one next to the other."""
        return Size(
            max(self.depth, other.depth),
            min(self.fields + other.fields, _COUNTED_UP_TO),
            min(self.aliases + other.aliases, _COUNTED_UP_TO),
            min(self.directives + other.directives, _COUNTED_UP_TO),
        )


MOST: Final = Size(depth=12, fields=400, aliases=20, directives=12)
"""The largest operation that is answered; introspection, which only few roles may ask for, fits in as well."""
FRAGMENTS_MAX: Final = 20
OPERATIONS_MAX: Final = 10
PAIRS_MAX: Final = 200
"""Pairs of fields that would answer under one name in one place: validation compares each with each."""


def parsed(source: str) -> DocumentNode:
    """The document, if it is one and within bounds. Refused otherwise, with nothing of it in the message."""
    try:
        document = parse(
            source,
            max_tokens=TOKENS_MAX,
            max_lexical_tokens=2 * TOKENS_MAX,
            max_comments=TOKENS_MAX,
            allow_empty_selection_sets=False,
        )
    except GraphQLError as error:
        where = error.locations[0] if error.locations else None
        place = f" at line {where.line}, column {where.column}" if where else ""
        if "token" in error.message or "deep" in error.message:
            raise _too_complex(f"more than {TOKENS_MAX} tokens, or nested too deeply") from None
        raise Refusal("GRAPHQL_PARSE_FAILED", f"the document is no GraphQL{place}") from None
    except RecursionError:
        raise _too_complex("nested too deeply") from None
    check(document)
    return document


def check(document: DocumentNode) -> None:
    """Refuse a document that is larger than MOST, or whose fragments go round in circles."""
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    if len(operations) + len(fragments) < len(document.definitions):
        raise Refusal("GRAPHQL_VALIDATION_FAILED", "a document holds operations and fragments only")
    if len(operations) > OPERATIONS_MAX or len(fragments) > FRAGMENTS_MAX:
        raise _too_complex(f"more than {OPERATIONS_MAX} operations or {FRAGMENTS_MAX} fragments")
    walk = _Walk(fragments, {})
    for node in (*operations, *fragments.values()):
        # Fragments that nobody spreads count too: validation would walk them all the same.
        size = walk.size_of(node.selection_set)
        size = size.beside(Size(directives=len(node.directives or ())))
        _compare(size)
    # Only now: what is walked here is expanded, and no larger than MOST.
    pairs = _Pairs(fragments)
    for node in (*operations, *fragments.values()):
        pairs.count_in([node.selection_set])


def _compare(size: Size) -> None:
    for what in ("depth", "fields", "aliases", "directives"):
        most = getattr(MOST, what)
        if getattr(size, what) > most:
            raise _too_complex(f"{what}: at most {most}, fragments counted as often as they are spread")


@dataclass
class _Walk:
    fragments: dict[str, FragmentDefinitionNode]
    known: dict[str, Size | None]
    """Of each fragment: what it expands to; None while it is being walked."""

    def size_of(self, selections: SelectionSetNode, level: int = 1) -> Size:
        """What these selections expand to."""
        # The parser bounds nesting by its tokens; ours is bounded before Python's own stack is.
        if level > MOST.depth * 2:
            raise _too_complex(f"depth: at most {MOST.depth}")
        size = Size()
        for node in selections.selections:
            size = size.beside(Size(directives=len(node.directives or ())))
            if isinstance(node, FieldNode):
                below = self.size_of(node.selection_set, level + 1) if node.selection_set else Size()
                own = Size(below.depth + 1, below.fields + 1, below.aliases + bool(node.alias), below.directives)
                size = size.beside(own)
            elif isinstance(node, InlineFragmentNode):
                size = size.beside(self.size_of(node.selection_set, level + 1))
            elif isinstance(node, FragmentSpreadNode):
                size = size.beside(self._of_fragment(node.name.value))
        return size

    def _of_fragment(self, name: str) -> Size:
        if name in self.known:
            size = self.known[name]
            if size is None:
                raise Refusal("GRAPHQL_VALIDATION_FAILED", "a fragment spreads itself")
            return size
        self.known[name] = None
        fragment = self.fragments.get(name)
        size = self.size_of(fragment.selection_set) if fragment else Size()
        self.known[name] = size
        return size


@dataclass
class _Pairs:
    fragments: dict[str, FragmentDefinitionNode]
    found: int = 0

    def count_in(self, merged: Sequence[SelectionSetNode]) -> None:
        """Count pairs of the same name in selections that answer in one place, and in all below them."""
        times: Counter[str] = Counter()
        below: dict[str, list[SelectionSetNode]] = {}
        for field in self._fields(merged):
            name = (field.alias or field.name).value
            self.found += times[name]
            times[name] += 1
            if self.found > PAIRS_MAX:
                raise _too_complex(f"the same name in the same place: at most {PAIRS_MAX} pairs")
            if field.selection_set is not None:
                below.setdefault(name, []).append(field.selection_set)
        for sets in below.values():
            self.count_in(sets)

    def _fields(self, merged: Sequence[SelectionSetNode]) -> Iterator[FieldNode]:
        for selections in merged:
            for node in selections.selections:
                if isinstance(node, FieldNode):
                    yield node
                elif isinstance(node, InlineFragmentNode):
                    yield from self._fields([node.selection_set])
                elif isinstance(node, FragmentSpreadNode) and node.name.value in self.fragments:
                    yield from self._fields([self.fragments[node.name.value].selection_set])


def _too_complex(why: str) -> Refusal:
    return Refusal("DOCUMENT_TOO_COMPLEX", f"this document is not answered: {why}")
