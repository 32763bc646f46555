"""What an operation would cost at most, reckoned before it runs; and how much each caller may spend.

A unit is a value in the answer. Verbs that work through the graph cost what they cost even if they find nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLList,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
)
from graphql.execution.values import VariableValues, get_argument_values

from graphsvc.api.documents import Prepared
from graphsvc.api.refusals import Refusal
from graphsvc.reports.canvas import NUMBERS_MOST

COST_MAX: Final = 60_000
LIST_GUESS: Final = 5
"""Items of a list that no argument bounds; they hang on one thing and are few."""

_LONG_LISTS: Final = ("first", "limit")
_GIVEN_LISTS: Final = ("numbers", "ids", "outcomes", "items", "values", "leaseTokens")

BASE: Final[Mapping[str, int]] = {
    "Query.communities": 20_000,
    "Query.connectedPeople": 5_000,
    "Query.neighbourhood": 2_000,
    "Query.paths": 5_000,
    "Query.commonContacts": 2_000,
    "Query.number": 500,
    "Query.entity": 500,
    "Query.numbers": 500,
    "Query.tokenEnd": 2_000,
    "Query.simulateFlag": 20_000,
    "Query.evidencePack": 10_000,
    "Query.savedQuestions": 5_000,
    "Query.savedQuestion": 1_000,
    "Query.measures": 5_000,
    "Query.dailyBulletin": 2_000,
    "NumberReport.history": 20,
    "Victim.timeline": 300,
    "Subscription.warningsReady": 500,
    "Subscription.networkChanged": 500,
}
"""What root fields cost beside their answers."""


def cost_of(schema: GraphQLSchema, prepared: Prepared, variables: VariableValues) -> int:
    """The units of an operation. Fragments are looked at once, so the time is linear in the document."""
    root = schema.get_root_type(prepared.kind)
    assert root is not None
    reckoning = _Reckoning(schema, prepared, variables, {})
    return reckoning.selections(root, prepared.operation.selection_set)


@dataclass(frozen=True)
class _Reckoning:
    schema: GraphQLSchema
    prepared: Prepared
    variables: VariableValues
    fragments: dict[tuple[str, int], int]

    def selections(self, parent: Any, selections: SelectionSetNode, items: int = LIST_GUESS) -> int:
        """What is selected on one value. `items`: how many a list right in it holds, as its page was bounded."""
        total = 0
        for node in selections.selections:
            if isinstance(node, FieldNode):
                total += self._field(parent, node, items)
            elif isinstance(node, InlineFragmentNode):
                kind = self.schema.type_map[node.type_condition.name.value] if node.type_condition else parent
                total += self.selections(kind, node.selection_set, items)
            elif isinstance(node, FragmentSpreadNode):
                total += self._fragment(node.name.value, items)
        return total

    def _fragment(self, name: str, items: int) -> int:
        if (name, items) not in self.fragments:
            fragment = self.prepared.fragments[name]
            kind = self.schema.type_map[fragment.type_condition.name.value]
            self.fragments[name, items] = self.selections(kind, fragment.selection_set, items)
        return self.fragments[name, items]

    def _field(self, parent: Any, node: FieldNode, items: int) -> int:
        name = node.name.value
        if name.startswith("__"):
            return 1
        field = parent.fields[name]
        arguments = get_argument_values(field, node, self.variables, hide_suggestions=True)
        size = self._size(arguments)
        base = BASE.get(f"{parent.name}.{name}", 1)
        if node.selection_set is None:
            return base
        kind = get_named_type(field.type)
        if name == "neighbourhood":  # columns: a row is one unit, however many of its columns are asked for
            rows = NUMBERS_MOST if arguments.get("expanded") else size or 1
            return base + rows + self.selections(kind, node.selection_set)
        if isinstance(get_nullable_type(field.type), GraphQLList):
            return base + self.selections(kind, node.selection_set) * (items if size is None else size)
        # A page: its bound is the length of the list in it.
        return base + self.selections(kind, node.selection_set, LIST_GUESS if size is None else size)

    def _size(self, arguments: Mapping[str, Any]) -> int | None:
        bounds = [arguments[name] for name in _LONG_LISTS if isinstance(arguments.get(name), int)]
        given = [len(arguments[name]) for name in _GIVEN_LISTS if isinstance(arguments.get(name), list)]
        return max(*bounds, *given, 1) if bounds or given else None


@dataclass
class Budgets:
    """What each caller has left: a purse that fills at `per_second` up to `most`. For any thread."""

    per_second: float
    most: float
    clock: Callable[[], float]
    """Seconds that only go forward."""
    _purses: dict[str, tuple[float, float]] = field(default_factory=dict)
    _turn: Lock = field(default_factory=Lock)

    def spend(self, caller: str, cost: int) -> None:
        """Take `cost` out of a purse; RATE_LIMITED, with the seconds until it would do, where there is not enough."""
        now = self.clock()
        with self._turn:
            left, at = self._purses.get(caller, (self.most, now))
            left = min(self.most, left + (now - at) * self.per_second)
            if cost > left:
                wait = max(1, int((min(cost, self.most) - left) / self.per_second) + 1)
                raise Refusal("RATE_LIMITED", "the budget of this token is used up for now", retry_after=wait)
            self._purses[caller] = (left - cost, now)
            if len(self._purses) > 10_000:
                self._forget_full(now)

    def _forget_full(self, now: float) -> None:
        full = [name for name, (left, at) in self._purses.items() if left + (now - at) * self.per_second >= self.most]
        for name in full:
            del self._purses[name]
