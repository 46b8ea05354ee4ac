"""What every answer carries, and what the edge refuses."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from events.core import web
from events.core.errors import Away, DomainError, NotSignedIn, TooMany, Unreadable
from events.settings import Settings

SETTINGS = Settings(
    secret_key="s" * 40, base_url="http://testserver", database_url="postgres://nobody@127.0.0.1:1/none"
)


class SoldOut(DomainError):
    status = 409


async def read(request: Request) -> Response:
    return PlainTextResponse("read")


async def query(request: Request) -> Response:
    return PlainTextResponse(str(request.query_params))


async def write(request: Request) -> Response:
    return PlainTextResponse(f"{len(await request.body())} bytes")


async def refuse(request: Request) -> Response:
    raise SoldOut("Seats left: 0.", free=0)


async def break_down(request: Request) -> Response:
    raise ZeroDivisionError("a defect for reader@example.org")


async def ask_to_sign_in(request: Request) -> Response:
    raise NotSignedIn


async def slow_down(request: Request) -> Response:
    raise TooMany(90)


async def away(request: Request) -> Response:
    raise Away


async def misread(request: Request) -> Response:
    raise Unreadable({"name": "Please type a name."})


async def nobody(token_hash: bytes, at: object) -> None:
    return None


def app() -> Starlette:
    made = Starlette(
        routes=[
            Route("/read", read),
            Route("/query", query),
            Route("/write", write, methods=["POST"]),
            Route("/refuse", refuse),
            Route("/refuse.ics", refuse),
            Route("/break", break_down),
            Route("/private", ask_to_sign_in),
            Route("/slow", slow_down),
            Route("/misread", misread),
            Route("/away", away, methods=["GET", "POST"]),
            Route("/{place:path}/away", away),
        ],
        middleware=[
            Middleware(
                web.Edge,
                find_actor=nobody,
                secure=False,
                base_url="http://testserver",
                form_actions=["https://pay.example"],
            )
        ],
        exception_handlers={DomainError: web.answer_error, HTTPException: web.answer_error},
    )
    made.state.settings = SETTINGS
    return made


@pytest.fixture
async def browser() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app()), base_url="http://testserver")


async def test_every_answer_forbids_inline_scripts_and_strangers(browser: httpx.AsyncClient) -> None:
    for path in ("/read", "/refuse", "/break", "/nowhere"):
        answer = await browser.get(path)

        policy = answer.headers["content-security-policy"]
        assert "unsafe-inline" not in policy
        assert "script-src 'self'" in policy
        assert "form-action 'self' https://pay.example" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-request-id"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Cookie": "signin=somebody"},
    ],
)
async def test_a_form_of_another_site_is_refused(browser: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await browser.post("/write", headers=headers)

    assert answer.status_code == 403
    assert "another site" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "Cookie": "signin=somebody"},
        {"Sec-Fetch-Site": "none", "Cookie": "signin=somebody"},
        {"Origin": "http://testserver", "Cookie": "signin=somebody"},
        {},
    ],
)
async def test_our_own_forms_and_programs_without_cookies_may_post(
    browser: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await browser.post("/write", headers=headers, content=b"12345")

    assert (answer.status_code, answer.text) == (200, "5 bytes")


async def test_an_expected_no_becomes_a_page_with_its_status_and_words(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/refuse", headers={"Accept": "text/html"})

    assert answer.status_code == 409
    assert "Seats left: 0." in answer.text


async def test_a_calendar_app_gets_a_line_of_text_instead_of_a_page(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/refuse.ics")

    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.status_code == 409


async def test_a_defect_gets_a_page_that_tells_nothing_but_its_number(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/break")

    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.text
    assert "reader@example.org" not in answer.text
    assert "ZeroDivision" not in answer.text


async def test_a_page_for_signed_in_people_leads_to_the_sign_in_page_and_back(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/private?day=2")

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/private%3Fday%3D2")


async def test_a_rate_limit_says_when_to_come_back(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/slow")

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "90")


async def test_who_comes_when_a_part_of_us_is_away_can_try_again_by_a_link(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/away?day=2&track=a%26b")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "20")
    assert '<a class="button primary" href="/away?day=2&amp;track=a%26b">Try again</a>' in answer.text
    assert "<form" not in answer.text


async def test_a_form_that_met_a_part_away_is_told_of_and_never_sent_again_by_itself(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.post("/away", data={"card": "4242"}, headers={"Referer": "http://testserver/read?day=2"})

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "20")
    assert "no payment is taken twice" in answer.text
    assert '<a class="button primary" href="/read?day=2">Back to the page</a>' in answer.text
    assert ("<form" in answer.text, "4242" in answer.text) == (False, False)


@pytest.mark.parametrize("referer", ["", "https://evil.example/read", "http://testserver//evil.example/read"])
async def test_the_way_back_from_a_form_leads_to_no_stranger(browser: httpx.AsyncClient, referer: str) -> None:
    answer = await browser.post("/away", headers={"Referer": referer})

    assert ("Back to the page" in answer.text, "evil.example" in answer.text) == (True, False)


async def test_trying_again_leads_to_no_stranger(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("http://testserver//evil.example/away")

    assert (answer.status_code, 'href="//' in answer.text) == (503, False)


async def test_a_nul_in_an_address_is_an_address_nobody_has(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/read%00")).status_code == 404


async def test_a_nul_in_a_query_is_passed_over(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/query?q=a%00b")).text == "q=ab"


async def test_a_body_that_is_too_large_is_refused_before_it_is_read(browser: httpx.AsyncClient) -> None:
    announced = await browser.post("/write", headers={"Content-Length": str(web.MAX_BODY + 1)}, content=b"x")
    assert announced.status_code == 413

    async def drip() -> AsyncIterator[bytes]:
        for _ in range(web.MAX_BODY // 2**20 + 1):
            yield b"x" * 2**20

    dripped = await browser.post("/write", content=drip())
    assert dripped.status_code == 413


async def test_an_unknown_address_and_a_wrong_method_get_the_error_page(browser: httpx.AsyncClient) -> None:
    assert "Not found" in (await browser.get("/nowhere")).text
    assert (await browser.post("/read")).status_code == 405
