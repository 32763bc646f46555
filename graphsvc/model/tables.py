"""The Arrow schemas of the tables that rooms hand to each other.

Instants are int64 epoch milliseconds (UTC). A number or an entity is its int32 registry id, never a raw value
and never a token. `known_at` is when we knew; `ALWAYS_KNOWN` where a feed says nothing.
"""

from typing import Final

import pyarrow as pa

ALWAYS_KNOWN: Final = 0
"""`known_at` of a fact whose feed gave none (outcomes and events have defaults of their own)."""

NUMBER: Final = pa.int32()
ENTITY: Final = pa.int32()
INSTANT: Final = pa.int64()

EVENTS: Final = pa.schema(
    [
        pa.field("seq", pa.int64(), nullable=False),  # position in the ledger, from 0, without gaps
        pa.field("started_at", INSTANT, nullable=False),
        pa.field("known_at", INSTANT, nullable=False),
        pa.field("a", NUMBER, nullable=False),
        pa.field("b", NUMBER, nullable=False),
        pa.field("channel", pa.int8(), nullable=False),  # words.CALL or words.SMS
        pa.field("duration_s", pa.int32()),  # null where the feed has none
        pa.field("answered", pa.bool_()),
        pa.field("device", ENTITY),  # a_imei
        pa.field("cell", ENTITY),  # a_cell
    ]
)
"""Contact events as the ledger gives them back."""

NEW_EVENTS: Final = pa.schema(
    [
        *[EVENTS.field(i) for i in range(1, len(EVENTS))],
        pa.field("event_key", pa.int64(), nullable=False),  # keyed hash of feed id and event id
        pa.field("content_key", pa.int64(), nullable=False),  # hash of what the event says
    ]
)
"""Contact events on their way into the ledger, in order of (`known_at`, event id)."""

FLAGS: Final = pa.schema(
    [
        pa.field("flag_id", pa.int64()),
        pa.field("number", NUMBER),  # exactly one of number and entity is set
        pa.field("entity", ENTITY),
        pa.field("known_at", INSTANT, nullable=False),
        pa.field("scam_type", pa.string(), nullable=False),
        pa.field("source", pa.string()),
        pa.field("case_id", pa.string()),
        pa.field("confidence", pa.float64()),
        pa.field("valid_from", INSTANT),
        pa.field("revoked_at", INSTANT),
    ]
)

CASES: Final = pa.schema(
    [
        pa.field("case_id", pa.string(), nullable=False),
        pa.field("number", NUMBER, nullable=False),  # the victim's
        pa.field("lost_at", INSTANT, nullable=False),
        pa.field("known_at", INSTANT, nullable=False),
        pa.field("scam_type", pa.string(), nullable=False),
        pa.field("amount", pa.float64()),
    ]
)

LINKS: Final = pa.schema(
    [
        pa.field("number", NUMBER),  # exactly one of number and holder is set
        pa.field("holder", ENTITY),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("entity", ENTITY, nullable=False),
        pa.field("known_at", INSTANT, nullable=False),
        pa.field("valid_from", INSTANT),
        pa.field("valid_to", INSTANT),
        pa.field("institution", pa.string()),
        pa.field("card_type", pa.string()),
    ]
)

SUBSCRIBERS: Final = pa.schema(
    [
        pa.field("number", NUMBER, nullable=False),
        pa.field("region", pa.string()),
        pa.field("activated_at", INSTANT),
        pa.field("language", pa.string()),
        pa.field("assisted", pa.bool_()),
        pa.field("known_at", INSTANT, nullable=False),
    ]
)

DIRECTORY: Final = pa.schema(
    [
        pa.field("number", NUMBER, nullable=False),
        pa.field("role", pa.string(), nullable=False),
        pa.field("label", pa.string()),
        pa.field("known_at", INSTANT, nullable=False),
    ]
)

OUTCOMES: Final = pa.schema(
    [
        pa.field("number", NUMBER, nullable=False),
        pa.field("at", INSTANT, nullable=False),
        pa.field("outcome", pa.string(), nullable=False),
        pa.field("warning_id", pa.string()),
        pa.field("reported_by", pa.string()),
        pa.field("amount_saved", pa.float64()),
        pa.field("note", pa.string()),
        pa.field("known_at", INSTANT, nullable=False),
    ]
)

RELEASES: Final = pa.schema(
    [
        pa.field("number", NUMBER, nullable=False),
        pa.field("known_at", INSTANT, nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("released_by", pa.string(), nullable=False),
        pa.field("appeal_id", pa.int64()),  # the first appeal that it answers
    ]
)
"""Numbers that a supervisor set free after checking."""

FACTS: Final = {
    "flags": FLAGS,
    "cases": CASES,
    "links": LINKS,
    "subscribers": SUBSCRIBERS,
    "directory": DIRECTORY,
    "outcomes": OUTCOMES,
    "releases": RELEASES,
}
"""The facts of the catalogue, with the schema of each: those of the feeds, and releases, which no feed brings.
(`flag_id` is the catalogue's to give.)"""

REJECTS: Final = pa.schema(
    [
        pa.field("file", pa.string(), nullable=False),
        pa.field("line", pa.int64(), nullable=False),  # record number; the header of a CSV is line 1
        pa.field("field", pa.string(), nullable=False),
        pa.field("value_class", pa.string(), nullable=False),  # "empty", "11 digits", "text", never the value
        pa.field("reason", pa.string(), nullable=False),
    ]
)

SUSPICIONS: Final = pa.schema(
    [
        pa.field("number", NUMBER, nullable=False),
        pa.field("fraud_probability", pa.float64(), nullable=False),
        pa.field("class", pa.string(), nullable=False),  # words.NumberClass
        pa.field("role", pa.string(), nullable=False),  # words.MemberRole, `unknown` outside networks
        pa.field("scam_type", pa.string()),
        pa.field("network_id", pa.int64()),
        pa.field("evidence", pa.string(), nullable=False),  # JSON list, see model.evidence
    ]
)
"""One row a number with something to say: every candidate, every flagged and every benign hub."""

ENTITY_SUSPICIONS: Final = pa.schema(
    [
        pa.field("entity", ENTITY, nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("fraud_probability", pa.float64(), nullable=False),
        pa.field("network_id", pa.int64()),
        pa.field("evidence", pa.string(), nullable=False),
    ]
)

NETWORKS: Final = pa.schema(
    [
        pa.field("network_id", pa.int64(), nullable=False),
        pa.field("size", pa.int32(), nullable=False),  # numbers, without entities
        pa.field("flagged", pa.int32(), nullable=False),
        pa.field("exposed", pa.int32(), nullable=False),
        pa.field("losses", pa.int32(), nullable=False),
        pa.field("scam_type", pa.string()),
        pa.field("first_seen", INSTANT, nullable=False),
        pa.field("last_seen", INSTANT, nullable=False),
        pa.field("lineage", pa.string(), nullable=False),  # JSON: [{"network_id", "shared", "kind"}]
        pa.field("linked", pa.string(), nullable=False),  # JSON: [{"network_id", "through", "strength"}]
    ]
)

MEMBERS: Final = pa.schema(
    [
        pa.field("network_id", pa.int64(), nullable=False),
        pa.field("number", NUMBER),  # exactly one of number and entity is set
        pa.field("entity", ENTITY),
        pa.field("kind", pa.string(), nullable=False),  # "number" or words.EntityKind
        pa.field("role", pa.string(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),  # fraud_probability of the member
    ]
)

EXPOSURES: Final = pa.schema(
    [
        pa.field("number", NUMBER, nullable=False),  # the person's
        pa.field("network_id", pa.int64()),  # the network that most of it came from; null: a lone suspect
        pa.field("suspect", NUMBER, nullable=False),  # the suspect that weighs most
        pa.field("suspect_probability", pa.float64(), nullable=False),
        pa.field("in_fraud_probability", pa.float64(), nullable=False),  # 1 - Π(1 - p) over suspects turned to
        pa.field("suspects", pa.int32(), nullable=False),  # distinct suspect numbers met
        pa.field("events", pa.int32(), nullable=False),
        pa.field("first_at", INSTANT, nullable=False),
        pa.field("last_at", INSTANT, nullable=False),
        pa.field("talk_s", pa.int64(), nullable=False),
        pa.field("talk_last_day_s", pa.int64(), nullable=False),
        pa.field("longest_call_s", pa.int32(), nullable=False),
        pa.field("call_backs", pa.int32(), nullable=False),  # calls and messages from the person to a suspect
        pa.field("verifications", pa.int32(), nullable=False),  # 114, 110, bank within 2 h after a suspicious call
        pa.field("bank_calls", pa.int32(), nullable=False),  # of those, to a bank
        pa.field("codes", pa.int32(), nullable=False),  # messages from a bank during or <= 10 min after such a call
        pa.field("handovers", pa.int32(), nullable=False),  # times a further member of the same network took over
        pa.field("message_then_call", pa.bool_(), nullable=False),
        pa.field("scam_type", pa.string()),
        pa.field("lost_at", INSTANT),  # newest reported loss, if any
        pa.field("key_events", pa.string(), nullable=False),  # JSON list of at most 8 dated events, for evidence
    ]
)

VICTIMS: Final = pa.schema(
    [
        pa.field("rank", pa.int32(), nullable=False),
        pa.field("number", NUMBER, nullable=False),
        pa.field("probability", pa.float64(), nullable=False),
        pa.field("in_contact_probability", pa.float64(), nullable=False),
        pa.field("stage", pa.string(), nullable=False),
        pa.field("grade", pa.string(), nullable=False),
        pa.field("scam_type", pa.string(), nullable=False),
        pa.field("deadline_at", INSTANT),
        pa.field("network_id", pa.int64()),
        pa.field("region", pa.string()),
        pa.field("evidence", pa.string(), nullable=False),
    ]
)
