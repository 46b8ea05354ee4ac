"""Every page there is, in a real browser, as the person it is for: accessible, quiet, and whole on a narrow screen.

A new page gets a line in PAGES; test_no_page_is_forgotten says so.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect
from starlette.routing import Match, Route

from events import app
from events.settings import Settings
from tests.house import House
from tests.words import untranslated

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]

NOBODY = ""
AMAL = "Amal Haddad"  # a member
BEATRIZ = "Beatriz Costa"  # a unit's editor, and a reviewer
CARLA = "Carla Nowak"  # a programme manager, who chairs the reviewers
DANIEL = "Daniel Osei"  # a registrar
ELIF = "Elif Çelik"  # an administrator
FRIDA = "Frida Lindqvist"  # who handles what people need

PAGES = [
    (NOBODY, "/"),
    (NOBODY, "/events"),
    (NOBODY, "/events?kind=webinar&mode=virtual&since=2020-01-01&unit={unit}"),
    (NOBODY, "/events?q=λόγος"),
    (NOBODY, "/events/{annual}"),
    (NOBODY, "/events/{forum}"),
    (NOBODY, "/events/{webinar}"),
    (NOBODY, "/events/{over}"),
    (NOBODY, "/events/{course}"),
    (NOBODY, "/events/{annual}/schedule"),
    (NOBODY, "/events/{annual}/schedule?view=list&q=library"),
    (NOBODY, "/events/{annual}/sessions/{session}"),
    (NOBODY, "/events/{annual}/changes"),
    (NOBODY, "/events/{annual}/releases/1"),
    (NOBODY, "/events/{annual}/speakers"),
    (NOBODY, "/events/{annual}/speakers/{speaker}"),
    (NOBODY, "/celebrations"),
    (NOBODY, "/celebrations/{celebration}"),
    (NOBODY, "/sign-in"),
    (NOBODY, "/sign-in/code"),
    (NOBODY, "/sign-in/{token}"),
    (NOBODY, "/events/{annual}/register"),
    (NOBODY, "/events/{annual}/register?voucher=welcome"),
    (NOBODY, "/my/schedule"),
    (NOBODY, "/nowhere"),
    (NOBODY, "/dev/people"),
    (NOBODY, "/dev/mail"),
    (NOBODY, "/dev/mail/{mail}"),
    (AMAL, "/"),
    (AMAL, "/events/{annual}"),
    (AMAL, "/events/{annual}/schedule"),
    (AMAL, "/events/{annual}/schedule?view=list"),
    (AMAL, "/events/{annual}/sessions/{session}"),
    (AMAL, "/events/{annual}/register"),
    (AMAL, "/waitlist/{entry}"),
    (AMAL, "/orders/{held}"),
    (AMAL, "/orders/{held}/invoice"),
    (AMAL, "/orders/{confirmed}"),
    (AMAL, "/orders/{confirmed}/cancellation"),
    (AMAL, "/orders/{confirmed}/people/{own_ticket}"),
    (AMAL, "/orders/{confirmed}/people/{own_ticket}/exchange"),
    (NOBODY, "/transfers/{transfer}"),
    (NOBODY, "/events/{annual}/register/institution"),
    (AMAL, "/orders/{staff}"),
    (AMAL, "/institutions/{staff}"),
    (AMAL, "/institutions/{staff}?q=hopper&state=invited"),
    (AMAL, "/institutions/{staff}/places/{place}"),
    (AMAL, "/institutions/{staff}/giving-back"),
    (NOBODY, "/places/{invited}/{place_token}"),
    (NOBODY, "/institutions/{staff}/staff/{staff_token}"),
    (NOBODY, "/staff-places/{ask}/{ask_token}"),
    (AMAL, "/my/schedule"),
    (NOBODY, "/events/{annual}/calls"),
    (NOBODY, "/events/{annual}/calls/{call}"),
    (NOBODY, "/presenters/{token}"),
    (AMAL, "/events/{annual}/calls/{call}"),
    (AMAL, "/events/{annual}/calls/{call}/proposals/{proposal}"),
    (AMAL, "/my/proposals"),
    (AMAL, "/events/{annual}/calls/{call}/proposals/{proposal}/edit"),
    (AMAL, "/events/{annual}/calls/{call}/proposals/{proposal}/presenters/{presenter}"),
    (AMAL, "/my/tasks"),
    (AMAL, "/my/tasks/{task}"),
    (AMAL, "/my/tasks/{task_each}/{task_session}"),
    (AMAL, "/events/{annual}/needs"),
    (AMAL, "/my/needs"),
    (AMAL, "/my/needs/{case}"),
    (FRIDA, "/organize/events/{annual}/cases"),
    (FRIDA, "/organize/events/{annual}/cases?q=a&state=in_work&sort=-due"),
    (FRIDA, "/organize/events/{annual}/cases/{case}"),
    (FRIDA, "/organize/events/{annual}/cases/kinds"),
    (FRIDA, "/organize/events/{annual}/cases/numbers"),
    (AMAL, "/my/orders"),
    (AMAL, "/my/settings"),
    (AMAL, "/my/settings/code/{handle}"),
    (AMAL, "/my/settings/deletion"),
    (AMAL, "/my/settings/deletion/{deletion}"),
    (CARLA, "/organize"),
    (CARLA, "/organize/events"),
    (CARLA, "/organize/events/{annual}"),
    (CARLA, "/organize/events/{annual}/sessions"),
    (CARLA, "/organize/events/{annual}/sessions/new"),
    (CARLA, "/organize/events/{annual}/sessions/{session}"),
    (CARLA, "/organize/events/{annual}/sessions/{session}/slots/new"),
    (CARLA, "/organize/events/{annual}/sessions/{session}/slots/{slot}"),
    (CARLA, "/organize/events/{annual}/conflicts"),
    (CARLA, "/organize/events/{annual}/conflicts?kind=person&level=warn&q=a"),
    (CARLA, "/organize/events/{annual}/planning"),
    (CARLA, "/organize/events/{annual}/planning/blocks"),
    (CARLA, "/organize/events/{annual}/planning/blocks/new"),
    (CARLA, "/organize/events/{annual}/planning/blocks/{block}"),
    (CARLA, "/organize/events/{annual}/planning/availability"),
    (CARLA, "/organize/events/{annual}/planning/resources"),
    (CARLA, "/organize/events/{annual}/requests"),
    (CARLA, "/organize/events/{annual}/sessions/{session}/request"),
    (CARLA, "/organize/events/{annual}/units"),
    (CARLA, "/organize/events/{annual}/units/{unit}"),
    (CARLA, "/organize/events/{annual}/units/{unit}/budget"),
    (CARLA, "/organize/events/{annual}/calls"),
    (CARLA, "/organize/events/{annual}/calls/new"),
    (CARLA, "/organize/events/{annual}/calls/{call}"),
    (CARLA, "/organize/events/{annual}/calls/{call}/questions/new"),
    (CARLA, "/organize/events/{annual}/calls/{call}/questions/{call_question}"),
    (CARLA, "/organize/events/{annual}/calls/{call}/questions/new?about=presenter"),
    (CARLA, "/organize/events/{annual}/calls/{call}/review"),
    (CARLA, "/organize/events/{annual}/calls/{call}/review/phases/new"),
    (CARLA, "/organize/events/{annual}/calls/{call}/review/phases/{phase}"),
    (CARLA, "/organize/events/{annual}/calls/{call}/review/criteria/new"),
    (CARLA, "/organize/events/{annual}/calls/{call}/review/criteria/{criterion}"),
    (CARLA, "/organize/events/{annual}/calls/{call}/review/reviewers/new"),
    (CARLA, "/organize/events/{annual}/calls/{call}/review/reviewers/{reviewer}"),
    (CARLA, "/organize/events/{annual}/calls/{call}/review/ranking"),
    (CARLA, "/organize/events/{annual}/calls/{call}/review/ranking?q=a&fewer=1&sort=-spread"),
    (CARLA, "/organize/events/{annual}/calls/{call}/review/proposals/{reviewed}"),
    (CARLA, "/review/{annual}/{call}/proposals/{reviewed}"),
    (BEATRIZ, "/review"),
    (BEATRIZ, "/review/{annual}/{call}"),
    (BEATRIZ, "/review/{annual}/{call}?q=a&state=given&sort=title"),
    (BEATRIZ, "/review/{annual}/{call}/proposals/{reviewed}"),
    (CARLA, "/organize/events/{annual}/tasks"),
    (CARLA, "/organize/events/{annual}/tasks?q=a&state=done&sort=-name"),
    (CARLA, "/organize/events/{annual}/tasks/new"),
    (CARLA, "/organize/events/{annual}/tasks/{task}"),
    (CARLA, "/organize/events/{annual}/tasks/{task}/people/{amal}"),
    (CARLA, "/organize/events/{annual}/calls/{call}/decisions"),
    (CARLA, "/organize/events/{annual}/calls/{call}/decisions?q=a&state=submitted&decision=none&sort=-title"),
    (CARLA, "/organize/events/{annual}/calls/{call}/decisions/proposals/{decided}"),
    (CARLA, "/organize/events/{annual}/calls/{call}/decisions/texts"),
    (CARLA, "/organize/events/{annual}/calls/{call}/decisions/texts/accepted"),
    (CARLA, "/organize/events/{annual}/calls/{call}/decisions/mails/{decision}"),
    (CARLA, "/organize/events/{annual}/calls/{call}/decisions/sending"),
    (CARLA, "/organize/events/{annual}/calls/{call}/confirmations"),
    (CARLA, "/organize/events/{annual}/edit-requests"),
    (CARLA, "/organize/events/{annual}/edit-requests/{edit}"),
    (CARLA, "/organize/events/{annual}/absences"),
    (CARLA, "/organize/events/{annual}/history"),
    (CARLA, "/organize/events/{annual}/history?q=a&day=2027-03-04"),
    (CARLA, "/organize/events/{annual}/timetable"),
    (CARLA, "/organize/events/{annual}/arrangements"),
    (CARLA, "/organize/events/{annual}/arrangements/{arrangement}"),
    (CARLA, "/organize/events/{annual}/export"),
    (CARLA, "/organize/events/{annual}/import"),
    (CARLA, "/organize/events/{annual}/import/{import}"),
    (CARLA, "/organize/events/{annual}/import/{wrong_import}?show=error"),
    (CARLA, "/organize/events/{annual}/publish"),
    (CARLA, "/organize/events/{annual}/releases"),
    (CARLA, "/organize/events/{annual}/releases/comparison?from=1&to=1"),
    (CARLA, "/organize/events/{annual}/edit"),
    (CARLA, "/organize/events/{webinar}/edit"),
    (CARLA, "/organize/events/new"),
    (CARLA, "/organize/events/new?kind=conference"),
    (CARLA, "/organize/events/new?kind=webinar"),
    (CARLA, "/organize/events/new?kind=course"),
    (CARLA, "/organize/events/new?kind=celebration"),
    (CARLA, "/organize/venues"),
    (CARLA, "/organize/venues/new"),
    (CARLA, "/organize/venues/{venue}"),
    (CARLA, "/organize/venues/{venue}/zones"),
    (CARLA, "/organize/venues/{venue}/rooms/new"),
    (CARLA, "/organize/venues/{venue}/rooms/{room}"),
    (DANIEL, "/organize/events/{annual}/lobby"),
    (DANIEL, "/organize/events/{annual}/tickets"),
    (DANIEL, "/organize/events/{annual}/tickets/new"),
    (DANIEL, "/organize/events/{annual}/tickets/{ticket}"),
    (DANIEL, "/organize/events/{annual}/vouchers"),
    (DANIEL, "/organize/events/{annual}/vouchers?q=w&state=good&effect=percent"),
    (DANIEL, "/organize/events/{annual}/vouchers/new"),
    (DANIEL, "/organize/events/{annual}/vouchers/{voucher}"),
    (DANIEL, "/organize/events/{annual}/free-places"),
    (DANIEL, "/organize/events/{annual}/orders"),
    (DANIEL, "/organize/events/{annual}/orders?q=a&state=CONFIRMED&owing=owed"),
    (DANIEL, "/organize/events/{annual}/refund-rules"),
    (DANIEL, "/organize/events/{annual}/change-requests"),
    (DANIEL, "/organize/events/{annual}/calling-off"),
    (DANIEL, "/organize/events/{annual}/documents"),
    (NOBODY, "/events/{annual}/documents/recording_consent"),
    (DANIEL, "/organize/events/{annual}/questions"),
    (DANIEL, "/organize/events/{annual}/questions/new"),
    (DANIEL, "/organize/events/{annual}/questions/{question}"),
    (DANIEL, "/organize/events/{annual}/waitlist"),
    (DANIEL, "/organize/events/{annual}/waitlist?q=a&state=WAITING"),
    (NOBODY, "/events/{annual}/waitlist"),
    (DANIEL, "/organize/events/{annual}/allotments"),
    (DANIEL, "/organize/events/{annual}/allotments/exhibitors"),
    (DANIEL, "/organize/events/{annual}/taxes"),
    (DANIEL, "/organize/events/{annual}/taxes/certificates"),
    (AMAL, "/orders/{confirmed}/exemption"),
    (DANIEL, "/organize/events/{annual}/declarations"),
    (DANIEL, "/organize/events/{annual}/declarations?q=a&state=declared"),
    (DANIEL, "/organize/registrations"),
    (DANIEL, "/organize/registrations?q=am"),
    (DANIEL, "/organize/events/{annual}/unregistered"),
    (DANIEL, "/organize/events/{annual}/codes"),
    (DANIEL, "/organize/events/{annual}/invoices"),
    (DANIEL, "/organize/events/{annual}/invoices/terms"),
    (DANIEL, "/organize/bank"),
    (DANIEL, "/organize/bank/{statement}"),
    (DANIEL, "/organize/bank/{read_statement}"),
    (DANIEL, "/organize/books"),
    (DANIEL, "/organize/books/accounts"),
    (DANIEL, "/organize/books/stripe"),
    (DANIEL, "/organize/books/payouts"),
    (DANIEL, "/organize/books/payouts/po_1"),
    (DANIEL, "/organize/books/{month}"),
    (DANIEL, "/organize/events/{annual}/unregistered?q=a&state=without&role=speaker"),
    (DANIEL, "/organize/events/{annual}/orders/{order}"),
    (DANIEL, "/organize/events/{annual}/orders/{order}/disputes/du_1"),
    (DANIEL, "/organize/events/{webinar}/orders/{confirmed}/people/{own_ticket}/exchange"),
    (ELIF, "/organize"),
    (ELIF, "/organize/people"),
    (ELIF, "/organize/people/{person}"),
    (ELIF, "/organize/people/duplicates"),
    (ELIF, "/organize/people/duplicates/{pair}"),
    (ELIF, "/organize/people/merges"),
    (ELIF, "/organize/people/merges/{merge}"),
    (ELIF, "/organize/units"),
    (ELIF, "/organize/units/{unit}"),
    (ELIF, "/organize/roster"),
]

ONE_EACH = """
SELECT
    (SELECT slug FROM event WHERE kind = 'conference') AS annual,
    (SELECT to_char(min(booked_at), 'YYYY-MM') FROM ledger) AS month,
    (SELECT slug FROM event WHERE kind = 'forum') AS forum,
    (SELECT slug FROM event WHERE kind = 'webinar' AND state = 'closed' LIMIT 1) AS over,
    (SELECT slug FROM event WHERE kind = 'course' ORDER BY id LIMIT 1) AS course,
    (SELECT e.slug FROM event e JOIN ticket_type t ON t.event_id = e.id JOIN price p ON p.ticket_type_id = t.id
        WHERE e.kind = 'webinar' AND e.state = 'on_sale' AND p.amount = 0 ORDER BY e.id LIMIT 1) AS webinar,
    (SELECT slug FROM event WHERE kind = 'celebration' ORDER BY id LIMIT 1) AS celebration,
    (SELECT slug FROM unit WHERE kind = 'division' ORDER BY id LIMIT 1) AS unit,
    (SELECT slug FROM venue ORDER BY id LIMIT 1) AS venue,
    (SELECT id FROM room ORDER BY id LIMIT 1) AS room,
    (SELECT slug FROM call ORDER BY id LIMIT 1) AS call,
    (SELECT id FROM call_question ORDER BY id DESC LIMIT 1) AS call_question,
    (SELECT p.code FROM proposal p JOIN person o ON o.id = p.owner_id WHERE o.name = 'Amal Haddad') AS proposal,
    (SELECT x.id FROM proposal_person x JOIN person o ON o.id = x.person_id WHERE o.name = 'Amal Haddad') AS presenter,
    (SELECT id FROM review_phase) AS phase,
    (SELECT min(id) FROM criterion) AS criterion,
    (SELECT min(id) FROM reviewer) AS reviewer,
    (SELECT code FROM proposal WHERE title = 'Zines in the stacks') AS reviewed,
    (SELECT id FROM task WHERE kind = 'headshot') AS task,
    (SELECT id FROM task WHERE kind = 'release_form') AS task_each,
    (SELECT x.code FROM session x JOIN session_person r ON r.session_id = x.id JOIN person o ON o.id = r.person_id
        WHERE o.name = 'Amal Haddad') AS task_session,
    (SELECT code FROM person WHERE name = 'Amal Haddad') AS amal,
    (SELECT c.code FROM care_case c JOIN person p ON p.id = c.person_id WHERE p.name = 'Amal Haddad') AS "case",
    (SELECT id FROM block ORDER BY id LIMIT 1) AS block,
    (SELECT id FROM decision WHERE state = 'draft' ORDER BY id LIMIT 1) AS decision,
    (SELECT p.code FROM proposal p JOIN decision d ON d.proposal_id = p.id WHERE d.state = 'sent') AS decided,
    (SELECT id FROM edit_request ORDER BY id LIMIT 1) AS edit,
    (SELECT id FROM arrangement ORDER BY id LIMIT 1) AS arrangement,
    (SELECT id FROM import_run WHERE state = 'checked' ORDER BY id LIMIT 1) AS import,
    (SELECT id FROM import_run WHERE state = 'refused' ORDER BY id LIMIT 1) AS wrong_import,
    (SELECT id FROM ticket_type WHERE kind = 'full' ORDER BY id LIMIT 1) AS ticket,
    (SELECT id FROM voucher ORDER BY id LIMIT 1) AS voucher,
    (SELECT id FROM question WHERE only_if_id IS NOT NULL LIMIT 1) AS question,
    (SELECT o.code FROM orders o JOIN event e ON e.id = o.event_id WHERE e.kind = 'conference' ORDER BY o.id LIMIT 1)
        AS "order",
    (SELECT code FROM person WHERE name = 'Beatriz Costa') AS person,
    (SELECT p.code || '/' || o.code FROM duplicate_candidate d JOIN person p ON p.id = d.one_id
        JOIN person o ON o.id = d.other_id ORDER BY d.score DESC, d.id LIMIT 1) AS pair,
    (SELECT p.code || '/' || o.code FROM duplicate_candidate d JOIN person p ON p.id = d.one_id
        JOIN person o ON o.id = d.other_id ORDER BY d.score DESC, d.id OFFSET 1 LIMIT 1) AS one_person,
    s.code AS session, t.id AS slot, p.code AS speaker
FROM session s JOIN slot t ON t.session_id = s.id JOIN session_person x ON x.session_id = s.id
    JOIN person p ON p.id = x.person_id JOIN event e ON e.id = s.event_id
WHERE e.kind = 'conference' AND NOT s.ticketed AND s.visibility = 'public' AND s.abstract <> ''
ORDER BY t.starts_at, s.id LIMIT 1
"""
OWN_WORDS = """
SELECT title FROM event UNION SELECT summary FROM event UNION SELECT description FROM event
UNION SELECT unnest(topics) FROM event UNION SELECT name FROM unit UNION SELECT short_name FROM unit
UNION SELECT name FROM person UNION SELECT affiliation FROM person UNION SELECT email FROM address
UNION SELECT gone ->> 'name' FROM person_merge UNION SELECT gone ->> 'code' FROM person_merge
UNION SELECT name FROM venue UNION SELECT address FROM venue UNION SELECT city FROM venue
UNION SELECT title FROM call UNION SELECT words FROM call UNION SELECT label FROM call_question
UNION SELECT title FROM document UNION SELECT text FROM document
UNION SELECT name FROM waitlist_entry UNION SELECT email FROM waitlist_entry
UNION SELECT name FROM orders UNION SELECT email FROM orders
UNION SELECT code FROM voucher UNION SELECT note FROM voucher
UNION SELECT name FROM free_places UNION SELECT reason FROM free_places
UNION SELECT title FROM proposal UNION SELECT abstract FROM proposal UNION SELECT code FROM proposal
UNION SELECT subject FROM decision UNION SELECT body FROM decision UNION SELECT words FROM edit_request
UNION SELECT unnest(ARRAY['three people', 'two of us', ', and over the garden fence'])
UNION SELECT regexp_split_to_table(changes #>> '{abstract,0}', 'three people') FROM edit_request
UNION SELECT food FROM session_request UNION SELECT note FROM session_request UNION SELECT words FROM request_step
UNION SELECT name FROM review_phase UNION SELECT name FROM criterion UNION SELECT help FROM criterion
UNION SELECT comment FROM review UNION SELECT reason FROM review
UNION SELECT found FROM import_run UNION SELECT one ->> 'words' FROM import_run, jsonb_array_elements(faults) one
UNION SELECT one ->> 'value' FROM import_run, jsonb_array_elements(faults) one
UNION SELECT word #>> '{}' FROM import_run, jsonb_array_elements(lines) one, jsonb_array_elements(one -> 'fields') a,
    jsonb_array_elements(a) word
UNION SELECT words FROM care_case UNION SELECT words FROM care_message UNION SELECT arranged FROM care_session
UNION SELECT code FROM care_case
UNION SELECT title FROM task UNION SELECT words FROM task UNION SELECT words FROM task_answer
UNION SELECT title FROM block UNION SELECT name FROM resource UNION SELECT note FROM resource
UNION SELECT name FROM zone UNION SELECT name FROM building UNION SELECT name FROM room UNION SELECT name FROM track
UNION SELECT name FROM session_type UNION SELECT title FROM session UNION SELECT abstract FROM session
UNION SELECT name FROM ticket_type UNION SELECT description FROM ticket_type UNION SELECT name FROM price_window
UNION SELECT name FROM quota UNION SELECT label FROM question
UNION SELECT note FROM release UNION SELECT name FROM release
UNION SELECT name FROM orders UNION SELECT code FROM orders UNION SELECT code FROM session UNION SELECT code FROM person
UNION SELECT code FROM staff_place UNION SELECT name FROM institution UNION SELECT unnest(domains) FROM institution
UNION SELECT email FROM staff_place UNION SELECT email FROM staff_ask
UNION SELECT code FROM registration UNION SELECT slug FROM event UNION SELECT slug FROM unit
UNION SELECT reference FROM bank_line UNION SELECT payer FROM bank_line UNION SELECT name FROM bank_statement
UNION SELECT unnest(ARRAY['INVOICE', 'Posting', 'Date', 'Description', 'Amount'])
UNION SELECT unnest(only_answers) FROM question UNION SELECT unnest(options) FROM question
UNION SELECT one ->> 'words' FROM order_line, jsonb_array_elements(quote) one
"""
"""What the demo's people wrote, in every language the same."""


@dataclass
class Visit:
    """A browser for each person, with one of everything the addresses name."""

    house: House
    browser: Browser
    things: dict[str, str] = field(default_factory=dict)
    own_words: list[str] = field(default_factory=list)
    pages: dict[str, Page] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    async def context(self, **options: Any) -> BrowserContext:
        return await self.browser.new_context(
            base_url=self.house.url, reduced_motion="reduce", viewport={"width": 1280, "height": 900}, **options
        )

    async def page(self, who: str) -> Page:
        """This person's page, signed in."""
        if who not in self.pages:
            context = await self.context()
            await context.add_init_script(path=AXE)
            self.pages[who] = page = await context.new_page()
            if who:
                await page.goto("/dev/people")
                await page.get_by_role("button", name=who).click()
            page.on("console", lambda message: self.complaints.append(message.text))
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return self.pages[who]

    async def mail(self, to: str, saying: str = "") -> dict[str, Any]:
        """The newest mail to somebody with these words in it, waited for."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            answer = await self.pages[NOBODY].request.get("/dev/mail.json")
            if found := [one for one in await answer.json() if to in one["to"] and saying in one["text"]]:
                newest: dict[str, Any] = max(found, key=lambda one: one["n"])
                return newest
            await asyncio.sleep(0.3)
        raise AssertionError(f"no mail to {to}")

    async def prepare(self) -> None:
        [row] = await self.house.ask(ONE_EACH)
        self.things = {name: str(value) for name, value in row.items()}
        await self._somebody_asks_for_a_mail()
        await self._amal_saves_and_registers()
        await self._carla_moves_a_session()
        await self._daniel_sends_what_the_bank_wrote()
        await self._elif_merges_two()
        await self.house.ask(STRIPES_BOOKS)
        await self.house.ask(A_DISPUTE, self.things["order"])
        await self.house.ask(A_TAX, self.things["annual"])
        for code in ("order", "confirmed"):
            await self.house.ask(A_CERTIFICATE, self.things[code])
        rows = await self.house.ask(OWN_WORDS)
        words = {
            line.strip().removeprefix("- ")
            for (text,) in rows
            for line in [text, text.removesuffix("."), *text.split("\n")]
        }
        self.own_words = sorted((one for one in words if len(one) > 2), key=len, reverse=True)

    async def _daniel_sends_what_the_bank_wrote(self) -> None:
        page = await self.page(DANIEL)
        lines = [
            "Posting Date,Description,Amount",
            f"2026-06-25,INVOICE {self.things['order']},1.00",
            "2026-06-26,INVOICE,2.00",
            "",
        ]
        for name in ("read_statement", "statement"):
            await page.goto("/organize/bank")
            file = {"name": "june.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
            await page.get_by_label("Statement as CSV").set_input_files(file)  # type: ignore[arg-type]
            await page.get_by_role("button", name="Send it").click()
            await page.wait_for_url("**/organize/bank/*")
            self.things[name] = urlsplit(page.url).path.rpartition("/")[2]
            if name == "read_statement":
                await page.get_by_role("button", name="Read the lines").click()
                await page.get_by_text("Nobody known").first.wait_for()

    async def _somebody_asks_for_a_mail(self) -> None:
        page = await self.page(NOBODY)
        await page.goto("/sign-in")
        await page.get_by_label("E-mail address").fill("new.reader@example.org")
        await page.get_by_role("button", name="Send me a link and a code").click()
        mail = await self.mail("new.reader@example.org")
        [token] = re.findall(r"/sign-in/([^\s?/]{20,})", mail["text"])
        self.things |= {"token": token, "mail": str(mail["n"])}

    async def _amal_saves_and_registers(self) -> None:
        page = await self.page(AMAL)
        await page.goto("/events/{annual}/sessions/{session}".format_map(self.things))
        await page.get_by_role("button", name="Save in my schedule").click()
        for order, event in (("held", "annual"), ("confirmed", "webinar")):
            await page.goto(f"/events/{self.things[event]}/register")
            await page.get_by_role("radio").first.check()
            await page.get_by_role("button", name="Go on").click()
            await page.wait_for_url("**/orders/**")
            self.things[order] = urlsplit(page.url).path.rpartition("/")[2]
        await page.goto("/events/{annual}/waitlist".format_map(self.things))
        await page.get_by_role("radio").first.check()
        await page.get_by_role("button", name="Get in line").click()
        await page.wait_for_url("**/waitlist/*?key=*")
        self.things["entry"] = urlsplit(page.url).path.rpartition("/")[2]
        await self._amal_offers_her_ticket(page)
        await self._amal_buys_for_her_library(page)
        await page.goto("/my/settings")
        await page.locator("#f-email").fill("amal@example.net")
        await page.locator("form[action$='/addresses'] button").click()
        await page.wait_for_url("**/settings/code/**")
        self.things["handle"] = page.url.rpartition("/")[2]
        await page.goto("/my/settings/deletion")
        await page.get_by_label("I keep these places without an account").check()
        await page.get_by_role("button", name="Send the code").click()
        await page.wait_for_url("**/settings/deletion/**")
        self.things["deletion"] = page.url.rpartition("/")[2]

    async def _amal_offers_her_ticket(self, page: Page) -> None:
        await page.goto("/orders/{confirmed}".format_map(self.things))
        await page.get_by_role("link", name="Change it, or give it to somebody").first.click()
        await page.wait_for_url("**/people/**")
        self.things["own_ticket"] = urlsplit(page.url).path.rpartition("/")[2]
        await page.get_by_label("Their name").fill("Amal Haddad")
        await page.get_by_label("Their e-mail").fill("carla.nowak@example.org")  # a member, as her price asks
        await page.get_by_role("button", name="Offer the ticket").click()
        await page.get_by_role("button", name="Take the offer back").wait_for()
        mail = await self.mail("carla.nowak@example.org", "/transfers/")
        [self.things["transfer"]] = re.findall(r"/transfers/(\d+\?key=\w+)", mail["text"])

    async def _amal_buys_for_her_library(self, page: Page) -> None:
        await page.goto("/events/{webinar}/register/institution".format_map(self.things))
        await page.locator("[name^=count-]").first.fill("3")
        await page.get_by_label("Name of the library or group").fill("Annual")
        await page.get_by_label("Your domains").fill("library.example")
        await page.get_by_role("button", name="Order these places").click()
        await page.get_by_role("link", name="Give the places to people").click()
        await page.wait_for_url("**/institutions/**")
        self.things["staff"] = urlsplit(page.url).path.rpartition("/")[2]
        self.things["place"] = await page.locator("th .code").first.inner_text()
        link = await page.get_by_label("Link for your staff").input_value()
        self.things["staff_token"] = link.rpartition("/")[2]
        await page.get_by_label("People").fill("Amal Haddad, hopper@library.example")
        await page.get_by_role("button", name="Look at the list").click()
        await page.get_by_role("button", name="Invite 1 person").click()
        mail = await self.mail("hopper@library.example", "/places/")
        [(self.things["invited"], self.things["place_token"])] = re.findall(r"/places/(\w+)/([\w-]+)", mail["text"])
        visitor = await self.page(NOBODY)
        await visitor.goto(link)
        await visitor.get_by_label("Your e-mail at work").fill("turing@library.example")
        await visitor.get_by_role("button", name="Send me the mail").click()
        mail = await self.mail("turing@library.example", "/staff-places/")
        [(self.things["ask"], self.things["ask_token"])] = re.findall(r"/staff-places/(\d+)/(\w+)", mail["text"])

    async def _elif_merges_two(self) -> None:
        """The second pair of the list; the first one is looked at."""
        page = await self.page(ELIF)
        await page.goto("/organize/people/duplicates/{one_person}".format_map(self.things))
        await page.get_by_role("button", name="Make them one person").click()
        await page.wait_for_url("**/merges/*")
        self.things["merge"] = page.url.rpartition("/")[2]

    async def _carla_moves_a_session(self) -> None:
        page = await self.page(CARLA)
        await page.goto("/organize/events/{annual}/sessions/{session}/slots/{slot}".format_map(self.things))
        await page.get_by_label("Starts").fill("07:15")
        await page.get_by_label("Ends").fill("08:00")
        await page.get_by_role("button", name="Move it").click()


STRIPES_BOOKS = """
WITH payout AS (
    INSERT INTO payout (id, amount, currency, state, created_at, arrives_at)
    VALUES ('po_1', 31527, 'USD', 'in_transit', now(), now()) RETURNING id
), line AS (
    INSERT INTO stripe_line (id, kind, category, source, payment_intent, amount, fee, currency, charged,
        charged_currency, created_at, available_at, payout_id)
    SELECT 'txn_1', 'charge', 'charge', 'ch_1', 'pi_1', 32500, 973, 'USD', 32500, 'USD', now(), now(), id FROM payout
), day AS (
    INSERT INTO stripe_day (day, lines, read_at, complete) VALUES (now() - interval '1 day', 1, now(), true)
)
INSERT INTO difference (about, kind, currency, ours, theirs, found_at)
VALUES ('pi_1', 'payment', 'USD', 0, 32500, now())
"""
"""What a night's reading would bring, with a payment that is none of ours."""

A_TAX = (
    "INSERT INTO tax_rule (event_id, name, rate, since) SELECT id, 'VAT', 8250, '2020-01-01' FROM event WHERE slug = $1"
)
A_CERTIFICATE = """
INSERT INTO exemption (order_id, institution, number, issued_by, asked_at)
SELECT id, 'IL 12', 'E-1234', 'IL', now() FROM orders WHERE code = $1
"""

A_DISPUTE = """
INSERT INTO dispute (order_id, stripe_id, payment_intent, amount, currency, state, reason, due_by, opened_at, asked_at)
SELECT id, 'du_1', 'pi_1', total, currency, 'needs_response', 'fraudulent', now() + interval '9 days', now(), now()
FROM orders WHERE code = $1
"""


@pytest_asyncio.fixture(scope="module")
async def visit(house: House, browser: Browser) -> AsyncIterator[Visit]:
    visit = Visit(house, browser)
    await visit.prepare()
    yield visit
    for page in visit.pages.values():
        await page.context.close()


def test_no_page_is_forgotten() -> None:
    shown = [urlsplit(re.sub(r"\{\w+\}", "1", path.replace("{pair}", "1/1"))).path for _who, path in PAGES]
    settings = Settings(secret_key="tests" * 8, dev=True)
    forgotten = []
    for route in app.routes(settings):
        assert isinstance(route, Route)
        scopes = [{"type": "http", "method": "GET", "path": path} for path in shown]
        if not any(route.matches(scope)[0] is Match.FULL for scope in scopes) and "GET" in (route.methods or ()):
            forgotten.append(route.path)
    assert [path for path in forgotten if not NO_PAGE.search(path)] == []


NO_PAGE = re.compile(
    r"\.(ics|xml|json|atom|csv|xlsx|svg|eml|txt|pdf|zip)$|^/(static|healthz|readyz|metrics)|^/dev/looks$|/paid$|/celebration_years$"
    r"|/file$|/files/\{file:int\}$|/paper$"
)
"""Files, what machines ask for, and what only leads on; /dev/looks has tests of its own."""


@pytest.mark.parametrize(("who", "path"), PAGES)
async def test_a_page_is_accessible_and_fits(visit: Visit, who: str, path: str) -> None:
    page = await visit.page(who)
    visit.complaints.clear()
    problems: list[object] = []
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size({"width": 1280, "height": 900})

    answer = await page.goto(path.format_map(visit.things))
    assert answer is not None
    if path.endswith("/timetable") and path.startswith("/organize"):  # judged is what the editor draws, not its frame
        await page.locator("timetable-editor[data-ready] .te-slot").first.wait_for()
    wanted = 404 if path in {"/nowhere", "/presenters/{token}"} else 200  # the latter: an answered invitation
    if (answer.status, await page.locator("h1").count()) != (wanted, 1):
        problems.append((answer.status, await page.locator("h1").all_inner_texts()))
    problems += await looked_at(page)
    await page.emulate_media(color_scheme="dark")
    await page.set_viewport_size({"width": 320, "height": 800})
    problems += await looked_at(page, CHANGEABLE)

    quiet = [words for words in visit.complaints if wanted == 200 or "404" not in words]
    assert (problems, quiet) == ([], [])


CHANGEABLE = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
"""The rules that may find something else in other colours and on another width."""


async def looked_at(page: Page, rules: Sequence[str] = ()) -> list[object]:
    """What axe finds (by all its rules, unless some are named), what sticks out at the right, and what is cut off."""
    found = await page.evaluate(
        """async (rules) => {
            const out = innerWidth - document.documentElement.scrollWidth
            const hides = (one) => ['hidden', 'clip'].includes(getComputedStyle(one).overflowX)
            const cut = [...document.querySelectorAll('main :not(input)')].filter((one) =>
                one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 20 && hides(one))
                .map((one) => one.outerHTML.slice(0, 200))
            const wide = out < 0 ? [...document.querySelectorAll('main *, header *, footer *')]
                .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
                .slice(0, 3).map((one) => one.outerHTML.slice(0, 200)) : []
            const runOnly = rules.length ? { runOnly: { type: 'rule', values: rules } } : {}
            const axe = await globalThis.axe.run(document, { preload: false, resultTypes: ['violations'], ...runOnly })
            const shown = (node) => node.html.slice(0, 300) + node.failureSummary
            return [
                ...wide.map((html) => ['too wide', html]),
                ...cut.map((html) => ['cut off', html]),
                ...axe.violations.map((one) => [one.id, ...one.nodes.slice(0, 3).map(shown)]),
            ]
        }""",
        list(rules),
    )
    width = page.viewport_size["width"] if page.viewport_size else 0
    return [(width, *one) for one in found]


@pytest.mark.parametrize(("who", "path"), [one for one in PAGES if not one[1].startswith("/dev/mail")])
async def test_every_text_goes_through_gettext(visit: Visit, who: str, path: str) -> None:
    """In the pseudo-locale what is neither accented nor written by the demo's people was forgotten."""
    page = await visit.page(who)
    await page.context.add_cookies([{"name": "locale", "value": "en-XA", "url": visit.house.url}])

    answer = await page.request.get(path.format_map(visit.things))
    html = await answer.text()
    await page.context.clear_cookies(name="locale")

    assert untranslated(html, visit.own_words) == []


async def test_keys_alone_sign_in_save_and_register(visit: Visit) -> None:
    context = await visit.context()
    page = await context.new_page()
    await page.goto("/")
    await to(page, "Sign in")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/sign-in")
    await to(page, "E-mail address")
    await page.keyboard.type("only.keys@example.org")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/sign-in/code")
    mail = await visit.mail("only.keys@example.org")
    await to(page, "Code from the mail")
    await page.keyboard.type(mail["text"].partition("Your code: ")[2][:6])
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/my/**")

    await page.goto("/events/{annual}/sessions/{session}".format_map(visit.things))
    await to(page, "Save in my schedule")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name=re.compile("^Saved"))).to_be_visible()

    await page.goto("/events/{webinar}".format_map(visit.things))
    await to(page, "Register")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/register")
    await to(page, "A place online")
    await page.keyboard.press("Space")
    await to(page, "Name on the ticket")
    await page.keyboard.type("Only Keys")
    await to(page, "Go on")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="You are registered")).to_be_visible()
    await context.close()


async def to(page: Page, name: str) -> None:
    """Press Tab until the focus is where a person reads `name`; every stop on the way shows where it is."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        words, shown = await page.evaluate(
            """() => {
                const one = document.activeElement
                const style = getComputedStyle(one)
                const label = one.labels?.[0]?.innerText ?? one.innerText ?? ''
                const marked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 1
                return [label.trim(), marked || one === document.body]
            }"""
        )
        assert shown, f"the focus on {words!r} does not show"
        if words.startswith(name):
            return
    raise AssertionError(f"80 stops, and none is {name!r}")
