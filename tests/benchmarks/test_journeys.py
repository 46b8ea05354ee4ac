import gzip
from collections.abc import Callable

from benchmarks.journeys import Answer, Ask, Browser, Failed, Journey, one, walk
from tests.benchmarks.server import answer, serving


def shopping(browser: Browser) -> Journey:
    page = yield Ask("GET", "/shop")
    placed = yield Ask("POST", "/orders", {"name": "Ada & Co"})
    last = yield Ask("GET", placed.location)
    if last.status != 200:
        raise Failed(f"the order answers {last.status}")
    return f"{page.body.decode()} {last.body.decode()}"


def test_a_visitor_keeps_cookies_sends_forms_and_follows() -> None:
    heads: list[bytes] = []

    def answers(request: bytes) -> list[bytes]:
        heads.append(request)
        if request.startswith(b"GET /shop"):
            return [answer(gzip.compress(b"hello"), "200 OK", "content-encoding: gzip", "set-cookie: a=1; Path=/")]
        if request.startswith(b"POST"):
            return [answer(b"", "303 See Other", "location: /orders/7")]
        return [answer(b"bought")]

    with serving(answers) as port:
        walked = walk(port, iter([shopping]), at_once=3)

    assert walked.ends == {"hello bought": 1}
    assert b"Cookie" not in heads[0]
    assert heads[1].endswith(b"\r\n\r\nname=Ada+%26+Co")
    assert b"Cookie: a=1\r\n" in heads[1]
    assert b"Sec-Fetch-Site: same-origin\r\n" in heads[1]
    assert heads[2].startswith(b"GET /orders/7 ")


def test_many_walk_at_once_and_each_is_counted_by_how_it_ended() -> None:
    def answers(request: bytes) -> list[bytes]:
        if request.startswith(b"GET /odd"):
            return [answer(b"", "500 Broken")]
        return [answer(b"ok")]

    def start(number: int) -> Callable[[Browser], Journey]:
        def journey(browser: Browser) -> Journey:
            found = yield Ask("GET", "/odd" if number % 2 else "/even")
            if found.status != 200:
                raise Failed(f"answered {found.status}")
            return "fine"

        return journey

    with serving(answers) as port:
        walked = walk(port, (start(number) for number in range(100)), at_once=40)

    assert walked.ends == {"fine": 50, "error: answered 500": 50}
    assert len(walked.took) == 100


def test_a_line_that_breaks_ends_only_its_own_journey() -> None:
    def answers(request: bytes) -> list[bytes]:
        return [] if request.startswith(b"GET /bad") else [answer(b"ok")]

    def start(path: str) -> Callable[[Browser], Journey]:
        def journey(browser: Browser) -> Journey:
            yield Ask("GET", path)
            return "fine"

        return journey

    with serving(answers) as port:
        walked = walk(port, map(start, ("/bad", "/good", "/good")), at_once=3)

    assert walked.ends.pop("fine") == 2
    assert [words.startswith("error") for words in walked.ends] == [True]


def test_one_alone_is_told_after_each_step() -> None:
    steps: list[tuple[str, int]] = []

    def note(ask: Ask, found: Answer) -> None:
        steps.append((f"{ask.method} {ask.path}", found.status))

    def answers(request: bytes) -> list[bytes]:
        return [answer(b"", "303 See Other", "location: /x") if request.startswith(b"POST") else answer(b"ok")]

    with serving(answers) as port:
        ended = one(port, shopping, note)

    assert ended == "ok ok"
    assert steps == [("GET /shop", 200), ("POST /orders", 303), ("GET /x", 200)]


def test_whoever_waits_asks_again_later_on_a_new_line_and_holds_up_nobody() -> None:
    asked: list[bytes] = []

    def answers(request: bytes) -> list[bytes]:
        asked.append(request.split(b" ")[1])
        return [answer(b"not yet" if asked.count(b"/line") == 1 else b"ok")]

    def waiting(browser: Browser) -> Journey:
        page = yield Ask("GET", "/line")
        while page.body == b"not yet":
            page = yield Ask("GET", "/line", wait=0.2)
        return "let in"

    def quick(browser: Browser) -> Journey:
        yield Ask("GET", "/quick")
        return "quick"

    with serving(answers) as port:
        walked = walk(port, iter([waiting, quick]), at_once=1)
        alone = walk(port, iter([waiting]), at_once=1)

    assert (walked.ends, alone.ends) == ({"let in": 1, "quick": 1}, {"let in": 1})
    assert asked == [b"/line", b"/line", b"/quick", b"/line"]
