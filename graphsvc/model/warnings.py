"""Words of the queue of warnings."""

from enum import StrEnum


class WarningChannel(StrEnum):
    """How a warning reaches a person, from the weakest that escalates on."""

    SMS = "sms"
    CALL = "call"
    VISIT = "visit"
    APP = "app"
    VOICE = "voice"
