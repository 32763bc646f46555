"""The vocabularies of the contract as enums: the model's words in upper case."""

from enum import StrEnum

import strawberry

from graphsvc.model import words
from graphsvc.model.words import DirectoryRole as DirectoryRole
from graphsvc.model.words import FlagSource as FlagSource
from graphsvc.model.words import Grade as Grade
from graphsvc.model.words import MemberRole as MemberRole
from graphsvc.model.words import NumberClass as NumberClass
from graphsvc.model.words import NumberKind as NumberKind
from graphsvc.model.words import ScamType as ScamType
from graphsvc.model.words import Stage as Stage

# Strawberry notes on the class what it is called; the model itself knows nothing of that.
for _word, _description in (
    (Grade, "Urgency and likelihood together."),
    (Stage, "How far a fraud has gone with a person, in order."),
    (ScamType, "The kinds of scam that flags and cases name."),
    (NumberClass, "What a number is held to be."),
    (NumberKind, "What a number looks like."),
    (MemberRole, "What a member does in a network."),
    (FlagSource, "Who said that a number takes part in a case."),
    (DirectoryRole, "A number's public role: a witness, never a suspect."),
):
    strawberry.enum(_word, description=_description)


@strawberry.enum(description="The language of a text.")
class Language(StrEnum):
    """The languages that texts are told in."""

    ZH = "zh"
    EN = "en"


@strawberry.enum(description="What a number can be linked to.")
class EntityKind(StrEnum):
    """The model's kinds of entity but for cells, which only events name."""

    DEVICE = "device"
    HOLDER = "holder"
    ACCOUNT = "account"
    SOCIAL_ACCOUNT = "social_account"
    URL = "url"

    @property
    def word(self) -> words.EntityKind:
        """The model's word for it."""
        return words.EntityKind(self.value)


@strawberry.enum(description="The order of networks.")
class NetworkOrder(StrEnum):
    """The order of networks; ties go to the larger network, then to the older id."""

    EXPOSED = "exposed"
    SIZE = "size"
    FLAGGED = "flagged"
    LOSSES = "losses"
    LAST_SEEN = "last_seen"
