"""How an instant is written: ISO-8601 in UTC, to the millisecond."""

from datetime import UTC, datetime


def iso(instant: int) -> str:
    """Epoch milliseconds as ISO-8601 in UTC."""
    return datetime.fromtimestamp(instant / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
