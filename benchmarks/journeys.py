"""People who go from page to page, many at once: each has a connection and cookies of its own, and reads what it gets.

A journey is a generator: it yields what it asks for and is sent the answer, so that what a person does reads from top
to bottom, and one loop over epoll drives thousands of them. Linux only.
"""

import heapq
import itertools
import resource
import select
import socket
import time
import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

PATIENCE = 60.0
"""Seconds without any answer at all, after which everybody gives up."""


class Failed(Exception):
    """The journey did not end as it should; the words say at which page."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. form: sent as a browser sends it, or None; port: another server's than the journey's, or 0.

    wait   seconds that pass before, as on a page that looks again by itself; the connection is not kept so long
    """

    method: str
    path: str
    form: dict[str, str] | None = None
    port: int = 0
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    location: str
    body: bytes


Journey = Generator[Ask, Answer, str]
"""Returns how it ended, in a word."""


@dataclass
class Browser:
    """A browser as small as one can be: cookies, one connection to each server, no more.

    encoding   what it accepts, "gzip" or nothing
    """

    port: int
    encoding: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    def written(self, ask: Ask) -> bytes:
        body = urlencode(ask.form).encode() if ask.form is not None else b""
        head = f"{ask.method} {ask.path} HTTP/1.1\r\nHost: 127.0.0.1:{ask.port or self.port}\r\n"
        if self.encoding:
            head += f"Accept-Encoding: {self.encoding}\r\n"
        if ask.form is not None:
            head += f"Content-Length: {len(body)}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            head += "Sec-Fetch-Site: same-origin\r\n"
        if self.cookies and not ask.port:
            head += "Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()) + "\r\n"
        return head.encode() + b"\r\n" + body

    def read(self, head: bytes) -> tuple[int, str, int, bool]:
        """Status, Location, Content-Length, whether the body is gzip; cookies are kept."""
        lines = head.decode("latin-1").split("\r\n")
        length, location, zipped = -1, "", False
        for line in lines[1:]:
            name, _sep, value = line.partition(": ")
            match name.lower():
                case "content-length":
                    length = int(value)
                case "content-encoding":
                    zipped = value == "gzip"
                case "location":
                    location = value
                case "set-cookie":
                    cookie, _sep, content = value.partition(";")[0].partition("=")
                    self.cookies[cookie] = content
        return int(lines[0][9:12]), location, length, zipped


@dataclass
class Traveller:
    """Somebody on a journey. port: of the server asked last; ended: how, in a word, once it has."""

    browser: Browser
    journey: Journey
    began: float
    lines: dict[int, socket.socket] = field(default_factory=dict)
    port: int = 0
    unsent: bytes = b""
    got: bytearray = field(default_factory=bytearray)
    ended: str = ""

    @property
    def line(self) -> socket.socket:
        return self.lines[self.port]

    def close(self) -> None:
        for line in self.lines.values():
            line.close()


@dataclass(frozen=True)
class Walked:
    """ends: how many journeys ended with which word; took: seconds of each, sorted; seconds: of everything."""

    ends: dict[str, int]
    took: list[float]
    seconds: float

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        return self.took[min(len(self.took) - 1, int(len(self.took) * share))] * 1000 if self.took else 0.0


def allow_connections(wanted: int) -> None:
    """Raise how many files this process may open, as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, wanted) if hard > 0 else wanted, hard))


def walk(port: int, journeys: Iterator[Callable[[Browser], Journey]], at_once: int, encoding: str = "") -> Walked:
    """Send people on their way, `at_once` of them; when one ends the next begins, until there are no more.

    What goes wrong on one journey ends only that one, with a word that begins with "error".
    """
    allow_connections(2 * at_once + 64)
    poll = select.epoll()
    busy: dict[int, Traveller] = {}
    resting: Resting = []
    ends: dict[str, int] = {}
    took: list[float] = []
    began = time.perf_counter()

    def begin() -> None:
        while (start := next(journeys, None)) is not None:
            browser = Browser(port, encoding)
            traveller = Traveller(browser, start(browser), time.perf_counter())
            _go_on(traveller, None, poll, busy, resting)
            if not traveller.ended:
                return
            end(traveller)

    def end(traveller: Traveller) -> None:
        ends[traveller.ended] = ends.get(traveller.ended, 0) + 1
        took.append(time.perf_counter() - traveller.began)
        traveller.close()

    for _ in range(at_once):
        begin()
    while busy or resting:
        ready = poll.poll(min(PATIENCE, max(0.0, resting[0][0] - time.perf_counter())) if resting else PATIENCE)
        if not ready and not resting:
            raise Failed(f"{len(busy)} people have waited {PATIENCE:g} s for an answer")
        while resting and resting[0][0] <= time.perf_counter():
            _due, _turn, rested, ask = heapq.heappop(resting)
            _ask(rested, ask, poll, busy)
            if rested.ended:
                end(rested)
                begin()
        for number, event in ready:
            traveller = busy.get(number)
            if traveller is None:  # a line nobody waits on, closed by the other side
                poll.unregister(number)
                continue
            try:
                if traveller.unsent and event & select.EPOLLOUT:
                    _send(traveller, poll)
                    continue
                answer = _read(traveller)
            except (OSError, Failed) as error:
                traveller.ended, answer = f"error: {error}", None
            if answer is None and not traveller.ended:
                continue
            del busy[number]
            if answer is not None:
                _go_on(traveller, answer, poll, busy, resting)
            if traveller.ended:
                end(traveller)
                begin()
    return Walked(ends, sorted(took), time.perf_counter() - began)


def one(port: int, start: Callable[[Browser], Journey], after: Callable[[Ask, Answer], None]) -> str:
    """One person alone; `after` is called between the steps."""
    poll = select.epoll()
    busy: dict[int, Traveller] = {}
    browser = Browser(port)
    asked: list[Ask] = []
    noted = _noted(start(browser), asked)
    traveller = Traveller(browser, noted, time.perf_counter())
    _go_on(traveller, None, poll, busy, [])
    while busy:
        if not poll.poll(PATIENCE):
            raise Failed(f"no answer to {asked[-1].path}")
        if traveller.unsent:
            _send(traveller, poll)
            continue
        answer = _read(traveller)
        if answer is not None:
            busy.clear()
            after(asked[-1], answer)
            _go_on(traveller, answer, poll, busy, [])
    traveller.close()
    return traveller.ended


def _noted(journey: Journey, asked: list[Ask]) -> Journey:
    """The same journey; what it asks for is noted on the way."""
    answer: Answer | None = None
    while True:
        try:
            ask = next(journey) if answer is None else journey.send(answer)
        except StopIteration as ended:
            return str(ended.value)
        asked.append(ask)
        answer = yield ask


Resting = list[tuple[float, int, Traveller, Ask]]
"""Who asks again later: when, in which turn, who, what. A heap."""
_turns = itertools.count()


def _go_on(
    traveller: Traveller, answer: Answer | None, poll: select.epoll, busy: dict[int, Traveller], resting: Resting
) -> None:
    """Hand over an answer and send the next request, now or when its time has come; or note how it ended."""
    try:
        ask = next(traveller.journey) if answer is None else traveller.journey.send(answer)
    except StopIteration as ended:
        traveller.ended = str(ended.value)
        return
    except Failed as error:
        traveller.ended = f"error: {error}"
        return
    if ask.wait:
        for line in traveller.lines.values():
            poll.unregister(line.fileno())
            line.close()
        traveller.lines.clear()
        heapq.heappush(resting, (time.perf_counter() + ask.wait, next(_turns), traveller, ask))
        return
    _ask(traveller, ask, poll, busy)


def _ask(traveller: Traveller, ask: Ask, poll: select.epoll, busy: dict[int, Traveller]) -> None:
    """Send a request."""
    traveller.port = ask.port or traveller.browser.port
    if traveller.port not in traveller.lines:
        line = socket.socket()
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.setblocking(False)
        line.connect_ex(("127.0.0.1", traveller.port))
        traveller.lines[traveller.port] = line
        poll.register(line.fileno(), 0)
    busy[traveller.line.fileno()] = traveller
    traveller.unsent = traveller.browser.written(ask)
    try:
        _send(traveller, poll)
    except OSError as error:
        traveller.ended = f"error: {error}"
        busy.pop(traveller.line.fileno(), None)


def _send(traveller: Traveller, poll: select.epoll) -> None:
    """As much as goes; the rest when the line is open."""
    try:
        sent = traveller.line.send(traveller.unsent)
    except BlockingIOError:
        sent = 0
    traveller.unsent = traveller.unsent[sent:]
    poll.modify(traveller.line.fileno(), select.EPOLLOUT if traveller.unsent else select.EPOLLIN)


def _read(traveller: Traveller) -> Answer | None:
    """The whole answer, or None while some of it is on its way."""
    try:
        more = traveller.line.recv(1 << 18)
    except BlockingIOError:
        return None
    if not more:
        raise Failed(f"hung up after {bytes(traveller.got[:200])!r}")
    traveller.got += more
    end = traveller.got.find(b"\r\n\r\n")
    if end < 0:
        return None
    body = len(traveller.got) - end - 4
    status, location, length, zipped = traveller.browser.read(bytes(traveller.got[:end]))
    if length < 0:
        raise Failed(f"an answer without Content-Length: {bytes(traveller.got[:300])!r}")
    if body < length:
        return None
    answer = Answer(status, location, bytes(traveller.got[end + 4 :]))
    traveller.got.clear()
    return Answer(status, location, _unzipped(answer.body)) if zipped else answer


def _unzipped(body: bytes) -> bytes:
    return zlib.decompress(body, 31)
