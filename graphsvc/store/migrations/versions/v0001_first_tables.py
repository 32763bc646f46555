"""The first tables: registry, ledger, facts, results, audit."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table; there was nothing before."""
    _registry()
    _ledger()
    _facts_about_numbers()
    _facts_about_people()
    _analyses()
    _suspicions()
    _networks()
    _exposures()
    _victims()
    _audit()


def _whole(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, _WHOLE, nullable=null, autoincrement=False)


def _text(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=null)


def _real(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Double(), nullable=null)


def _truth(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=null)


def _bytes(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _table(name: str, *columns: sa.Column[Any], unique: str | None = None) -> sa.Table:
    """A table whose first column is its key."""
    more = [sa.UniqueConstraint(unique)] if unique else []
    return op.create_table(name, *columns, sa.PrimaryKeyConstraint(columns[0].name), *more)


def _fact(name: str, *columns: sa.Column[Any]) -> None:
    _table(name, _whole("fact_id"), _bytes("row_key"), *columns, unique="row_key")
    op.create_index(f"{name}_known_at", name, ["known_at"])


def _result(name: str, looked_up_by: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        _whole("analysis_no"),
        _whole("position"),
        *columns,
        sa.PrimaryKeyConstraint("analysis_no", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index(f"{name}_{looked_up_by}", name, ["analysis_no", looked_up_by])


def _registry() -> None:
    _table("counters", _text("name"), _whole("next"))
    _table("key_checks", _text("name"), _text("seal"))
    _table("numbers", _whole("number_id"), _text("token"), _text("kind"), _text("masked"), unique="token")
    _table("entities", _whole("entity_id"), _text("token"), _text("kind"), unique="token")


def _ledger() -> None:
    state = _table(
        "ledger_state",
        _whole("only"),
        _whole("batch"),
        _whole("events"),
        _whole("newest_known_at", null=True),
        _whole("body_version", null=True),
        _text("timezone", null=True),
    )
    op.bulk_insert(state, [{"only": 0, "batch": 0, "events": 0}])
    _table("ledger_head", _whole("batch"), _whole("first_seq"), _whole("events"), _bytes("body"))
    _table("ledger_runs", _text("name"), _whole("size"))


def _facts_about_numbers() -> None:
    _fact(
        "flags",
        _whole("number", null=True),
        _whole("entity", null=True),
        _whole("known_at"),
        _text("scam_type"),
        _text("source", null=True),
        _text("case_id", null=True),
        _real("confidence", null=True),
        _whole("valid_from", null=True),
        _whole("revoked_at", null=True),
    )
    _fact(
        "links",
        _whole("number", null=True),
        _whole("holder", null=True),
        _text("kind"),
        _whole("entity"),
        _whole("known_at"),
        _whole("valid_from", null=True),
        _whole("valid_to", null=True),
        _text("institution", null=True),
        _text("card_type", null=True),
    )
    _fact("directory", _whole("number"), _text("role"), _text("label", null=True), _whole("known_at"))


def _facts_about_people() -> None:
    _fact(
        "cases",
        _text("case_id"),
        _whole("number"),
        _whole("lost_at"),
        _whole("known_at"),
        _text("scam_type"),
        _real("amount", null=True),
    )
    _fact(
        "subscribers",
        _whole("number"),
        _text("region", null=True),
        _whole("activated_at", null=True),
        _text("language", null=True),
        _truth("assisted", null=True),
        _whole("known_at"),
    )
    _fact(
        "outcomes",
        _whole("number"),
        _whole("at"),
        _text("outcome"),
        _text("warning_id", null=True),
        _text("reported_by", null=True),
        _real("amount_saved", null=True),
        _text("note", null=True),
        _whole("known_at"),
    )


def _analyses() -> None:
    _table(
        "analyses",
        _whole("analysis_no"),
        _text("analysis_id"),
        _text("snapshot_id"),
        _whole("as_of"),
        _whole("made_at"),
        _text("engine"),
        _text("counts"),
        _text("timings"),
        _text("state"),
    )
    op.create_index("analyses_id", "analyses", ["analysis_id"])
    _table("current_analysis", _whole("only"), _whole("analysis_no"))


def _suspicions() -> None:
    _result(
        "suspicions",
        "number",
        _whole("number"),
        _real("fraud_probability"),
        _text("class"),
        _text("role"),
        _text("scam_type", null=True),
        _whole("network_id", null=True),
        _text("evidence"),
    )
    _result(
        "entity_suspicions",
        "entity",
        _whole("entity"),
        _text("kind"),
        _real("fraud_probability"),
        _whole("network_id", null=True),
        _text("evidence"),
    )


def _networks() -> None:
    _result(
        "networks",
        "network_id",
        _whole("network_id"),
        _whole("size"),
        _whole("flagged"),
        _whole("exposed"),
        _whole("losses"),
        _text("scam_type", null=True),
        _whole("first_seen"),
        _whole("last_seen"),
        _text("lineage"),
        _text("linked"),
    )
    _result(
        "members",
        "network_id",
        _whole("network_id"),
        _whole("number", null=True),
        _whole("entity", null=True),
        _text("kind"),
        _text("role"),
        _real("score"),
    )


def _exposures() -> None:
    counted = "suspects events first_at last_at talk_s talk_last_day_s longest_call_s"
    behaviour = "call_backs verifications bank_calls codes handovers"
    _result(
        "exposures",
        "number",
        _whole("number"),
        _whole("network_id", null=True),
        _whole("suspect"),
        _real("suspect_probability"),
        _real("in_fraud_probability"),
        *[_whole(name) for name in f"{counted} {behaviour}".split()],
        _truth("message_then_call"),
        _text("scam_type", null=True),
        _whole("lost_at", null=True),
        _text("key_events"),
    )


def _victims() -> None:
    _result(
        "victims",
        "rank",
        _whole("rank"),
        _whole("number"),
        _real("probability"),
        _real("in_contact_probability"),
        _text("stage"),
        _text("grade"),
        _text("scam_type"),
        _whole("deadline_at", null=True),
        _whole("network_id", null=True),
        _text("region", null=True),
        _text("evidence"),
    )


def _audit() -> None:
    _table(
        "audit",
        _whole("entry"),
        _whole("at"),
        _text("actor"),
        _text("action"),
        _text("purpose"),
        _text("case_ref", null=True),
        _text("subject_token", null=True),
        _text("details"),
        _text("seal"),
    )
