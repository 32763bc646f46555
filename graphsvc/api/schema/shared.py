"""What many types are made of: the node, pages, and evidence with its words and its path."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import strawberry

from graphsvc.api.asking import Asking
from graphsvc.api.ids import Kind
from graphsvc.api.refusals import Refusal
from graphsvc.api.schema.scalars import Instant, instant
from graphsvc.api.schema.words import Language
from graphsvc.reports.values import ShownEvidence

Info = strawberry.Info[Asking, None]

FIRST_MAX = 100


@strawberry.interface(description="Something that can be asked for again by its id.")
class Node:
    """Whatever has a global id."""

    id: strawberry.ID


@strawberry.type(description="Where a page ends, and whether another follows.")
class PageInfo:
    """Of a connection that is read forwards."""

    has_next_page: bool
    end_cursor: str | None
    has_previous_page: bool = False
    start_cursor: str | None = None


@strawberry.type(description="One thing on the way of an evidence: a number (masked) or an entity, and when.")
class EvidenceStep:
    """A number or an entity that an evidence rests on."""

    id: strawberry.ID
    number: str | None = None
    entity: str | None = strawberry.field(default=None, description="The token of a device, holder or account.")
    since: Instant | None = None
    until: Instant | None = None
    events: int | None = None
    seconds: int | None = None


@strawberry.type(description="A fact that carries a score: take it away and the score falls.")
class Evidence:
    """One rule that spoke."""

    rule: str
    contribution: float = strawberry.field(description="What it added, in log-odds.")
    path: list[EvidenceStep]
    english: strawberry.Private[str]
    chinese: strawberry.Private[str]

    @strawberry.field(description="The fact in words.")
    def text(self, language: Language = Language.ZH) -> str:
        """The sentence in one of the two languages."""
        return self.chinese if language is Language.ZH else self.english


def evidence_of(asking: Asking, evidence: Sequence[ShownEvidence], *, whole: bool = False) -> list[Evidence]:
    """Evidence as the API shows it; paths only where somebody asks for them, or it is to be `whole`."""
    paths = whole or asking.wants("Evidence.path")
    return [
        Evidence(
            rule=item.rule,
            contribution=item.contribution,
            path=_path(asking, item.facts) if paths else [],
            english=item.text,
            chinese=item.text_zh,
        )
        for item in evidence
    ]


_STEPS: Final = frozenset({"number", "entity", "numbers"})


def _path(asking: Asking, facts: Mapping[str, Any]) -> list[EvidenceStep]:
    """The numbers and entities that the facts name, the one it is about first."""
    if facts.keys().isdisjoint(_STEPS):  # most rules name nobody
        return []
    about: dict[str, Any] = {
        "since": instant(facts.get("first_at") or None),
        "until": instant(facts.get("last_at") or None),
        "events": facts.get("count"),
        "seconds": facts.get("seconds"),
    }
    named = [facts["number"]] if isinstance(facts.get("number"), dict) else []
    steps = [_number_step(asking, number, about if place == 0 else {}) for place, number in enumerate(named)]
    if isinstance(facts.get("entity"), str):
        entity = facts["entity"]
        more: dict[str, Any] = {} if steps else about
        steps.append(EvidenceStep(id=asking.id(Kind.ENTITY, entity), entity=entity, **more))
    steps += [_number_step(asking, number, {}) for number in facts.get("numbers", ())]
    return steps


def _number_step(asking: Asking, number: dict[str, str], about: dict[str, Any]) -> EvidenceStep:
    return EvidenceStep(id=asking.id(Kind.NUMBER, number["token"]), number=number["number"], **about)


def checked_first(first: int, most: int = FIRST_MAX) -> int:
    """How many are asked for: refused where it is none or more than a page holds."""
    if not 1 <= first <= most:
        raise Refusal("BAD_USER_INPUT", f"first is 1 to {most}")
    return first
