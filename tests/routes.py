"""Who gets through at every route, by its name: one line a route. tests/people/test_routes_by_role.py walks it.

A new route gets a line here:

    "organize_venue": Line(PLANNERS, {"slug": "venue"}),

who      the roles that get through (their answer may still be "this cannot be read"); the others are refused, and
         nobody in particular is asked to sign in. The editor, the reader and the event's unit belong together; the
         other editor's unit owns nothing here; the last three have their role in the whole association.
things   what stands in the path's places, as a name in `things` below; a place without one takes the thing of its own
         name ({slug} is the event's slug, {code} the session's code, …)
form     what is posted, when an empty form is refused before the roles are looked at
query    behind the path
may_be_absent   a 404 is an answer too (a feed nobody wrote, a file that is not there)
hidden   who does not get through is told 404: not even that it exists
fails    a 5xx that is meant
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from events.calls import calls, proposals
from events.calls.answers import ABOUT
from events.calls.models import (
    Call,
    CallQuestion,
    Criterion,
    Decision,
    EditRequest,
    Proposal,
    ProposalFile,
    ProposalPerson,
    Review,
    Reviewer,
    ReviewPhase,
    Task,
    TaskAnswer,
    Vacancy,
)
from events.cases import bookings, cases, kinds, messages
from events.catalogue.models import Event
from events.core import database
from events.core.access import Limiter
from events.institutions import places
from events.institutions.models import Institution, StaffAsk, StaffMove, StaffPlace
from events.invoicing import invoices
from events.people import account, codes, erasing, sign_in
from events.people.models import Address, Person, Role
from events.planning.models import Resource
from events.registration.models import (
    Allotment,
    Allotted,
    ChangeRequest,
    Declaration,
    Dispute,
    Document,
    Exemption,
    Exhibitor,
    FreePlaces,
    Ledger,
    Order,
    Question,
    Registration,
    TicketType,
)
from events.schedule.models import SessionPerson, Slot
from events.sheets import runs
from events.sheets.bringing import Rights
from events.solver.models import Arrangement
from events.waitlist.models import WaitlistEntry
from tests import make

ROLES = (
    "anonymous",
    "attendee",
    "reader",
    "other_editor",
    "editor",
    "programme_manager",
    "registrar",
    "administrator",
    "care",
)

EVERYONE = frozenset(ROLES)
SIGNED_IN = EVERYONE - {"anonymous"}
ORGANIZERS = SIGNED_IN - {"attendee"}
SEERS = ORGANIZERS - {"other_editor"}
EDITORS = frozenset({"editor", "programme_manager", "administrator"})
PLANNERS = frozenset({"programme_manager", "administrator"})
REGISTRARS = frozenset({"registrar", "administrator"})
ADMINISTRATORS = frozenset({"administrator"})
HANDLERS = frozenset({"care"})
COUNTERS = frozenset({"programme_manager", "registrar", "administrator", "care"})


@dataclass(frozen=True)
class Line:
    who: frozenset[str]
    things: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    may_be_absent: bool = False
    hidden: bool = False
    fails: int = 0


async def things(event: Event, people: Mapping[str, Person], key: bytes, at: datetime) -> dict[str, str]:
    """One of everything that a route's path may name, as it stands in an address. What a person has is attendee's."""
    attendee = people["attendee"]
    room = await make.room(name="Ballroom")
    session = await make.session(event, datetime(2026, 7, 9, 14, tzinfo=UTC), room=room, ticketed=True)
    ticket = await make.ticket_type(event, "Full", price=10000)
    question = await Question.create(event=event, label="Any diet?")
    order = await make.seat(attendee, session)
    return {
        "slug": event.slug,
        "release": "1",
        "month": "2026-05",
        "call": f"papers-{event.slug}",
        "proposal": await a_proposal(event, attendee, at),
        "call_question": str((await CallQuestion.get(call__event=event)).id),
        **await files_and_tasks(event, attendee, at),
        **await a_decision(event, attendee, at),
        **await a_review(event, people["reader"], people["registrar"], at),
        **await a_case(event, attendee, at),
        "event": event.slug,
        "code": session.code,
        "session": session.code,
        "unit": (await event.unit).slug,
        "venue": (await room.venue).slug,
        "room": str(room.id),
        "person": attendee.code,
        "one": attendee.code,
        "other": people["reader"].code,
        "merge": "1",
        "order": order.code,
        "dispute": await a_dispute(order, at),
        "time": "1",
        "slot": str((await Slot.get(session=session)).id),
        "arrangement": str(
            (await Arrangement.create(event=event, state="done", wishes=WISHES, asked_at=at, ended_at=at)).id
        ),
        "ticket": str(ticket.id),
        "quota": str((await make.quota(event, 100)).id),
        "question": str(question.id),
        "document": (
            await Document.create(event=event, kind="terms", title="T", text="x", version=1, required=False, since=at)
        ).kind,
        "voucher": str((await make.voucher(event, f"CODE{event.id}")).id),
        "free_places": str(
            (await FreePlaces.create(event=event, name="Guests", places=5, reason="Invited", granted_at=at)).id
        ),
        "block": str((await make.block(event)).id),
        "availability": str((await make.there(event, room)).id),
        "run": str(await runs.keep(event.id, "sessions.csv", b"title\nOpening\n", Rights(), at)),
        "sheet": "sessions",
        "resource": str((await Resource.create(event=event, kind="crew", name="Crew")).id),
        "change_request": str(await a_change_request(order, at)),
        "waitlist_entry": str(
            (
                await WaitlistEntry.create(
                    event=event,
                    person=attendee,
                    name=order.name,
                    email=order.email,
                    ticket_types=[ticket.id],
                    party=1,
                    joined_at=at,
                    changed_at=at,
                )
            ).id
        ),
        "declaration": str(
            (await Declaration.create(order=order, kind="student", words=order.name, declared_at=at)).id
        ),
        "allotted": await an_allotted(event, ticket),
        "exemption": str(
            (await Exemption.create(order=order, institution=order.name, number="E1", issued_by="IL", asked_at=at)).id
        ),
        "number": await an_invoice(order, at),
        **await an_institution(event, attendee, key.decode(), at),
        "registration": (await Registration.get(order=order)).code,
        "address": str((await Address.get(person=attendee)).id),
        "browser": "1",
        "role": str((await Role.get(person=people["reader"])).id),
        "role_person": people["reader"].code,
        "handle": await account.ask_for_address(attendee.id, "new@example.org", Limiter(None), key, at),
        "deletion": await erasing.ask(attendee.id, Limiter(None), key, at),
        "token": codes.secrets_of(await sign_in.ask("new@example.org", "", "", Limiter(None), key, at), key)[0],
        "celebration": "no-celebration",
        "feed": "nobodys-feed",
        "name": "all",
        "n": "1",
    }


async def an_institution(event: Event, person: Person, key: str, at: datetime) -> dict[str, str]:
    """An order of the attendee's with a place that somebody is invited to, and one who asked for one."""
    order = await Order.create(
        code=f"STAFF{event.id}",
        event=event,
        person=person,
        state="CONFIRMED",
        audience="nonmember",
        currency="USD",
        total=0,
        created_at=at,
        confirmed_at=at,
        for_staff=True,
    )
    ticket = await Registration.create(code=f"OF{event.id}", order=order, event=event)
    made = await Institution.create(order=order, name=event.title[:200], domains=["example.org"], made_at=at)
    who: dict[str, Any] = {"name": event.title[:200], "email": "staff@example.org"}
    place = await StaffPlace.create(
        code=f"PLACE{event.id}", institution=made, registration=ticket, state="invited", round=1, changed_at=at, **who
    )
    await StaffMove.create(place=place, old="unassigned", new="invited", now=who, round=0, moved_at=at)
    ask = await StaffAsk.create(institution=made, email="staff@example.org", asked_at=at)
    return {
        "institution": order.code,
        "place": place.code,
        "place_token": places.token(place.id, 1, key),
        "staff_token": places.staff_token(made.id, 1, key),
        "ask": str(ask.id),
        "ask_token": places.ask_token(ask.id, key),
    }


async def an_allotted(event: Event, ticket: TicketType) -> str:
    """Places that an exhibitor has by rule."""
    budget = await FreePlaces.create(event=event, name="Stands", places=9, reason="", granted_at=event.changed_at)
    rule = await Allotment.create(event=event, name="Stands", budget=budget, ticket_type=ticket, party="exhibitors")
    voucher = await make.voucher(event, f"STAND{event.id}", effect="percent", value=100, max_uses=1, budget=budget)
    exhibitor = await Exhibitor.create(event=event, name=event.title[:200])
    given = await Allotted.create(
        allotment=rule, exhibitor=exhibitor, voucher=voucher, places=1, given_at=event.changed_at
    )
    return str(given.id)


async def an_invoice(order: Order, at: datetime) -> str:
    """The number of one that the attendee got."""
    await Ledger.create(
        order=order, kind="charge", amount=100, currency=order.currency, source=f"line-of-{order.code}", booked_at=at
    )
    async with database.transaction():
        await invoices.bring_up(order.id, at)
    [one] = await invoices.of_order(order.id)
    return one.number


async def a_dispute(order: Order, at: datetime) -> str:
    made = await Dispute.create(
        order=order,
        stripe_id=f"du_{order.code}",
        payment_intent=f"pi_{order.code}",
        amount=100,
        currency="USD",
        state="needs_response",
        opened_at=at,
        asked_at=at,
    )
    return made.stripe_id


async def a_change_request(order: Order, at: datetime) -> int:
    """Something the attendee asks of the registrar."""
    ticket = await Registration.get(order=order)
    asked = await ChangeRequest.create(
        order=order, registration=ticket, kind="cancel", words=ticket.name, state="open", asked_at=at
    )
    return int(asked.id)


async def a_decision(event: Event, owner: Person, at: datetime) -> dict[str, str]:
    """A proposal that was handed in, with a mail that waits and an edit that is asked for; and an empty chair."""
    made = await Proposal.create(
        call=await Call.get(event=event),
        code="DECIDE",
        owner=owner,
        title=event.title,
        abstract=event.description,
        state="submitted",
        submitted_at=at,
        created_at=at,
        changed_at=at,
    )
    draft = await Decision.create(
        proposal=made, becomes="accepted", subject=event.title[:200], body=event.description, decided_at=at
    )
    changes: dict[str, list[object]] = {"title": [event.title, f"New {event.title}"[:300]]}
    edit = await EditRequest.create(proposal=made, asked_by=owner, asked_at=at, changes=changes, words=event.title)
    vacancy = await Vacancy.create(session=await make.session(event, at), role="chair", name=owner.name, since=at)
    found = {"decided": made.code, "decision": str(draft.id), "edit": str(edit.id), "vacancy": str(vacancy.id)}
    return found | {"becomes": "accepted"}


async def a_review(event: Event, reviewer: Person, apart: Person, at: datetime) -> dict[str, str]:
    """A blind phase that is open, a criterion, two reviewers, one of them with a conflict of interest."""
    call = await Call.get(event=event)
    phase = await ReviewPhase.create(
        call=call, name=event.title[:120], opens_at=at - timedelta(days=1), closes_at=at + timedelta(days=1)
    )
    criterion = await Criterion.create(call=call, name=event.title[:120], help=event.title[:300])
    made = await Reviewer.create(call=call, person=reviewer)
    other = await Reviewer.create(call=call, person=apart)
    conflict = await Review.create(
        proposal=await Proposal.get(call=call, code="DECIDE"),
        phase=phase,
        reviewer=other,
        state="conflict",
        reason=event.title[:300],
        changed_at=at,
    )
    found = {"phase": phase.id, "criterion": criterion.id, "reviewer": made.id, "review": conflict.id}
    return {name: str(number) for name, number in found.items()}


async def a_case(event: Event, person: Person, at: datetime) -> dict[str, str]:
    """What the person needs, with a message, a note, a session and a kind of this event's own."""
    await kinds.add(event.id, "meals", event.title[:120])
    wish = cases.Wish(("captions", "own-1"), event.title, "event")
    code = await cases.ask(event.id, person.id, wish, at)
    case = await cases.own(person.id, code)
    await messages.write(case, person.id, event.title, at)
    await messages.answer(case, person.id, event.title, at, note=True)
    session = await make.session(event, at, title=event.title[:300])
    await bookings.book(case.id, event.id, session.code, None, event.title[:300], at)
    return {"case": code, "kind": "own-1", "booked_session": session.code}


async def files_and_tasks(event: Event, owner: Person, at: datetime) -> dict[str, str]:
    """A file of the draft and of its presenter, though not their bytes; two tasks that the owner has done."""
    proposal = await Proposal.get(call__event=event, state="draft")
    call = await Call.get(event=event)
    presenter = await ProposalPerson.get(proposal=proposal)
    asked = [await CallQuestion.create(call=call, kind="file", label="Yours", about=about) for about in ABOUT]
    sent: dict[str, Any] = {
        "name": "it.pdf",
        "media_type": "application/pdf",
        "size": 9,
        "sha256": "a" * 64,
        "added_at": at,
    }
    file = await ProposalFile.create(proposal=proposal, question=asked[0], **sent)
    session = await make.session(event, at)
    await SessionPerson.create(session=session, person=owner, role="speaker")
    done: dict[str, Any] = {
        "person": owner,
        "words": event.title,
        "sha256": "b" * 64,
        "file_name": "it.pdf",
        "done_at": at,
    }
    once = await Task.create(event=event, kind="biography", title=event.title[:200], due_on=at.date())
    each = await Task.create(event=event, kind="other", title=event.title[:200], due_on=at.date())
    await TaskAnswer.create(task=once, **done)
    await TaskAnswer.create(task=each, session=session, **done)
    return {
        "file": str(file.id),
        "file_question": str(asked[0].id),
        "presenter_question": str(asked[1].id),
        "presenter": str(presenter.id),
        "task": str(once.id),
        "session_task": str(each.id),
        "task_session": session.code,
    }


async def a_proposal(event: Event, owner: Person, at: datetime) -> str:
    """The code of a draft in the event's only call, which has one question."""
    until = at + timedelta(days=1)
    call = await Call.create(
        event=event, slug=f"papers-{event.slug}", title="Papers", opens_at=at - timedelta(days=1), closes_at=until
    )
    await CallQuestion.create(call=call, kind="text", label="Any wish?")
    made = await calls.by_slug(event.id, f"papers-{event.slug}")
    return await proposals.begin(made, owner.id, "Attendee", "", "en", at)


WISHES: dict[str, object] = {
    "which": "unplaced",
    "days": ["2026-07-09"],
    "hours": ["09:00"],
    "until": "18:00",
    "seconds": 10,
    "weights": {},
}
"""Of an arrangement by the machine."""

_OWN = {"code": "order"}
_STAFF = {"code": "institution"}
_PLACE = {"code": "place", "token": "place_token"}
_PROPOSAL = {"code": "proposal"}
_TASK_OF_SESSION = {"task": "session_task", "session": "task_session"}
_QUESTION = {"question": "call_question"}
_BOOKED = {"session": "booked_session"}
_ARRANGEMENT = {"run": "arrangement"}
_DECIDED = {"code": "decided"}
_REVIEWERS = frozenset({"reader", "registrar"})

TABLE: dict[str, Line] = {
    # the house
    "static": Line(EVERYONE, may_be_absent=True),
    "healthz": Line(EVERYONE),
    "readyz": Line(EVERYONE, fails=503),
    "metrics": Line(EVERYONE),
    "security_txt": Line(EVERYONE, may_be_absent=True),
    # people
    "sign_in": Line(EVERYONE),
    "sign_in_mail": Line(EVERYONE),
    "sign_in_code": Line(EVERYONE),
    "sign_in_by_code": Line(EVERYONE),
    "sign_in_link": Line(EVERYONE),
    "sign_in_by_link": Line(EVERYONE),
    "sign_out": Line(EVERYONE),
    "my_settings": Line(SIGNED_IN),
    "my_settings_change": Line(SIGNED_IN),
    "my_account": Line(SIGNED_IN),
    "my_address_add": Line(SIGNED_IN),
    "my_address_primary": Line(SIGNED_IN, may_be_absent=True),
    "my_address_remove": Line(SIGNED_IN, may_be_absent=True),
    "my_browser_remove": Line(SIGNED_IN, may_be_absent=True),
    "my_membership_claim": Line(SIGNED_IN),
    "my_code": Line(SIGNED_IN),
    "my_code_type": Line(SIGNED_IN),
    "my_deletion": Line(SIGNED_IN),
    "my_deletion_ask": Line(SIGNED_IN),
    "my_deletion_code": Line(SIGNED_IN, {"handle": "deletion"}),
    "my_deletion_confirm": Line(SIGNED_IN, {"handle": "deletion"}),
    "organize_people": Line(ADMINISTRATORS),
    "organize_person": Line(ADMINISTRATORS, {"code": "person"}),
    "organize_role_grant": Line(ADMINISTRATORS, {"code": "person"}),
    "organize_role_revoke": Line(ADMINISTRATORS, {"code": "role_person"}),
    "organize_duplicates": Line(ADMINISTRATORS),
    "organize_duplicates_look": Line(ADMINISTRATORS),
    "organize_duplicate": Line(ADMINISTRATORS),
    "organize_duplicate_merge": Line(ADMINISTRATORS),
    "organize_duplicate_apart": Line(ADMINISTRATORS),
    "organize_merges": Line(ADMINISTRATORS),
    "organize_merge": Line(ADMINISTRATORS, may_be_absent=True),
    "organize_merge_undo": Line(ADMINISTRATORS, may_be_absent=True),
    "organize_units": Line(ADMINISTRATORS),
    "organize_unit_create": Line(ADMINISTRATORS),
    "organize_unit": Line(ADMINISTRATORS, {"slug": "unit"}),
    "organize_unit_change": Line(ADMINISTRATORS, {"slug": "unit"}),
    "organize_roster": Line(ADMINISTRATORS),
    "organize_roster_check": Line(ADMINISTRATORS),
    "organize_roster_write": Line(ADMINISTRATORS),
    # cases
    "needs": Line(SIGNED_IN),
    "ask_needs": Line(SIGNED_IN),
    "my_needs": Line(SIGNED_IN),
    "my_need": Line(frozenset({"attendee"}), hidden=True),
    "my_need_change": Line(frozenset({"attendee"}), hidden=True),
    "my_need_message": Line(frozenset({"attendee"}), hidden=True),
    "my_need_withdrawal": Line(frozenset({"attendee"}), hidden=True),
    "organize_cases": Line(HANDLERS),
    "organize_case": Line(HANDLERS),
    "organize_case_decision": Line(HANDLERS),
    "organize_case_message": Line(HANDLERS),
    "organize_case_booking": Line(HANDLERS),
    "organize_case_unbooking": Line(HANDLERS, _BOOKED),
    "organize_case_numbers": Line(COUNTERS),
    "organize_case_meals": Line(COUNTERS),
    "organize_need_kinds": Line(HANDLERS),
    "organize_new_need_kind": Line(HANDLERS),
    "organize_need_kind": Line(HANDLERS),
    # agenda
    "save": Line(EVERYONE, may_be_absent=True),
    "unsave": Line(EVERYONE),
    "my_schedule": Line(EVERYONE),
    "make_feed": Line(SIGNED_IN),
    "rotate_feed": Line(SIGNED_IN),
    "revoke_feed": Line(SIGNED_IN),
    "choose_feed": Line(SIGNED_IN),
    "personal_feed": Line(EVERYONE, may_be_absent=True),
    # organizers' pages over several rooms
    "organize": Line(ORGANIZERS),
    "organize_event": Line(SEERS),
    "before_publishing": Line(PLANNERS),
    "publish": Line(PLANNERS),
    # catalogue
    "home": Line(EVERYONE),
    "events": Line(EVERYONE),
    "event": Line(EVERYONE),
    "celebrations": Line(EVERYONE),
    "celebration": Line(EVERYONE, {"slug": "celebration"}, may_be_absent=True),
    "filtered_feed": Line(EVERYONE),
    "unit_feed": Line(EVERYONE, may_be_absent=True),
    "feed": Line(EVERYONE, may_be_absent=True),
    "event_file": Line(EVERYONE, may_be_absent=True),
    "organize_events": Line(ORGANIZERS),
    "create_event": Line(PLANNERS, form={"kind": "webinar"}),
    "new_event": Line(PLANNERS),
    "edit_event": Line(EDITORS),
    "event_states": Line(PLANNERS, form={"state": "closed", "version": "1"}),
    "venues": Line(PLANNERS),
    "new_venue": Line(PLANNERS),
    "venue": Line(PLANNERS),
    "add_building": Line(PLANNERS),
    "venue_zones": Line(PLANNERS),
    "venue_walks": Line(PLANNERS),
    "new_room": Line(PLANNERS),
    "room": Line(PLANNERS),
    # schedule
    "schedule": Line(EVERYONE, may_be_absent=True),
    "schedule_ics": Line(EVERYONE, may_be_absent=True),
    "schedule_xml": Line(EVERYONE, may_be_absent=True),
    "schedule_json": Line(EVERYONE, may_be_absent=True),
    "feed_atom": Line(EVERYONE, may_be_absent=True),
    "speakers": Line(EVERYONE, may_be_absent=True),
    "speaker": Line(EVERYONE, {"code": "person"}, may_be_absent=True),
    "session": Line(EVERYONE, may_be_absent=True),
    "session_ics": Line(EVERYONE, may_be_absent=True),
    "organize_sessions": Line(SEERS),
    "organize_conflicts": Line(SEERS),
    "organize_planning": Line(SEERS),
    "organize_blocks": Line(SEERS),
    "organize_new_block": Line(EDITORS),
    "organize_block": Line(EDITORS),
    "organize_block_removal": Line(EDITORS, form={"version": "1"}),
    "organize_availability": Line(SEERS),
    "organize_availability_add": Line(EDITORS),
    "organize_availability_removal": Line(EDITORS),
    "organize_resources": Line(SEERS),
    "organize_resource_add": Line(EDITORS),
    "organize_resource_change": Line(EDITORS),
    "organize_resource_removal": Line(EDITORS),
    "organize_session_resources": Line(EDITORS),
    "organize_conflict_accept": Line(PLANNERS),
    "organize_conflict_take_back": Line(PLANNERS),
    "organize_conflict_levels": Line(PLANNERS),
    "changes": Line(EVERYONE, may_be_absent=True),
    "old_release": Line(EVERYONE, {"number": "release"}, may_be_absent=True),
    "organize_releases": Line(SEERS),
    "organize_comparison": Line(SEERS, query="from=1&to=1", may_be_absent=True),
    "organize_return": Line(PLANNERS, {"number": "release"}, may_be_absent=True),
    "organize_history": Line(SEERS),
    "organize_history_undo": Line(
        EDITORS, form={"command": "6f1f7a3e-7f0d-4d52-9f5d-0f6f6a1c9b11"}, may_be_absent=True
    ),
    "organize_timetable": Line(SEERS),
    "organize_timetable_picture": Line(SEERS),
    "organize_timetable_changes": Line(SEERS),
    "organize_timetable_places": Line(SEERS, query="session=1"),
    "organize_timetable_command": Line(EDITORS),
    "organize_imports": Line(EDITORS),
    "organize_import": Line(EDITORS),
    "organize_import_write": Line(EDITORS),
    "organize_import_again": Line(EDITORS),
    "organize_import_discard": Line(EDITORS),
    "organize_import_errors": Line(EDITORS),
    "organize_export": Line(SEERS),
    "organize_export_csv": Line(SEERS),
    "organize_export_workbook": Line(SEERS),
    "organize_arrangements": Line(PLANNERS),
    "organize_arrangement": Line(PLANNERS, _ARRANGEMENT),
    "organize_arrangement_stop": Line(PLANNERS, _ARRANGEMENT),
    "organize_arrangement_again": Line(PLANNERS, _ARRANGEMENT),
    "organize_arrangement_accept": Line(PLANNERS, _ARRANGEMENT),
    "organize_arrangement_take_back": Line(PLANNERS, _ARRANGEMENT),
    "organize_session": Line(EDITORS),
    "organize_new_session": Line(EDITORS),
    "organize_session_people": Line(EDITORS),
    "organize_session_sponsors": Line(EDITORS),
    "organize_requests": Line(EDITORS),
    "organize_request": Line(EDITORS),
    "organize_request_steps": Line(EDITORS),
    "organize_event_units": Line(EDITORS),
    "organize_event_unit": Line(EDITORS),
    "organize_unit_session": Line(EDITORS),
    "organize_budget": Line(EDITORS),
    "organize_protected_time": Line(EDITORS),
    "organize_protected_time_removal": Line(EDITORS, may_be_absent=True),
    "organize_new_slot": Line(EDITORS),
    "organize_slot": Line(EDITORS),
    "organize_slot_removal": Line(EDITORS),
    # calls
    "event_calls": Line(EVERYONE),
    "call": Line(EVERYONE),
    "proposal_begin": Line(SIGNED_IN),
    "proposal": Line(frozenset({"attendee"}), _PROPOSAL, hidden=True),
    "proposal_withdraw": Line(frozenset({"attendee"}), _PROPOSAL, hidden=True),
    "my_proposals": Line(SIGNED_IN),
    "proposal_file": Line(EDITORS | {"attendee"}, _PROPOSAL, hidden=True),
    "proposal_file_send": Line(frozenset({"attendee"}), _PROPOSAL | {"question": "file_question"}, hidden=True),
    "presenter": Line(frozenset({"attendee"}), _PROPOSAL, hidden=True),
    "presenter_file_send": Line(frozenset({"attendee"}), _PROPOSAL | {"question": "presenter_question"}, hidden=True),
    "my_tasks": Line(SIGNED_IN),
    "my_task": Line(frozenset({"attendee"}), hidden=True),
    "my_task_file": Line(frozenset({"attendee"}), hidden=True),
    "my_task_of_session": Line(frozenset({"attendee"}), _TASK_OF_SESSION, hidden=True),
    "my_task_of_session_file": Line(frozenset({"attendee"}), _TASK_OF_SESSION, hidden=True),
    "organize_tasks": Line(EDITORS),
    "organize_tasks_csv": Line(EDITORS),
    "organize_new_task": Line(EDITORS),
    "organize_task": Line(EDITORS),
    "organize_task_removal": Line(EDITORS),
    "organize_task_person": Line(EDITORS),
    "organize_task_file": Line(EDITORS),
    "presenter_invitation": Line(EVERYONE, may_be_absent=True),
    "presenter_answer": Line(EVERYONE, form={"accept": "no"}, may_be_absent=True),
    "organize_calls": Line(EDITORS),
    "organize_new_call": Line(EDITORS),
    "organize_call": Line(EDITORS),
    "organize_new_call_question": Line(EDITORS),
    "organize_call_question": Line(EDITORS, _QUESTION),
    "organize_call_question_place": Line(EDITORS, _QUESTION),
    "organize_call_question_removal": Line(EDITORS, _QUESTION),
    "proposal_confirm": Line(frozenset({"attendee"}), _PROPOSAL, hidden=True),
    "proposal_step_back": Line(frozenset({"attendee"}), _PROPOSAL, hidden=True),
    "proposal_edit": Line(frozenset({"attendee"}), _PROPOSAL, hidden=True),
    "proposal_edit_take_back": Line(frozenset({"attendee"}), _PROPOSAL, hidden=True),
    "organize_decisions": Line(EDITORS),
    "organize_decision": Line(EDITORS, _DECIDED),
    "organize_decision_texts": Line(EDITORS),
    "organize_decision_text": Line(EDITORS),
    "organize_decision_mail": Line(EDITORS),
    "organize_decision_mail_removal": Line(EDITORS),
    "organize_decision_sending": Line(EDITORS),
    "organize_confirmations": Line(EDITORS),
    "organize_review": Line(EDITORS),
    "organize_new_review_phase": Line(EDITORS),
    "organize_review_phase": Line(EDITORS),
    "organize_review_phase_removal": Line(EDITORS),
    "organize_new_criterion": Line(EDITORS),
    "organize_criterion": Line(EDITORS),
    "organize_criterion_place": Line(EDITORS),
    "organize_criterion_removal": Line(EDITORS),
    "organize_new_reviewer": Line(EDITORS),
    "organize_reviewer": Line(EDITORS),
    "organize_reviewer_removal": Line(EDITORS),
    "organize_ranking": Line(EDITORS),
    "organize_ranking_csv": Line(EDITORS),
    "organize_proposal_reviews": Line(EDITORS, _DECIDED),
    "organize_conflict_lifting": Line(EDITORS, _DECIDED),
    "my_reviews": Line(SIGNED_IN),
    "review_call": Line(_REVIEWERS, hidden=True),
    "review_csv": Line(_REVIEWERS, hidden=True),
    "review_next": Line(_REVIEWERS, hidden=True),
    "review": Line(frozenset({"reader"}), _DECIDED, hidden=True),
    "review_conflict": Line(frozenset({"reader"}), _DECIDED, hidden=True),
    "organize_edit_requests": Line(EDITORS),
    "organize_edit_request": Line(EDITORS),
    "organize_absences": Line(EDITORS),
    "organize_vacancy_removal": Line(EDITORS),
    # registration
    "register": Line(EVERYONE),
    "register_post": Line(EVERYONE),
    "order": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "ticket_picture": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "order_checkouts": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "order_paid": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "order_release": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "order_cancellation": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "order_cancel": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "my_orders": Line(SIGNED_IN),
    "organize_tickets": Line(REGISTRARS),
    "organize_windows": Line(REGISTRARS),
    "organize_new_quota": Line(REGISTRARS),
    "organize_quota": Line(REGISTRARS),
    "event_document": Line(EVERYONE, {"kind": "document"}),
    "organize_documents": Line(REGISTRARS),
    "organize_save_document": Line(REGISTRARS, may_be_absent=True),
    "organize_questions": Line(REGISTRARS),
    "organize_new_question": Line(REGISTRARS),
    "organize_make_question": Line(REGISTRARS),
    "organize_save_question": Line(REGISTRARS),
    "organize_question": Line(REGISTRARS),
    "organize_new_ticket": Line(REGISTRARS),
    "organize_make_ticket": Line(REGISTRARS),
    "organize_ticket": Line(REGISTRARS),
    "organize_save_ticket": Line(REGISTRARS),
    "organize_vouchers": Line(REGISTRARS),
    "organize_vouchers_csv": Line(REGISTRARS),
    "organize_group_rule": Line(REGISTRARS),
    "organize_new_voucher": Line(REGISTRARS),
    "organize_make_voucher": Line(REGISTRARS),
    "organize_voucher": Line(REGISTRARS),
    "organize_save_voucher": Line(REGISTRARS),
    "organize_end_voucher": Line(REGISTRARS),
    "organize_free_places": Line(REGISTRARS),
    "organize_grant_places": Line(REGISTRARS),
    "organize_change_places": Line(REGISTRARS, {"budget": "free_places"}),
    "organize_lobby": Line(REGISTRARS),
    "organize_save_lobby": Line(REGISTRARS),
    "organize_end_lobby": Line(REGISTRARS),
    "organize_refund_rules": Line(REGISTRARS),
    "organize_refund_rule_save": Line(REGISTRARS),
    "order_ticket": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "order_ticket_change": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "order_ticket_give": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "order_ticket_take_back": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "order_ticket_exchange": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "order_ticket_exchange_begin": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "order_ticket_exchange_pay": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "order_ticket_exchange_withdraw": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "order_ticket_ask": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "order_ticket_withdraw": Line(frozenset({"attendee"}), _OWN | {"asked": "merge"}, hidden=True),
    "transfer": Line(EVERYONE, {"transfer": "merge"}, may_be_absent=True),
    "transfer_answer": Line(EVERYONE, {"transfer": "merge"}, may_be_absent=True),
    "transfer_picture": Line(EVERYONE, {"transfer": "merge"}, may_be_absent=True),
    "organize_desk": Line(REGISTRARS),
    "organize_change_requests": Line(REGISTRARS),
    "organize_change_request": Line(REGISTRARS, {"asked": "change_request"}),
    "organize_change_rules": Line(REGISTRARS),
    "organize_calling_off": Line(REGISTRARS),
    "organize_calling_off_start": Line(REGISTRARS),
    "organize_orders": Line(REGISTRARS),
    "organize_orders_csv": Line(REGISTRARS),
    "organize_orders_workbook": Line(REGISTRARS),
    "organize_save_list": Line(REGISTRARS),
    "organize_remove_list": Line(REGISTRARS, {"saved": "merge"}),
    "waitlist_join": Line(EVERYONE),
    "waitlist_join_post": Line(EVERYONE),
    "waitlist_entry": Line(frozenset({"attendee"}), {"entry": "waitlist_entry"}, hidden=True),
    "waitlist_leave": Line(frozenset({"attendee"}), {"entry": "waitlist_entry"}, hidden=True),
    "organize_waitlist": Line(REGISTRARS),
    "organize_waitlist_rules": Line(REGISTRARS),
    "organize_waitlist_entry": Line(REGISTRARS, {"entry": "waitlist_entry"}),
    "organize_allotments": Line(REGISTRARS),
    "save_allotment": Line(REGISTRARS),
    "give_allotments": Line(REGISTRARS),
    "end_allotted": Line(REGISTRARS, {"allotted": "allotted"}),
    "organize_exhibitors": Line(REGISTRARS),
    "save_exhibitors": Line(REGISTRARS),
    "organize_taxes": Line(REGISTRARS),
    "organize_tax_save": Line(REGISTRARS),
    "organize_exemptions": Line(REGISTRARS),
    "organize_exemption": Line(REGISTRARS, {"exemption": "exemption"}),
    "organize_exemption_paper": Line(REGISTRARS, {"exemption": "exemption"}, may_be_absent=True),
    "order_exemption": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "order_exemption_send": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "organize_declarations": Line(REGISTRARS),
    "organize_declaration": Line(REGISTRARS, {"declaration": "declaration"}),
    "organize_unregistered": Line(REGISTRARS),
    "organize_codes": Line(REGISTRARS),
    "save_codes": Line(REGISTRARS),
    "order_invoice": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "order_invoice_choose": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "order_invoice_bill": Line(frozenset({"attendee"}), _OWN, hidden=True),
    "order_invoice_paper": Line(frozenset({"attendee"}), _OWN, hidden=True),
    # institutions
    "institution_register": Line(EVERYONE),
    "institution_register_post": Line(EVERYONE),
    "institution": Line(frozenset({"attendee"}), _STAFF, hidden=True),
    "institution_people": Line(frozenset({"attendee"}), _STAFF, hidden=True),
    "institution_domains": Line(frozenset({"attendee"}), _STAFF, hidden=True),
    "institution_giving_back": Line(frozenset({"attendee"}), _STAFF, hidden=True),
    "institution_give_back": Line(frozenset({"attendee"}), _STAFF, hidden=True),
    "institution_place": Line(frozenset({"attendee"}), _STAFF, hidden=True),
    "institution_place_change": Line(frozenset({"attendee"}), _STAFF, hidden=True),
    "institution_staff": Line(EVERYONE, _STAFF | {"token": "staff_token"}),
    "institution_ask": Line(EVERYONE, _STAFF | {"token": "staff_token"}),
    "place": Line(EVERYONE, _PLACE),
    "place_answer": Line(EVERYONE, _PLACE),
    "place_picture": Line(EVERYONE, _PLACE, may_be_absent=True),
    "staff_place": Line(EVERYONE, {"token": "ask_token"}),
    "staff_place_take": Line(EVERYONE, {"token": "ask_token"}),
    "organize_invoices": Line(REGISTRARS),
    "organize_bank": Line(REGISTRARS),
    "organize_bank_send": Line(REGISTRARS),
    "organize_bank_statement": Line(REGISTRARS, {"statement": "n"}, may_be_absent=True),
    "organize_bank_columns": Line(REGISTRARS, {"statement": "n"}, may_be_absent=True),
    "organize_bank_book": Line(REGISTRARS, {"statement": "n"}, may_be_absent=True),
    "organize_bank_line": Line(REGISTRARS, {"statement": "n", "line": "n"}, may_be_absent=True),
    "organize_payment_terms": Line(REGISTRARS),
    "save_payment_terms": Line(REGISTRARS),
    "organize_invoice_papers": Line(REGISTRARS, may_be_absent=True),
    "organize_invoice_archive": Line(REGISTRARS, may_be_absent=True),
    "organize_order_invoices": Line(REGISTRARS, _OWN),
    "book_receipt": Line(REGISTRARS, _OWN),
    "write_off": Line(REGISTRARS, _OWN),
    "issue_invoice": Line(REGISTRARS, _OWN),
    "organize_books": Line(REGISTRARS),
    "organize_accounts": Line(REGISTRARS),
    "save_accounts": Line(REGISTRARS),
    "organize_stripe": Line(REGISTRARS),
    "compare_stripe": Line(REGISTRARS),
    "settle_difference": Line(REGISTRARS, {"difference": "n"}, may_be_absent=True),
    "organize_payouts": Line(REGISTRARS),
    "organize_payout": Line(REGISTRARS, {"payout": "n"}, may_be_absent=True),
    "organize_payout_csv": Line(REGISTRARS, {"payout": "n"}, may_be_absent=True),
    "organize_month": Line(REGISTRARS),
    "organize_month_csv": Line(REGISTRARS),
    "close_month": Line(REGISTRARS),
    "organize_unregistered_csv": Line(REGISTRARS),
    "organize_order": Line(REGISTRARS, _OWN),
    "organize_dispute": Line(REGISTRARS, _OWN),
    "organize_cancel": Line(REGISTRARS, _OWN),
    "organize_exchange": Line(REGISTRARS, _OWN),
    "organize_exchange_save": Line(REGISTRARS, _OWN),
    "stripe_webhook": Line(EVERYONE),
    # development
    "dev_mail": Line(EVERYONE),
    "dev_mail_json": Line(EVERYONE),
    "dev_mail_read": Line(EVERYONE, may_be_absent=True),
    "dev_mail_raw": Line(EVERYONE, may_be_absent=True),
    "dev_looks": Line(EVERYONE),
    "dev_people": Line(EVERYONE),
    "dev_look_as": Line(EVERYONE, {"code": "person"}),
}
