"""What is saved from a canvas leaves the system: it is told to the audit log before there is a file."""

from enum import StrEnum

import strawberry

from graphsvc.api.refusals import Refusal
from graphsvc.api.schema.canvas import CANVAS_ENTITIES_MAX, CANVAS_HOPS_MAX, CANVAS_MAX
from graphsvc.api.schema.scalars import Instant
from graphsvc.api.schema.shared import Info
from graphsvc.model.instants import iso
from graphsvc.model.purposes import Errand, checked_case, checked_purpose
from graphsvc.privacy.desk import CanvasExport

STARTS_MAX = 100
_COUNT_MAX = 2**31 - 1


@strawberry.enum(description="As what a canvas is saved.")
class ExportFormat(StrEnum):
    """Kinds of files."""

    PNG = "png"
    CSV = "csv"
    GRAPHML = "graphml"
    GEXF = "gexf"
    JSON = "json"


@strawberry.input(description="What of a canvas is saved, and what the canvas showed.")
class CanvasExportInput:
    """One file: numbers are told by how many they are, but for those that the canvas began from."""

    format: ExportFormat
    starts: list[strawberry.ID]
    numbers: int
    contacts: int
    entities: int
    hops: int
    since: Instant | None = None
    until: Instant | None = None


@strawberry.type(description="The entry of the audit log that says who saved what of a canvas, and why.")
class ExportRecord:
    """An entry, and when it was written."""

    audit_entry: int
    at: Instant


@strawberry.type
class Exporting:
    """The mutation."""

    @strawberry.mutation(description="Say what is saved of a canvas, before it is: its file then names the entry.")
    def record_export(
        self, info: Info, export: CanvasExportInput, purpose: str, case: str | None = None
    ) -> ExportRecord:
        """Record an export."""
        asking = info.context
        tokens = [asking.ids.number_token(str(one)) for one in export.starts]
        known = [token for token in tokens if token is not None]
        if not 1 <= len(tokens) <= STARTS_MAX or len(known) < len(tokens):
            raise Refusal("BAD_USER_INPUT", f"starts: 1 to {STARTS_MAX} ids of numbers or people")
        _within("numbers", export.numbers, CANVAS_MAX)
        _within("contacts", export.contacts, _COUNT_MAX)
        _within("entities", export.entities, CANVAS_ENTITIES_MAX)
        _within("hops", export.hops, CANVAS_HOPS_MAX, least=1)
        saved = CanvasExport(
            starts=known,
            about={
                "format": export.format.value,
                "numbers": export.numbers,
                "contacts": export.contacts,
                "entities": export.entities,
                "hops": export.hops,
                "since": None if export.since is None else iso(export.since),
                "until": None if export.until is None else iso(export.until),
            },
        )
        errand = Errand(asking.caller.name, checked_purpose(purpose), checked_case(case) or asking.caller.case_ref)
        entry, at = asking.service.privacy.record_export(saved, errand=errand)
        return ExportRecord(audit_entry=entry, at=Instant(at))


def _within(name: str, given: int, most: int, *, least: int = 0) -> None:
    if not least <= given <= most:
        raise Refusal("BAD_USER_INPUT", f"{name} is {least} to {most}")
