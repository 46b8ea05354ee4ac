"""What `/metrics` shows of this process (Prometheus text format)."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

registry = CollectorRegistry()
requests = Counter("colloquy_requests", "Requests answered", ["method", "route", "status"], registry=registry)
seconds = Histogram(
    "colloquy_request_seconds",
    "Seconds to answer",
    ["route"],
    buckets=(0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 8),
    registry=registry,
)
outbox_due = Gauge("colloquy_outbox_due", "Messages that are due and not told yet", registry=registry)
outbox_age = Gauge("colloquy_outbox_age_seconds", "Age of the oldest due message", registry=registry)
outbox_failed = Gauge("colloquy_outbox_failed", "Messages given up after their last attempt", registry=registry)
