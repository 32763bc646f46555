"""What each role may see and do: one table (`authority.toml`), read here, enforced here and nowhere else.

A document is held against the table before any of it runs: every field that it selects, by the name of its type,
however it is reached (connections, `node`, fragments, subscriptions). A field without a row belongs to nobody.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    visit,
)

from graphsvc.api.refusals import Refusal
from graphsvc.model.callers import Caller, Role

TABLE: Final = Path(__file__).with_name("authority.toml")
EVERYBODY: Final = "everybody"
READERS: Final = frozenset(Role) - {Role.FEEDER}
_NAMED_AT_MOST: Final = 20


@dataclass(frozen=True)
class Authority:
    """The table. `fields` maps `Type.field` to the roles that may have it."""

    fields: Mapping[str, frozenset[Role]]

    def allows(self, role: Role, field: str) -> bool:
        """Whether a role may have one field."""
        return role in self.fields.get(field, frozenset())

    def beyond_everybody(self, role: Role) -> list[str]:
        """The fields that a role may have and not everybody who reads, in order."""
        return sorted(field for field, roles in self.fields.items() if role in roles and not roles >= READERS)

    def refuse_beyond(self, caller: Caller, fields: Iterable[str]) -> None:
        """Refuse everything if one of the fields is not for this caller; the refusal names all of those."""
        beyond = sorted(field for field in fields if not self.allows(caller.role, field))
        if beyond:
            message = f"the role {caller.role.value} may not have {', '.join(beyond[:_NAMED_AT_MOST])}"
            raise Refusal("FORBIDDEN", message, more={"fields": beyond[:_NAMED_AT_MOST]})


@cache
def authority() -> Authority:
    """The table as it was shipped."""
    content = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    groups = {name: frozenset(map(Role, roles)) for name, roles in content.pop("groups").items()}
    groups[EVERYBODY] = READERS
    fields: dict[str, frozenset[Role]] = {}
    for type_name, rows in content.items():
        for who, names in rows.items():
            roles = groups[who] if who in groups else frozenset({Role(who)})
            for name in names:
                fields[f"{type_name}.{name}"] = fields.get(f"{type_name}.{name}", frozenset()) | roles
    return Authority(fields)


def fields_of(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> frozenset[str]:
    """Every `Type.field` that an operation of a valid document selects, fragments included."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    info = TypeInfo(schema)
    found = _Fields(info)
    pending: list[OperationDefinitionNode | FragmentDefinitionNode] = [operation]
    seen: set[str] = set()
    while pending:
        visit(pending.pop(), TypeInfoVisitor(info, found))
        for name in sorted(found.spreads - seen):
            seen.add(name)
            pending.append(fragments[name])
    return frozenset(found.names)


class _Fields(Visitor):
    """Notes the fields and the fragment spreads that it comes by."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.names: set[str] = set()
        self.spreads: set[str] = set()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        name, parent = node.name.value, self.info.get_parent_type()
        # The type's name tells no more than the schema does; who may ask __schema may have all below it.
        if name != "__typename" and parent is not None and not parent.name.startswith("__"):
            self.names.add(f"{parent.name}.{name}")

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        self.spreads.add(node.name.value)
