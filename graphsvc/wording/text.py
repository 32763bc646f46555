"""The one verb of this room: the text of a warning."""

from graphsvc.model.warnings import WarningChannel
from graphsvc.wording.templates import TemplateName, Templates, built_in
from graphsvc.wording.warned import WarningFacts


def text_of(facts: WarningFacts, language: str, channel: WarningChannel, templates: Templates | None = None) -> str:
    """What the person reads or hears. `language` is a folder's name (`zh`, `en`): see `Templates.language_for`.

    `templates` are those of the package unless approved replacements are given. NotFound for a language without texts.
    """
    return (templates or built_in()).filled(TemplateName(language, channel, facts.scam), facts)
