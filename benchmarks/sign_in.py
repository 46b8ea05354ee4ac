"""Rows: signing in through the pages with the code of the mail, and how long the mail takes."""

import email
import email.policy
import json
import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from benchmarks import apart
from benchmarks.journeys import Ask, Browser, Failed, Journey, one, walk
from benchmarks.rows import Row
from benchmarks.scene import Scene
from events.people import codes

GROUP = "sign-in"
MAILS = 5
Code = Callable[[Browser], str]


@dataclass(frozen=True)
class Crowd:
    """key: the application's, from which the code of a mail is made: what the worker writes into it."""

    port: int
    key: str
    addresses: list[str]
    at_once: int


@dataclass(frozen=True)
class Signed:
    ends: dict[str, int]
    seconds: float
    p50: float
    p99: float


def signing_in(browser: Browser, address: str, code: Code) -> Journey:
    """The page, the address, the page for the code, the code, and what one came for."""
    page = yield Ask("GET", "/sign-in")
    if page.status != 200:
        raise Failed(f"/sign-in answers {page.status}")
    asked = yield Ask("POST", "/sign-in", {"email": address, "next": "/my/schedule"})
    if asked.status != 303:
        raise Failed(f"asking for a mail was answered {asked.status}: {asked.body[:200]!r}")
    yield Ask("GET", asked.location)
    done = yield Ask("POST", "/sign-in/code", {"code": code(browser)})
    if done.status != 303 or "signin" not in browser.cookies:
        raise Failed(f"the code was answered {done.status}")
    mine = yield Ask("GET", done.location)
    if mine.status != 200:
        raise Failed(f"my schedule answers {mine.status}")
    return "signed in"


def crowd(wish: Crowd) -> Signed:
    def code(browser: Browser) -> str:
        return codes.secrets_of(browser.cookies["asked"], wish.key.encode())[1]

    def start(address: str) -> Callable[[Browser], Journey]:
        return lambda browser: signing_in(browser, address, code)

    walked = walk(wish.port, map(start, iter(wish.addresses)), wish.at_once)
    return Signed(walked.ends, walked.seconds, walked.percentile(0.5), walked.percentile(0.99))


def measure(scene: Scene) -> list[Row]:
    people = [row["email"] for row in scene.rows("SELECT email FROM address ORDER BY md5(email) LIMIT 2000")]
    few, many = people[:MAILS], people[MAILS : MAILS + int(60 * scene.seconds)]
    waits = [_with_mail(scene, address) for address in few]
    scene.drained()
    before = scene.house.cpu()
    signed = _send(Crowd(scene.house.port, scene.house.secret, many, 16))
    scene.drained()
    spent = scene.house.cpu() - before
    count = signed.ends.get("signed in", 0)
    if count != len(many):
        raise RuntimeError(f"not everybody was signed in: {signed.ends}")
    each = spent.each(count)
    return [
        Row(
            GROUP,
            "sign-in",
            "a whole sign-in with a code, 16 people",
            "5 requests and the mail; the code as the worker writes it, made from the key instead of read",
            count / signed.seconds,
            "/s",
            more={
                "p50 ms": signed.p50,
                "p99 ms": signed.p99,
                **each,
                "CPU in fixed answers": each["CPU ms"] / 1000 / scene.fixed_cpu,
            },
        ),
        Row(
            GROUP,
            "sign-in mail",
            "from asking for the mail until it is there",
            f"one person at a time, the code read from the mail in the sink; median of {MAILS}",
            statistics.median(waits),
            "s",
            more={"longest s": max(waits)},
        ),
    ]


def _with_mail(scene: Scene, address: str) -> float:
    """Seconds until the mail was there; signs in with its code."""
    waited = 0.0

    def code(_browser: Browser) -> str:
        nonlocal waited
        began = time.perf_counter()
        while (mail := scene.house.sink.find(address)) is None:
            if time.perf_counter() - began > 30:
                raise Failed(f"no mail came to {address}")
            time.sleep(0.005)
        waited = time.perf_counter() - began
        return code_in(mail)

    ended = one(scene.house.port, lambda browser: signing_in(browser, address, code), lambda ask, answer: None)
    if ended != "signed in":
        raise RuntimeError(f"signing in ended so: {ended}")
    return waited


def code_in(mail: bytes) -> str:
    """The six digits of a mail. Raises Failed where there are none."""
    text = email.message_from_bytes(mail, policy=email.policy.default).get_body(("plain",))
    found = re.search(r"\b(\d{3})\s?(\d{3})\b", text.get_content()) if text is not None else None
    if found is None:
        raise Failed("the mail has no code")
    return found[1] + found[2]


def _send(wish: Crowd) -> Signed:
    return Signed(**apart.run("benchmarks.sign_in", asdict(wish)))


if __name__ == "__main__":
    print(json.dumps(asdict(crowd(Crowd(**json.load(sys.stdin))))))
