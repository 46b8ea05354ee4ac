"""The one screen is complete: every topic that is written has its job, every repeated job its hours."""

import re
from pathlib import Path

from arq.cron import CronJob

from workers import upkeep
from workers.settings import BATCHES, BULK, HOURS, TOGETHER, TOPICS, WorkerSettings, hours

ROOT = Path(__file__).resolve().parents[2]
_ABOUT = "mail|order|books|people|programme|release|stripe|refund|checkout|event|session|person"
_TOPIC = re.compile(rf"""["']((?:{_ABOUT})\.[a-z_]+)["']""")
_NOT_TOPICS = {"mail.css", "checkout.session", "refund.created", "refund.updated", "refund.failed"}
"""What Stripe calls its objects and events."""


def test_every_topic_that_is_written_has_a_job_and_every_job_a_topic() -> None:
    written: set[str] = set()
    for path in (ROOT / "events").rglob("*.py"):
        text = path.read_text("utf-8")
        if any(word in text for word in ("outbox", "TOPIC", "topic", ".tell(")):
            written |= set(_TOPIC.findall(text)) - _NOT_TOPICS

    assert written == {*TOPICS, *BATCHES}


def test_every_upkeep_has_its_hours() -> None:
    made = [value for value in vars(upkeep).values() if getattr(value, "__module__", "") == upkeep.__name__]

    assert {run for run, _when in HOURS} == {run for run in made if callable(run)}
    assert all(isinstance(job, CronJob) and job.unique for job in hours())


def test_no_result_is_kept_that_would_block_a_job_id() -> None:
    assert WorkerSettings.keep_result == 0


def test_mails_by_the_thousand_are_not_what_somebody_waits_for() -> None:
    assert {"mail.invitation", "mail.reminder"} <= BULK <= TOGETHER
    assert BULK.isdisjoint({"mail.sign_in", "mail.order_confirmed", "stripe.webhook"})


def test_a_topic_is_told_one_way() -> None:
    assert TOPICS.keys().isdisjoint(BATCHES)


def test_every_mail_has_its_three_files() -> None:
    for folder in (ROOT / "events").glob("*/emails/*"):
        assert {path.name for path in folder.iterdir()} == {"subject.txt", "body.txt", "body.html"}, folder
