"""The desk of texts: the words of a warning, and their replacement by a supervisor with a second person's approval."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from graphsvc.errors import NotFound, TextRefused, UsageError
from graphsvc.model.evidence import Evidence, from_json
from graphsvc.model.purposes import Errand
from graphsvc.model.warnings import WarningChannel
from graphsvc.model.words import ScamType
from graphsvc.service_time import ServiceTime
from graphsvc.store import wordings
from graphsvc.store.audit import AuditLog
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.registry import Registry
from graphsvc.store.wordings import Proposal
from graphsvc.wording.linter import Fault, faults, parts_of
from graphsvc.wording.templates import TemplateName, Templates, built_in
from graphsvc.wording.text import text_of
from graphsvc.wording.warned import WarningFacts, suspect_of, tail_of, worded_scam

TEXT_MOST = 5000


@dataclass(frozen=True)
class TemplateReport:
    """A template in use."""

    template: str
    text: str
    replaced: bool
    """It is not the package's own."""
    parts: int
    """Short messages that it takes; 1 on other channels."""


@dataclass(frozen=True)
class Texting:
    """Texts of one data folder."""

    catalogue: Catalogue
    registry: Registry
    audit: AuditLog
    time: ServiceTime

    def templates(self) -> Templates:
        """The templates in use. Hold them for as long as a batch of warnings is worded."""
        texts = {TemplateName.parse(name): text for name, text in wordings.in_use(self.catalogue).items()}
        return built_in().replaced(texts)

    def facts_of(self, scam_type: ScamType, evidence: str, reference: str | None) -> WarningFacts:
        """What a text may say of a warning, from the `evidence` of VICTIMS (JSON)."""
        return self.facts_of_many([(scam_type, evidence, reference)])[0]

    def facts_of_many(self, warnings: Sequence[tuple[ScamType, str, str | None]]) -> list[WarningFacts]:
        """The same of many warnings, with one look into the registry."""
        told = [from_json(evidence) for _, evidence, _ in warnings]
        tails = self._tails(told)
        return [
            WarningFacts(worded_scam(scam_type, evidence), tail, reference)
            for (scam_type, _, reference), evidence, tail in zip(warnings, told, tails, strict=True)
        ]

    def text(self, facts: WarningFacts, language: str, channel: WarningChannel) -> str:
        """What the person reads or hears. NotFound for a language without texts; see `Templates.language_for`."""
        return text_of(facts, language, channel, self.templates())

    def listed(self) -> list[TemplateReport]:
        """Every template in use, with how many messages it takes."""
        templates, replaced = self.templates(), wordings.in_use(self.catalogue)
        return [_reported(templates, name, replaced) for name in sorted(templates.texts, key=str)]

    def template(self, template: str) -> TemplateReport:
        """One template in use; NotFound where there is none of that name."""
        return _reported(self.templates(), TemplateName.parse(template), wordings.in_use(self.catalogue))

    def check(self, template: str, text: str) -> list[Fault]:
        """What is wrong with a text in the place of a template; NotFound where there is no such template."""
        name = TemplateName.parse(template)
        templates = built_in()
        templates.text(name)
        if len(text) > TEXT_MOST:
            raise UsageError(f"a text has at most {TEXT_MOST} characters")
        return faults(templates, name, text)

    def propose(self, template: str, text: str, *, errand: Errand) -> Proposal:
        """Propose a text for a template; the errand's purpose says why. TextRefused where it breaks a rule."""
        found = self.check(template, text)
        if found:
            said = "; ".join(f"{fault.english} ({fault.chinese})" for fault in found)
            raise TextRefused(f"the text breaks {len(found)} of the rules of docs/warning-texts.md: {said}")
        self.audit.record_errand(errand, "propose text", at=self.time.wall(), details={"template": template})
        made = wordings.propose(
            self.catalogue,
            template=template,
            text=text.strip(),
            reason=errand.purpose,
            by=errand.actor,
            at=self.time.wall(),
        )
        return self.proposal(made)

    def approve(self, proposal_id: int, *, errand: Errand) -> Proposal:
        """Put a proposed text to use. Conflict where it is one's own, or was decided already."""
        return self._decide(proposal_id, wordings.APPROVED, errand)

    def refuse(self, proposal_id: int, *, errand: Errand) -> Proposal:
        """Turn a proposed text down, for good. Conflict as for `approve`."""
        return self._decide(proposal_id, wordings.REFUSED, errand)

    def proposals(self) -> list[Proposal]:
        """All proposals, the newest first."""
        return wordings.proposals(self.catalogue)

    def proposal(self, proposal_id: int) -> Proposal:
        """One proposal; NotFound where there is none of that id."""
        found = wordings.proposals(self.catalogue, proposal_id=proposal_id)
        if not found:
            raise NotFound("there is no proposal of that id; see graphsvc texts proposals")
        return found[0]

    def _decide(self, proposal_id: int, decision: str, errand: Errand) -> Proposal:
        proposal = self.proposal(proposal_id)
        wordings.refuse_own_or_decided(proposal, errand.actor)
        about = {"proposal_id": proposal_id}
        action = f"{'approve' if decision == wordings.APPROVED else 'refuse'} text"
        self.audit.record_errand(errand, action, at=self.time.wall(), details=about)
        wordings.decide(self.catalogue, proposal_id, decision, by=errand.actor, at=self.time.wall())
        return self.proposal(proposal_id)

    def _tails(self, told: Sequence[Sequence[Evidence]]) -> list[str | None]:
        suspects = [suspect_of(evidence) for evidence in told]
        known = self.registry.numbers(sorted({suspect for suspect in suspects if suspect is not None}))
        tails = {one.id: tail_of(one.masked, one.kind) for one in known}
        return [None if suspect is None else tails[suspect] for suspect in suspects]


def _reported(templates: Templates, name: TemplateName, replaced: Container[str]) -> TemplateReport:
    return TemplateReport(str(name), templates.text(name), str(name) in replaced, parts_of(templates, name))
