"""The catalogue's tables as SQLAlchemy sees them. `migrations/` makes them; a test holds the two together."""

from typing import Any, Final

import pyarrow as pa
import sqlalchemy as sa

from graphsvc.model import tables as arrow
from graphsvc.store.arrow_sql import WHOLE, columns_of

metadata: Final = sa.MetaData()


def _integer(name: str, *, nullable: bool = False, **options: Any) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=nullable, autoincrement=False, **options)


def _text(name: str, *, nullable: bool = False, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable, **options)


counters: Final = sa.Table(
    "counters",
    metadata,
    _text("name", primary_key=True),
    _integer("next"),  # the next id that is free
)

key_checks: Final = sa.Table(
    "key_checks",
    metadata,
    _text("name", primary_key=True),
    _text("seal"),  # tells whether a key is the one this folder was made with, and nothing else
)

OF_NO_PERSON: Final = sa.text("kind IN ('short_code', 'alphanumeric')")
"""Numbers that a person does not have. In these words, else no database finds them by their index."""

numbers: Final = sa.Table(
    "numbers",
    metadata,
    _integer("number_id", primary_key=True),
    _text("token", unique=True),
    _text("kind"),
    _text("masked"),
    sa.Index("numbers_of_no_person", "kind", sqlite_where=OF_NO_PERSON, postgresql_where=OF_NO_PERSON),
)

entities: Final = sa.Table(
    "entities",
    metadata,
    _integer("entity_id", primary_key=True),
    _text("token", unique=True),
    _text("kind"),
)

ledger_state: Final = sa.Table(
    "ledger_state",
    metadata,
    _integer("only", primary_key=True),  # always 0: there is one row
    _integer("batch"),  # the newest committed batch, from 1
    _integer("events"),  # accepted so far: the next event's seq
    sa.Column("newest_known_at", WHOLE),
    sa.Column("body_version", WHOLE),  # of the Delta table; null before the first bulk batch
    _text("timezone", nullable=True),  # the one that days of the body are cut in
)

ledger_head: Final = sa.Table(
    "ledger_head",
    metadata,
    _integer("batch", primary_key=True),
    _integer("first_seq"),
    _integer("events"),
    sa.Column("body", sa.LargeBinary(), nullable=False),  # Arrow IPC stream
)

ledger_runs: Final = sa.Table(
    "ledger_runs",
    metadata,
    _text("name", primary_key=True),  # of its files in the index folder
    _integer("size"),  # keys in it
)

_ASKED: Final = ("cases", "directory", "flags", "links", "subscribers")
_ABOUT: Final = ("number", "entity", "holder")  # an answer about one of them reads its rows alone

facts: Final = {
    name: sa.Table(
        name,
        metadata,
        _integer("fact_id", primary_key=True),
        sa.Column("row_key", sa.LargeBinary(), nullable=False, unique=True),
        *columns_of(pa.schema([field for field in arrow.FACTS[name] if field.name != "flag_id"])),
        sa.Index(f"{name}_known_at", "known_at"),
        *[
            sa.Index(f"{name}_{column}", column)
            for column in _ABOUT
            if name in _ASKED and column in arrow.FACTS[name].names
        ],
    )
    for name in sorted(arrow.FACTS)
}

"""Feed name → its table. `fact_id` follows the order of arrival; for flags it is the `flag_id`."""

analyses: Final = sa.Table(
    "analyses",
    metadata,
    _integer("analysis_no", primary_key=True),
    _text("analysis_id"),
    _text("snapshot_id"),
    _integer("as_of"),
    _integer("made_at"),
    _text("engine"),
    _text("counts"),  # JSON
    _text("timings"),  # JSON
    _text("state"),  # "building", "published"
    _text("facts_seen", nullable=True),  # JSON: feed, newest id
    _integer("due_at", nullable=True),
    _integer("row_count", nullable=True),  # of all its tables
    _integer("handed_out_at", nullable=True),  # wall clock: when a cursor into it was last given, to the hour
    _integer("base_no", nullable=True),  # the full analysis that it amends
    sa.Column("ranks", sa.LargeBinary(), nullable=True),  # of an amendment: see ranks.py
    sa.Index("analyses_id", "analysis_id"),
)

amended: Final = sa.Table(
    "amended",
    metadata,
    _integer("base_no", primary_key=True),  # the full analysis
    _integer("number", primary_key=True),  # whose rows in victims and exposures are not those of the full one, or none
    _integer("from_no", primary_key=True),  # the amendment that they are from
    _integer("until_no", nullable=True),  # the one that replaced them
    sa.Index("amended_until", "base_no", "until_no"),
    sqlite_with_rowid=False,
)

current_analysis: Final = sa.Table(
    "current_analysis",
    metadata,
    _integer("only", primary_key=True),  # always 0: at most one row
    _integer("analysis_no"),
)


def _result(name: str, schema: Any, *looked_up_by: str) -> sa.Table:
    """A table of results: `position` keeps the engine's order, `analysis_no` says whose rows they are."""
    table = sa.Table(
        name,
        metadata,
        _integer("analysis_no", primary_key=True),
        _integer("position", primary_key=True),
        *columns_of(schema),
        sqlite_with_rowid=False,
    )
    for column in looked_up_by:
        sa.Index(f"{name}_{column}", table.c.analysis_no, table.c[column])
    return table


results: Final = {
    "suspicions": _result("suspicions", arrow.SUSPICIONS, "number"),
    "entity_suspicions": _result("entity_suspicions", arrow.ENTITY_SUSPICIONS, "entity"),
    "networks": _result("networks", arrow.NETWORKS, "network_id"),
    "members": _result("members", arrow.MEMBERS, "network_id"),
    "exposures": _result("exposures", arrow.EXPOSURES, "number"),
    "victims": _result("victims", arrow.VICTIMS, "rank", "number"),
}
"""Name of a table of findings → where its rows rest."""

audit: Final = sa.Table(
    "audit",
    metadata,
    _integer("entry", primary_key=True),  # from 1, without gaps
    _integer("at"),
    _text("actor"),
    _text("action"),
    _text("purpose"),
    _text("case_ref", nullable=True),
    _text("subject_token", nullable=True),
    _text("details"),  # JSON
    _text("seal"),  # hex of HMAC-SHA-256 over the entry and the seal before
)

access_tokens: Final = sa.Table(
    "access_tokens",
    metadata,
    _integer("token_no", primary_key=True),  # from 1; people say T1, T2 …
    _text("digest", unique=True),  # hex of the token's SHA-256
    _text("role"),  # callers.Role
    _text("region"),  # a prefix; empty for the whole country
    _text("purpose"),
    _integer("made_at"),
    sa.Column("expires_at", WHOLE),
    sa.Column("revoked_at", WHOLE),
)

wording_proposals: Final = sa.Table(
    "wording_proposals",
    metadata,
    _integer("proposal_id", primary_key=True),
    _text("template"),  # "zh/sms/loan"
    _text("text"),
    _text("reason"),
    _text("proposed_by"),
    _integer("proposed_at"),
)

wording_decisions: Final = sa.Table(
    "wording_decisions",
    metadata,
    _integer("proposal_id", primary_key=True),  # one decision each
    _integer("place", unique=True),  # of two approved texts for a template, the later is in use
    _text("decision"),  # "approved", "refused"
    _text("decided_by"),
    _integer("decided_at"),
)

appeals: Final = sa.Table(
    "appeals",
    metadata,
    _integer("appeal_id", primary_key=True),
    _integer("number"),
    _integer("opened_at"),
    _text("reason"),
    _text("opened_by"),
    _text("case_ref", nullable=True),
)

appeal_answers: Final = sa.Table(
    "appeal_answers",
    metadata,
    _integer("appeal_id", primary_key=True),  # one answer each
    _text("answer"),  # "released", "refused"
    _text("answered_by"),
    _integer("answered_at"),
)

feed_batches: Final = sa.Table(
    "feed_batches",
    metadata,
    _text("feed", primary_key=True),
    _text("feed_id", primary_key=True),
    _text("batch_id", primary_key=True),
    _text("digest"),  # hex of the body's SHA-256
    _text("answer"),  # JSON
    _integer("at"),
)

feed_positions: Final = sa.Table(
    "feed_positions",
    metadata,
    _text("source", primary_key=True),  # such as a partition of a Kafka topic
    _integer("position"),  # of what comes next
)

retention: Final = sa.Table(
    "retention",
    metadata,
    _integer("only", primary_key=True),  # always 0: at most one row
    _integer("events_from"),
    _integer("facts_from"),
    _integer("warnings_from"),
    _integer("finished"),  # 0 begun, 1 done, 2 done but for the rewriting of the databases
)

investigations: Final = sa.Table(
    "investigations",
    metadata,
    _integer("investigation_id", primary_key=True),
    _text("title"),
    _text("region"),  # a prefix; empty for the whole country
    _text("case_ref", nullable=True),
    _text("status"),  # investigations.InvestigationStatus
    _text("assignee", nullable=True),
    _text("opened_by"),
    _integer("opened_at"),
    _integer("changed_at"),
)

investigation_items: Final = sa.Table(
    "investigation_items",
    metadata,
    _integer("item_id", primary_key=True),
    _integer("investigation_id"),
    sa.Column("number", WHOLE),  # exactly one of number and network_id is set
    sa.Column("network_id", WHOLE),
    _text("added_by"),
    _integer("added_at"),
    _text("analysis_id", nullable=True),
    sa.UniqueConstraint("investigation_id", "number"),
    sa.UniqueConstraint("investigation_id", "network_id"),
    sa.Index("investigation_items_number", "number"),
)

investigation_notes: Final = sa.Table(
    "investigation_notes",
    metadata,
    _integer("note_id", primary_key=True),
    _integer("investigation_id"),
    _text("kind"),  # investigations.NoteKind
    _text("text"),
    sa.Column("number", WHOLE),  # what it is about, where that is not the whole
    sa.Column("network_id", WHOLE),
    _text("by"),
    _integer("at"),
    sa.Index("investigation_notes_investigation", "investigation_id", "note_id"),
)

saved_questions: Final = sa.Table(
    "saved_questions",
    metadata,
    _integer("question_id", primary_key=True),
    _text("owner"),  # as the audit log names them
    _text("title"),
    _text("kind"),  # questions.QuestionKind
    _text("criteria"),  # JSON: questions.Criteria
    _integer("alert"),
    _integer("saved_at"),
    _integer("looked_at"),
    _text("seen"),  # JSON: ids of numbers or networks; they keep nobody registered
    sa.Index("saved_questions_owner", "owner", "question_id"),
)

saved_question_numbers: Final = sa.Table(
    "saved_question_numbers",
    metadata,
    _integer("question_id", primary_key=True),
    _integer("number", primary_key=True),
)
