"""Facts about a number, device, holder or account are found by an index: an answer reads those of its subject alone."""

from alembic import op

revision = "0015"
down_revision = "0014"

_BY = {
    "flags": ("number", "entity"),
    "cases": ("number",),
    "links": ("number", "entity", "holder"),
    "subscribers": ("number",),
    "directory": ("number",),
}


def upgrade() -> None:
    """Indexes over what is there; what comes in keeps them up."""
    for feed, columns in _BY.items():
        for column in columns:
            op.create_index(f"{feed}_{column}", feed, [column])
