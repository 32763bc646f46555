"""Which topics are read, and how: settings of Kafka in the shape that the client wants."""

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from graphsvc.errors import InvalidSetting
from graphsvc.ingest.feeds import FEEDS
from graphsvc.settings import Settings

_OURS: Final[Mapping[str, str | int | bool]] = {
    "enable.auto.commit": False,  # the ledger's commit holds the position
    "enable.auto.offset.store": False,
    "auto.offset.reset": "error",  # what was deleted unread is said, not skipped
    "isolation.level": "read_committed",
    "allow.auto.create.topics": False,
    "queued.max.messages.kbytes": 32 * 1024,  # what may wait in memory
    "log_level": 0,  # it would write to stderr by itself; what fails is raised
}
_GROUP: Final = "graphsvc"


@dataclass(frozen=True)
class Topics:
    """What to read from where."""

    feeds: Mapping[str, str]
    """Topic → feed."""
    feed_id: str
    options: Mapping[str, str | int | bool] = field(repr=False)
    """For librdkafka; may hold a password."""


def topics_of(settings: Settings) -> Topics | None:
    """What the settings say; None where no broker is set. InvalidSetting where they do not do."""
    if settings.kafka_servers is None:
        return None
    feeds: dict[str, str] = {}
    for pair in settings.kafka_topics.split(","):
        feed, sign, topic = (part.strip() for part in pair.partition("="))
        if feed not in FEEDS or not sign or not topic:
            raise InvalidSetting(
                f"GRAPHSVC_KAFKA_TOPICS is FEED=TOPIC, several with commas; the feeds are {', '.join(FEEDS)}"
            )
        if topic in feeds:
            raise InvalidSetting(f"GRAPHSVC_KAFKA_TOPICS names the topic {topic} twice; a topic has one feed")
        feeds[topic] = feed
    given = {"group.id": _GROUP, **_options(settings.kafka_options)}
    return Topics(feeds, settings.kafka_feed_id, {"bootstrap.servers": settings.kafka_servers, **given, **_OURS})


def _options(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        open_to_others = path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise InvalidSetting(f"GRAPHSVC_KAFKA_OPTIONS: {path} cannot be read as text") from None
    if open_to_others:
        raise InvalidSetting(f"GRAPHSVC_KAFKA_OPTIONS: others can read {path}, which may hold a password: chmod 600 it")
    found: dict[str, str] = {}
    for place, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, sign, value = line.partition("=")
        if not sign:
            raise InvalidSetting(f"GRAPHSVC_KAFKA_OPTIONS: line {place} of {path} is not name=value")
        if name.strip() in _OURS or name.strip() == "bootstrap.servers":
            raise InvalidSetting(f"GRAPHSVC_KAFKA_OPTIONS: line {place} of {path} sets what is not to be changed")
        found[name.strip()] = value.strip()
    return found
