"""What can happen to a person at risk, as one line of a timeline."""

from enum import StrEnum


class PersonEventKind(StrEnum):
    """Contacts with suspect numbers, what the person did next, how far it went, and what was done about it."""

    CALL = "call"
    MESSAGE = "message"
    CALL_BACK = "call_back"  # from the person to the suspect
    MESSAGE_BACK = "message_back"
    VERIFICATION = "verification"  # the person rang police or enquiries soon after
    BANK_CALL = "bank_call"
    CODE = "code"  # a message from a bank during such a call, or soon after
    STAGE = "stage"  # how far it has gone from then on
    LOSS = "loss"  # reported
    WARNING = "warning"  # what became of a warning
