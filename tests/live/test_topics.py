"""What the settings of Kafka must be, and that no password is shown."""

from pathlib import Path

import pytest

from graphsvc.errors import InvalidSetting
from graphsvc.live.topics import topics_of
from graphsvc.settings import Settings


def settings(topics: str, options: Path | None = None) -> Settings:
    return Settings(kafka_servers="broker:9092", kafka_topics=topics, kafka_options=options)


def test_each_topic_has_one_feed_and_a_feed_may_have_several() -> None:
    found = topics_of(settings("events=calls, events=texts,flags=police.flags"))
    assert found is not None
    assert found.feeds == {"calls": "events", "texts": "events", "police.flags": "flags"}
    assert found.options["enable.auto.commit"] is False
    assert topics_of(Settings()) is None


@pytest.mark.parametrize("topics", ["events", "events=", "=calls", "calls=events", "events=a,flags=a", ","])
def test_topics_that_do_not_do_are_refused(topics: str) -> None:
    with pytest.raises(InvalidSetting, match="GRAPHSVC_KAFKA_TOPICS"):
        topics_of(settings(topics))


@pytest.mark.parametrize("lacks", ["GRAPHSVC_KAFKA_SERVERS", "GRAPHSVC_KAFKA_TOPICS"])
def test_servers_and_topics_go_together(lacks: str) -> None:
    both = {"GRAPHSVC_KAFKA_SERVERS": "broker:9092", "GRAPHSVC_KAFKA_TOPICS": "events=calls"}
    assert Settings.from_environment(both).kafka_topics == "events=calls"
    with pytest.raises(InvalidSetting, match=lacks):
        Settings.from_environment({name: text for name, text in both.items() if name != lacks})


def test_options_come_from_a_file_of_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "kafka.properties"
    path.write_text("# how to log in\nsecurity.protocol = SASL_SSL\n\nsasl.password=secret=word\ngroup.id=ours\n")
    path.chmod(0o644)
    with pytest.raises(InvalidSetting, match="chmod 600"):
        topics_of(settings("events=calls", path))
    path.chmod(0o600)
    found = topics_of(settings("events=calls", path))
    assert found is not None
    assert found.options["sasl.password"] == "secret=word"
    assert found.options["group.id"] == "ours"
    assert "secret" not in repr(found)


@pytest.mark.parametrize("line", ["enable.auto.commit=true", "bootstrap.servers=elsewhere:1", "no sign"])
def test_options_that_would_break_it_are_refused_by_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "kafka.properties"
    path.touch(0o600)
    path.write_text(f"a=b\n{line}\n")
    with pytest.raises(InvalidSetting, match="line 2"):
        topics_of(settings("events=calls", path))
