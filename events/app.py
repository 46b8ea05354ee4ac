"""The web process, put together: rooms' routes in one list, the edge around them, and what it opens at start."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette_compress import CompressMiddleware

from events.agenda import freshness
from events.agenda import pages as agenda
from events.books import organizing as books
from events.books import organizing_stripe as books_and_stripe
from events.calls import (
    file_pages,
    organizing_absences,
    organizing_confirmations,
    organizing_decisions,
    organizing_edits,
    organizing_ranking,
    organizing_review,
    organizing_sending,
    organizing_tasks,
    presenter_pages,
    presenting,
    review_pages,
    task_pages,
)
from events.calls import organizing as organize_calls
from events.calls import pages as call_pages
from events.cases import organizing as organize_cases
from events.cases import organizing_numbers as case_numbers
from events.cases import pages as cases
from events.catalogue import organizing as organize_catalogue
from events.catalogue import organizing_places, organizing_zones
from events.catalogue import pages as catalogue
from events.core import assets, closing, database, health, logs, mailbox, security_txt, web
from events.core.errors import DomainError
from events.editor import pages as editor
from events.institutions import finding as institution_finding
from events.institutions import pages as institutions
from events.institutions import selling_pages, taking_pages
from events.institutions import story as institution_story
from events.invoicing import finding as invoice_finding
from events.invoicing import organizing as organize_invoices
from events.invoicing import organizing_bank
from events.invoicing import pages as invoicing
from events.lobby import organizing as lobby
from events.organizing import pages as organizing
from events.people import actors, looking_as, organizing_merges
from events.people import organizing as people_organizing
from events.people import pages as people
from events.planning import organizing as organizing_planning
from events.planning import organizing_needs
from events.registration import exemption_pages, webhooks
from events.registration import organizing as registration_organizing
from events.registration import pages as registration
from events.registration.stripe_api import Stripe
from events.schedule import organizing as organize_schedule
from events.schedule import (
    organizing_blocks,
    organizing_conflicts,
    organizing_history,
    organizing_requests,
    organizing_units,
    release_pages,
)
from events.schedule import pages as schedule
from events.settings import Settings
from events.sheets import organizing as sheets
from events.site import account_deletion, home, looks
from events.site import event as event_page
from events.site import events as events_page
from events.site import session as session_page
from events.solver import organizing as arrangements
from events.waitlist import organizing as organize_waitlist
from events.waitlist import pages as waitlist

PATIENCE = 15
"""Seconds a reader may wait for one statement; then a page says so."""


def routes(settings: Settings) -> list[BaseRoute]:
    """Every address there is; the development pages only where `colloquy run` asked for them."""
    # Matched from the top, what a crowd asks for first. A session's .ics stands before its page: {code} takes dots.
    found: list[BaseRoute] = [*agenda.apps, *schedule.routes, *session_page.routes, *event_page.routes]
    found += [*registration.routes, *agenda.routes, *assets.routes, *home.routes, *events_page.routes]
    found += [*catalogue.routes, *people.routes, *call_pages.routes, *organize_calls.routes]
    found += [*file_pages.routes, *presenter_pages.routes, *task_pages.routes, *organizing_tasks.routes]
    found += [*presenting.routes, *organizing_decisions.routes, *organizing_sending.routes]
    found += [*organizing_confirmations.routes, *organizing_edits.routes, *organizing_absences.routes]
    found += [*review_pages.routes, *organizing_review.routes, *organizing_ranking.routes]
    found += [
        *cases.routes,
        *waitlist.routes,
        *invoicing.routes,
        *selling_pages.routes,
        *institutions.routes,
        *taking_pages.routes,
        *webhooks.routes,
        *health.routes,
        *security_txt.routes,
        *account_deletion.routes,
    ]
    # before /organize/events/{slug}: "new" is no slug
    found += [*organize_catalogue.routes, *organizing_places.routes, *organizing_zones.routes]
    found += [
        *organizing.routes,
        *organize_schedule.routes,
        *organizing_requests.routes,
        *organizing_units.routes,
        *release_pages.routes,
        *organizing_conflicts.routes,
        *organizing_history.routes,
        *organizing_planning.routes,
        *organizing_blocks.routes,
        *organizing_needs.routes,
        *editor.routes,
        *sheets.routes,
        *arrangements.routes,
        *registration_organizing.routes,
        *organize_waitlist.routes,
        *case_numbers.routes,  # before /organize/events/{slug}/cases/{case}
        *organize_cases.routes,
        *books_and_stripe.routes,
        *books.routes,
        *organize_invoices.routes,
        *organizing_bank.routes,
        *lobby.routes,
        *organizing_merges.routes,  # before /organize/people/{code}
        *people_organizing.routes,
    ]
    if settings.dev:
        found += [*mailbox.routes, *looks.routes, *looking_as.routes]
    return found


def takes_files(path: str) -> bool:
    """Whether a form with files may be sent to this address."""
    return file_pages.takes_files(path) or exemption_pages.takes_files(path)


def create(settings: Settings | None = None) -> Starlette:
    """The ASGI application of one process."""
    settings = settings or Settings()
    if not settings.secret_key.get_secret_value():
        raise SystemExit("COLLOQUY_SECRET_KEY is not set: 32 characters or more, the same on every machine")
    logs.start(settings.log_level)
    app = Starlette(
        routes=routes(settings),
        middleware=[
            Middleware(closing.Closing),
            Middleware(CompressMiddleware, minimum_size=600, zstd=False, brotli_quality=4),
            Middleware(
                web.Edge,
                find_actor=actors.actor_of,
                secure=settings.secure,
                base_url=settings.base_url,
                form_actions=_payment_pages(settings),
                uploads=takes_files,
            ),
        ],
        exception_handlers={HTTPException: web.answer_error, DomainError: web.answer_error},
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.redis = None
    app.state.stripe = Stripe(settings)
    app.state.after_sign_in = [agenda.merge]
    app.state.saved_codes = agenda.saved_codes
    app.state.other_way = invoicing.other_way
    app.state.staff_places = institutions.staff_places
    app.state.tellers = [institution_story.of]
    app.state.invited = institution_finding.invited
    app.state.finders = [invoice_finding.find, institution_finding.find]
    return app


def _payment_pages(settings: Settings) -> list[str]:
    """Where a form may lead to: browsers check a redirect's target against form-action too."""
    if settings.stripe_url:
        return ["{0.scheme}://{0.netloc}".format(urlsplit(settings.stripe_url))]
    return ["https://checkout.stripe.com"]


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    closing.listen()
    await database.connect(settings.database_url, settings.pool_size, PATIENCE)
    if settings.redis_url:
        app.state.redis = Redis.from_url(settings.redis_url, socket_timeout=1, socket_connect_timeout=1)
    stop = asyncio.Event()
    keeping = asyncio.create_task(freshness.ledger.keep(stop))
    try:
        yield
    finally:
        stop.set()
        await keeping
        if app.state.redis is not None:
            await app.state.redis.aclose()
        await app.state.stripe.close()
        await database.close()
