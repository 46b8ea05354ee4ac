"""What `/metrics` shows (Prometheus text format): of this process, and, from the database, of the workers' work.

Workers have no port: what they did and did not do stands in the database, and any web process says it. docs/deploy.md
has what to watch.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

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
outbox_retried = Gauge("colloquy_outbox_retried", "Messages that failed and are tried again", registry=registry)
outbox_leased = Gauge("colloquy_outbox_leased", "Messages that workers have in hand", registry=registry)
webhooks_waiting = Gauge("colloquy_webhooks_waiting", "What Stripe told us and no worker has read", registry=registry)
webhooks_age = Gauge("colloquy_webhooks_age_seconds", "Age of the oldest of these", registry=registry)
lobby = Counter("colloquy_lobby", "Who asked a waiting room, and what they were told", ["answer"], registry=registry)
ProcessCollector(registry=registry)  # memory, CPU and open files of this process; Linux only
