"""An investigation as a file that can be handed on."""

import strawberry

from graphsvc.api.ids import Kind
from graphsvc.api.schema.investigations import investigation_named
from graphsvc.api.schema.scalars import Instant
from graphsvc.api.schema.shared import Info
from graphsvc.api.schema.words import Language
from graphsvc.model.phrases import Language as Spoken


@strawberry.type(description="A part of an evidence pack.")
class PackPart:
    """A part and its hash."""

    name: str
    sha256: str = strawberry.field(description="Of the part's bytes in the file, in hexadecimal digits.")


@strawberry.type(description="An investigation as one HTML page without scripts: the facts that it rests on, cited.")
class EvidencePack:
    """The file and its hashes."""

    file_name: str = strawberry.field(description="What to call the file, such as I-7K3Q-2-20260304-183000.html.")
    html: str = strawberry.field(description="The file. Its bytes in UTF-8 are what the hashes are of.")
    sha256: str = strawberry.field(description="Of the whole file, in hexadecimal digits; the audit log has it too.")
    parts: list[PackPart]
    made_at: Instant
    analysis_id: str | None = strawberry.field(description="The analysis that it tells of.")
    audit_entry: int = strawberry.field(description="The entry of the audit log that says who made it, why, and what.")


@strawberry.type
class Packing:
    """The root field."""

    @strawberry.field(description="An investigation as a file to hand on, with cited facts and masked numbers.")
    def evidence_pack(self, info: Info, id: strawberry.ID, language: Language = Language.ZH) -> EvidencePack:
        """The pack of an investigation; the audit log has its hash before the answer leaves."""
        asking = info.context
        pack, entry = asking.service.investigating.pack(
            investigation_named(asking, str(id)),
            within=asking.caller.region,
            errand=asking.service.errand,
            language=Spoken(language.value),
            cite=lambda token: asking.id(Kind.NUMBER, token),
        )
        return EvidencePack(
            file_name=pack.file_name,
            html=pack.html,
            sha256=pack.sha256,
            parts=[PackPart(name=part.name, sha256=part.sha256) for part in pack.parts],
            made_at=Instant(pack.made_at),
            analysis_id=pack.analysis_id,
            audit_entry=entry,
        )
