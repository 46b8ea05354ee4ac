import pytest

from benchmarks.load import Load, ask, read_head, requests_of
from tests.benchmarks.server import answer, serving


def test_paths_are_asked_in_turn_each_with_its_own_headers() -> None:
    load = Load(80, ["/a", "/b"], {"Accept-Encoding": "gzip"}, [{"If-None-Match": '"1"'}, {}])

    assert requests_of(load) == [
        b'GET /a HTTP/1.1\r\nHost: 127.0.0.1:80\r\nAccept-Encoding: gzip\r\nIf-None-Match: "1"\r\n\r\n',
        b"GET /b HTTP/1.1\r\nHost: 127.0.0.1:80\r\nAccept-Encoding: gzip\r\n\r\n",
    ]


def test_an_answer_that_is_not_as_learned_is_counted_by_its_own_status() -> None:
    seen: list[bytes] = []

    def answers(request: bytes) -> list[bytes]:
        seen.append(request)
        return [answer(b"no", "503 Away")] if len(seen) % 5 == 0 else [answer(b"yes")]

    with serving(answers) as port:
        outcome = ask(Load(port, ["/"], clients=1, answers=20))

    assert outcome.answers == 20
    assert outcome.statuses == {"200": 16, "503": 4}


def test_answers_of_other_lengths_and_in_pieces_are_read_whole() -> None:
    bodies = [b"x" * 300_000, b"short", b"y" * 70_000]
    count = 0

    def answers(request: bytes) -> list[bytes]:
        nonlocal count
        count += 1
        whole = answer(bodies[count % 3])
        return [whole[:9], whole[9:40], whole[40:]]

    with serving(answers) as port:
        outcome = ask(Load(port, ["/"], clients=1, answers=9))

    assert outcome.statuses == {"200": 9}
    assert outcome.length == 300_000


def test_a_304_has_no_body() -> None:
    with serving(lambda request: [b"HTTP/1.1 304 Not Modified\r\netag: x\r\n\r\n"]) as port:
        outcome = ask(Load(port, ["/"], clients=2, answers=10))

    assert set(outcome.statuses) == {"304"}
    assert outcome.length == 0


def test_a_server_that_hangs_up_ends_the_load() -> None:
    with serving(lambda request: []) as port, pytest.raises((RuntimeError, ConnectionResetError)):
        ask(Load(port, ["/"], clients=1, answers=1))


def test_what_is_no_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="no answer begins with"):
        read_head(b"xHTTP/1.1 200 OK")
    with pytest.raises(ValueError, match="without Content-Length"):
        read_head(b"HTTP/1.1 200 OK\r\n")
