"""Kafka as a live source: each batch of messages and its offset are one commit of the ledger.

What the broker remembers of us is for people who look at lag there. After whatever fails, reading goes on from where
the ledger is. Where the broker has deleted what was not read yet, or has the topic anew, that is said and reading goes
on with its oldest message: what is there already changes nothing.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

from graphsvc.errors import Overtaken, SourceFailed
from graphsvc.ingest.messages import Messages
from graphsvc.live.source import Closing, Taken
from graphsvc.live.topics import Topics
from graphsvc.loading import Loading
from graphsvc.store.positions import Step

log: Final = logging.getLogger("graphsvc.live")

BATCH_MESSAGES: Final = 50_000
BATCH_BYTES: Final = 16 * 1024 * 1024
"""A batch is ended when it has so many bytes; a message more may be in it."""
_AT_A_TIME: Final = 1_000
_WAIT_S: Final = 0.5
_GATHER_S: Final = 0.2
_ANSWER_S: Final = 5.0
_LOOK_AGAIN_S: Final = 30.0
"""How often new partitions are looked for."""

Line = tuple[str, int]
"""Topic and partition."""


@dataclass(frozen=True)
class Lag:
    """How far a partition has been read."""

    topic: str
    partition: int
    behind: int
    """Messages at the broker that the ledger has not seen; offsets of transactions count."""
    lost: int
    """Of those that it has not seen, how many the broker has deleted."""


@dataclass
class Kafka:
    """The topics of one cluster."""

    topics: Topics
    loading: Loading
    clock: Callable[[], float] = time.monotonic
    batch_messages: int = BATCH_MESSAGES
    _consumer: Consumer | None = None
    _cluster: str = ""
    _at: dict[Line, int | None] = field(default_factory=dict)
    """The positions that the ledger has; None where a partition was never read."""
    _looked: float = 0.0
    _trouble: bool = False

    @property
    def name(self) -> str:
        """See LiveSource."""
        return "kafka"

    def step(self, closing: Closing) -> list[Taken]:
        """Take in a batch a partition of what is there."""
        try:
            self._look()
            gathered, refused = self._gather()
            taken: list[Taken] = []
            for line, messages in gathered.items():
                if closing():
                    self.close()  # what was gathered is read again
                    return taken
                taken.append(self._take(line, messages))
            for line in refused:
                self._resume(line)
            return taken
        except KafkaException as failed:
            self.close()
            raise SourceFailed(f"Kafka: {_words(failed.args[0])}") from None
        except Overtaken:  # another process reads too: go on from where it is
            self.close()
            return []
        except BaseException:
            self.close()
            raise

    def lags(self) -> list[Lag]:
        """How far each partition has been read; SourceFailed where no broker answers."""
        try:
            self._look()
            consumer = self._open()
            found = []
            for (topic, partition), at in sorted(self._at.items()):
                low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=_ANSWER_S)
                start = low if at is None else at
                whole = low <= start <= high
                found.append(Lag(topic, partition, high - (start if whole else low), 0 if whole else abs(low - start)))
            return found
        except KafkaException as failed:
            raise SourceFailed(f"Kafka: {_words(failed.args[0])}") from None
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the brokers and forget where we are: the next step asks the ledger."""
        consumer, self._consumer = self._consumer, None
        self._at.clear()
        self._trouble = False
        if consumer is not None:
            consumer.close()

    def _open(self) -> Consumer:
        if self._consumer is None:
            self._consumer = Consumer({**self.topics.options, "error_cb": self._on_trouble})
        return self._consumer

    def _on_trouble(self, _: KafkaError) -> None:
        self._trouble = True  # the next step asks the brokers and says what is wrong

    def _look(self) -> None:
        """Find the partitions, at first and now and then, and begin to read those that are new."""
        if self._at and not self._trouble and self.clock() - self._looked < _LOOK_AGAIN_S:
            return
        consumer = self._open()
        known = consumer.list_topics(timeout=_ANSWER_S)
        self._cluster, self._looked, self._trouble = str(known.cluster_id), self.clock(), False
        lines: list[Line] = []
        for topic in self.topics.feeds:
            about = known.topics.get(topic)
            if about is None or about.error is not None:
                raise SourceFailed(f"Kafka has no topic {topic} that we may read; make it, or change the settings")
            lines += [(topic, partition) for partition in about.partitions]
        new = [line for line in lines if line not in self._at]
        held = self.loading.positions([self._source(line) for line in new])
        begun = {line: held.get(self._source(line)) for line in new}
        if new:
            consumer.incremental_assign(
                [TopicPartition(*line, OFFSET_BEGINNING if at is None else at) for line, at in begun.items()]
            )
            self._at.update(begun)

    def _gather(self) -> tuple[dict[Line, list[Any]], list[Line]]:
        """Messages by partition, as many as make a batch; and the partitions whose position the broker has not."""
        consumer = self._open()
        gathered: dict[Line, list[Any]] = {}
        refused: list[Line] = []
        size, count, wait = 0, 0, _WAIT_S
        until = self.clock() + _GATHER_S
        while count < self.batch_messages and size < BATCH_BYTES:
            came = consumer.consume(min(_AT_A_TIME, self.batch_messages), wait)
            for message in came:
                line, fault = (str(message.topic()), int(message.partition() or 0)), message.error()
                if fault is None:
                    gathered.setdefault(line, []).append(message)
                    size += len(message.value() or b"")
                    count += 1
                elif fault.code() == KafkaError._AUTO_OFFSET_RESET:
                    refused.append(line)
                else:
                    self._trouble = True
            if not came or self.clock() >= until:
                break
            wait = 0.0
        return gathered, [line for line in dict.fromkeys(refused) if line not in gathered]

    def _take(self, line: Line, messages: Sequence[Any]) -> Taken:
        topic, partition = line
        feed = self.topics.feeds[topic]
        offsets = [message.offset() for message in messages]
        counts = self._step(line, offsets, [message.value() or b"" for message in messages], offsets[-1] + 1)
        self._open().commit(offsets=[TopicPartition(topic, partition, offsets[-1] + 1)], asynchronous=True)
        return Taken(feed, counts.accepted, counts.duplicate, counts.rejected)

    def _step(self, line: Line, offsets: Sequence[int], values: Sequence[bytes], after: int) -> Any:
        step = Step(self._source(line), self._at[line], after)
        place = f"{line[0]}/{line[1]}"
        messages = Messages(place, self.topics.feeds[line[0]], offsets, values, step)
        counts = self.loading.messages(messages, feed_id=self.topics.feed_id)
        self._at[line] = after
        return counts

    def _resume(self, line: Line) -> None:
        """Go on with the oldest message that the broker has; what is missing is said."""
        low, high = self._open().get_watermark_offsets(TopicPartition(*line), timeout=_ANSWER_S)
        log.warning(
            "kafka_gap topic=%s partition=%d position=%s oldest=%d next=%d", *line, str(self._at[line]), low, high
        )
        self._step(line, [], [], low)
        self._open().incremental_unassign([TopicPartition(*line)])
        self._open().incremental_assign([TopicPartition(*line, low)])

    def _source(self, line: Line) -> str:
        return f"kafka/{self._cluster}/{line[0]}/{line[1]}"


def _words(fault: Any) -> str:
    """What went wrong, as the client names it: its longer messages hold what the broker sent."""
    return str(fault.name()).strip("_").lower().replace("_", " ") if isinstance(fault, KafkaError) else "failed"
