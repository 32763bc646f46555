"""Settings: one frozen value, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from graphsvc.errors import InvalidSetting


@dataclass(frozen=True)
class Settings:
    """Everything that can be set from outside. Each field is read from `GRAPHSVC_` and its name in capitals."""

    home: Path = Path("graphsvc-data")
    """The data folder; made on first use with mode 0700."""
    timezone: str = "Asia/Shanghai"
    """The operator's time zone: decides where a day begins."""
    token_key: str | None = None
    """Base64 of 32 bytes for tokens; without it a key file in the data folder is made and used."""
    vault_key: str | None = None
    """Base64 of 32 bytes for the vault; without it a key file in the data folder is made and used."""
    national_region: str = "CN"
    """The country whose national number forms feeds may use (ISO 3166 code)."""
    lock_wait_seconds: float = 10.0
    """How long a second writer of the ledger waits before it gives up and says who holds it."""
    batch_rows: int = 500_000
    """Rows of a feed that are checked and committed at a time; memory grows with it."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Settings with every GRAPHSVC_ variable that is set; a bad value names its variable."""
        return cls(
            home=Path(environment.get("GRAPHSVC_HOME") or cls.home),
            timezone=_timezone(environment.get("GRAPHSVC_TIMEZONE") or cls.timezone),
            token_key=environment.get("GRAPHSVC_TOKEN_KEY") or None,
            vault_key=environment.get("GRAPHSVC_VAULT_KEY") or None,
            national_region=_region(environment.get("GRAPHSVC_NATIONAL_REGION") or cls.national_region),
            lock_wait_seconds=_number(environment, "LOCK_WAIT_SECONDS", cls.lock_wait_seconds, least=0.0),
            batch_rows=int(_number(environment, "BATCH_ROWS", cls.batch_rows, least=1000)),
        )


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise InvalidSetting("GRAPHSVC_TIMEZONE is no time zone of the tz database; try Asia/Shanghai") from None
    return name


def _region(code: str) -> str:
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise InvalidSetting("GRAPHSVC_NATIONAL_REGION must be a two-letter country code such as CN")
    return code.upper()


def _number(environment: Mapping[str, str], name: str, default: float, *, least: float) -> float:
    text = environment.get(f"GRAPHSVC_{name}")
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        raise InvalidSetting(f"GRAPHSVC_{name} must be a number, such as {default}") from None
    if not value >= least:
        raise InvalidSetting(f"GRAPHSVC_{name} must be at least {least}")
    return value
