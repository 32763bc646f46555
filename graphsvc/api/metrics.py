"""What is counted for Prometheus. Labels are words of ours, never anything that a client sent."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from graphsvc.service import Service

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)


class Metrics:
    """Counters of one running service, and gauges that are read when somebody looks."""

    def __init__(self, service: Service) -> None:
        self.registry = CollectorRegistry()
        self.answered = Histogram(
            "graphsvc_answer_seconds",
            "Time to an answer, by kind of operation.",
            ["operation"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.refused = Counter(
            "graphsvc_refusals_total", "Requests refused whole, by code.", ["code"], registry=self.registry
        )
        self.failed = Counter(
            "graphsvc_field_errors_total", "Errors within answers, by code.", ["code"], registry=self.registry
        )
        self.fed = Counter(
            "graphsvc_feed_rows_total",
            "Rows of feeds, by feed and what became of them.",
            ["feed", "became"],
            registry=self.registry,
        )
        self.leases = Counter(
            "graphsvc_dispatch_leases_total",
            "Leases, by what became of them: claimed, acknowledged, failed, released, extended, refused.",
            ["became"],
            registry=self.registry,
        )
        self.sockets = Gauge("graphsvc_sockets", "WebSockets that are open.", registry=self.registry)
        self.closed = Counter(
            "graphsvc_socket_closes_total", "WebSockets that we closed, by code.", ["code"], registry=self.registry
        )
        self.source_up = Gauge(
            "graphsvc_source_up", "1 while a live source answers.", ["source"], registry=self.registry
        )
        self.registry.register(_Gauges(service))

    def count_rows(self, feed: str, accepted: int, duplicate: int, rejected: int) -> None:
        """Rows of a feed, by what became of them."""
        for became, rows in (("accepted", accepted), ("duplicate", duplicate), ("rejected", rejected)):
            self.fed.labels(feed, became).inc(rows)

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self.registry)


class _Gauges(Collector):
    """Read from the service at each look."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def collect(self) -> Iterable[Metric]:
        """How fresh answers are, and how the queue stands."""
        yield from self._queue()
        record, events, facts = self.service.freshness()
        yield _gauge("graphsvc_analysis_current", "1 where an analysis is current.", int(record is not None))
        yield _gauge("graphsvc_events_since_analysis", "Events that came in after the current analysis.", events)
        yield _gauge("graphsvc_facts_since_analysis", "1 where other facts came in since.", int(facts))
        newest = self.service.ledger.newest_known_at()
        if newest is not None:
            yield _gauge("graphsvc_newest_known_timestamp_seconds", "When the newest event was known.", newest / 1000)
        if record is not None:
            yield _gauge("graphsvc_analysis_timestamp_seconds", "As of when answers are.", record.as_of / 1000)

    def _queue(self) -> Iterable[Metric]:
        """Depth and age by channel and grade: sums over regions, so that no small place stands out."""
        state = self.service.dispatching.state(now=self.service.time.moment())
        depth = GaugeMetricFamily("graphsvc_dispatch_depth", "Due warnings.", labels=["channel", "grade"])
        leased = GaugeMetricFamily("graphsvc_dispatch_leased", "Leased warnings.", labels=["channel", "grade"])
        dead = GaugeMetricFamily("graphsvc_dispatch_dead", "Dead letters.", labels=["channel", "grade"])
        oldest = GaugeMetricFamily(
            "graphsvc_dispatch_oldest_age_seconds", "Age of the oldest due warning.", labels=["channel", "grade"]
        )
        sums: dict[tuple[str, str], list[int]] = {}
        for queue in state.queues:
            one = sums.setdefault((queue.channel.value, queue.grade), [0, 0, 0, 0])
            age = 0 if queue.oldest_at is None else max(0, state.now - queue.oldest_at) // 1000
            one[:] = [one[0] + queue.depth, one[1] + queue.leased, one[2] + queue.dead, max(one[3], age)]
        for labels, values in sums.items():
            for family, value in zip((depth, leased, dead, oldest), values, strict=True):
                family.add_metric(labels, value)
        yield from (depth, leased, dead, oldest)
        yield _gauge("graphsvc_dispatch_paused", "1 while all claims are stopped.", int(state.paused_at is not None))


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)
