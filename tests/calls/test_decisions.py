"""Deciding and sending: drafts that tell nobody, sent once, whoever presses the button and how often."""

import asyncio
from datetime import date

import httpx
import pytest

from events.calls import decision_letters, decision_lists, decision_texts, decisions, presenters
from events.calls.decision_lists import Filter
from events.calls.decision_texts import Text
from events.calls.decisions import Chosen, NotReady, Overtaken
from events.calls.models import Decision, Proposal, ProposalPerson, Reviewer
from events.calls.ranking import Ranked
from events.calls.states import MOVES, OUTCOMES, ProposalState
from events.core import clock, database, outbox
from events.core.errors import NotFound, StaleWrite
from events.core.models import OutboxMessage
from events.schedule.models import Session, SessionPerson, SessionType, Track
from events.settings import Settings
from tests import make
from tests.calls.conftest import SignIn, World
from tests.calls.deciding import chair, desk, handed_in, states
from tests.letterbox import opened
from workers.relay import LEASE
from workers.settings import BATCHES, BULK

ROOT = "/organize/events/annual/calls/papers/decisions"


async def topics() -> list[str]:
    return sorted([one.topic for one in await OutboxMessage.all()])


async def test_a_decision_tells_nobody_and_changes_nothing_before_it_is_sent(world: World) -> None:
    zines, seeds = await handed_in(world), await handed_in(world, "Seeds")
    office = await desk(world)

    await office.decide("accepted", zines)
    await office.decide("declined", seeds)

    assert await states(zines, seeds) == ["submitted", "submitted"]
    assert (await topics(), await Session.all().count()) == ([], 0)
    mails = {one.becomes: (one.subject, one.body) for one in await decisions.drafts(world.call.id)}
    assert mails[ProposalState.ACCEPTED][0] == "Accepted: Zines"
    assert "Ada Lovelace" in mails[ProposalState.DECLINED][1]


async def test_sending_makes_proposals_what_was_decided_and_tells_each_owner_once(world: World) -> None:
    zines, seeds, maps = [await handed_in(world, title) for title in ("Zines", "Seeds", "Maps")]
    office = await desk(world)
    seen = await office.decide("accepted", zines)
    seen += await office.decide("waitlisted", seeds) + await office.decide("declined", maps)

    first = await office.send(seen)
    again = await office.send(seen)

    assert (first.count, first.left, again.count, again.left) == (3, [], 0, [])
    assert await states(zines, seeds, maps) == ["accepted", "waitlisted", "declined"]
    assert await topics() == ["mail.decision"] * 3
    assert "mail.decision" in BULK & BATCHES.keys()


async def test_two_organizers_who_send_the_same_drafts_send_them_once(world: World) -> None:
    found = [await handed_in(world, f"Talk {n}") for n in range(8)]
    office = await desk(world)
    seen = await office.decide("accepted", *found)

    one, other = await asyncio.gather(office.send(seen), office.send(list(reversed(seen))))

    assert one.count + other.count == 8
    assert (await topics(), await Session.all().count()) == (["mail.decision"] * 8, 8)
    assert await Proposal.filter(session_id=None).count() == 0


async def test_every_pair_of_states_is_decided_as_the_table_says(world: World) -> None:
    office = await desk(world)
    wrong = []
    for old in ProposalState:
        for new in OUTCOMES:
            if old is ProposalState.DRAFT:
                continue
            one = await handed_in(world, f"{old} to {new}", state=old)
            try:
                sent = await office.send(await office.decide(new, one))
                done = sent.count == 1 and await states(one) == [new]
            except NotReady:
                done = False
            if done != (new in MOVES[old]):
                wrong.append((old, new, done))

    assert wrong == []


async def test_a_draft_proposal_and_another_calls_are_not_there_to_decide(world: World) -> None:
    mine = await handed_in(world, state="draft")
    office = await desk(world)

    for call, one in ((world.call.id, mine.id), (world.call.id, 999), (999, mine.id)):
        with pytest.raises(NotFound):
            await decisions.decide(call, [Chosen(one, 0)], ProposalState.ACCEPTED, office.person.id, clock.now())


async def test_who_decides_about_what_somebody_else_decided_meanwhile_is_told(world: World) -> None:
    zines, seeds = await handed_in(world), await handed_in(world, "Seeds")
    office = await desk(world)
    await office.decide("declined", zines)

    chosen = [Chosen(zines.id, 0), Chosen(seeds.id, 0)]
    with pytest.raises(Overtaken) as error:
        await decisions.decide(world.call.id, chosen, ProposalState.ACCEPTED, office.person.id, clock.now())

    assert error.value.titles == ["Zines"]
    assert [one.becomes for one in await Decision.filter(state="draft")] == ["declined"]


async def test_of_all_that_match_those_that_cannot_stay_and_are_named(world: World) -> None:
    zines, gone = await handed_in(world), await handed_in(world, "Gone", state="withdrawn")
    office = await desk(world)
    chosen = await decision_lists.matching(world.call.id, Filter(), {})

    with pytest.raises(NotReady):
        await decisions.decide(world.call.id, chosen, ProposalState.ACCEPTED, office.person.id, clock.now())
    done = await decisions.decide(
        world.call.id, chosen, ProposalState.ACCEPTED, office.person.id, clock.now(), strict=False
    )

    assert (done.count, done.left) == (1, ("Gone",))
    assert await states(zines, gone) == ["submitted", "withdrawn"]


async def test_another_outcome_drops_the_draft_and_the_same_one_keeps_its_words(world: World) -> None:
    zines = await handed_in(world)
    office = await desk(world)
    [seen] = await office.decide("accepted", zines)
    await decisions.change(world.call.id, seen.id, Text(ProposalState.ACCEPTED, "Hurrah", "Come!", None, 1))

    [same] = await office.decide("accepted", zines)
    [other] = await office.decide("declined", zines)

    assert (same.id, same.version) == (seen.id, 2)
    assert other.id != seen.id
    assert [(one.becomes, one.state) for one in await Decision.all().order_by("id")] == [
        ("accepted", "dropped"),
        ("declined", "draft"),
    ]


async def test_a_mail_that_was_changed_since_it_was_looked_at_waits(world: World) -> None:
    zines, seeds = await handed_in(world), await handed_in(world, "Seeds")
    office = await desk(world)
    seen = await office.decide("accepted", zines, seeds)
    changed = next(one for one in await decisions.drafts(world.call.id) if one.title == "Zines")
    await decisions.change(world.call.id, changed.id, Text(ProposalState.ACCEPTED, "No!", "Not this", None, 1))

    sent = await office.send(seen)

    assert (sent.count, sent.left) == (1, ["Zines"])
    assert await states(zines, seeds) == ["submitted", "accepted"]


async def test_two_who_write_in_one_mail_see_both_states(world: World) -> None:
    office = await desk(world)
    [seen] = await office.decide("declined", await handed_in(world))
    await decisions.change(world.call.id, seen.id, Text(ProposalState.DECLINED, "Sorry", "Theirs", None, 1))

    with pytest.raises(StaleWrite) as error:
        await decisions.change(world.call.id, seen.id, Text(ProposalState.DECLINED, "Sorry", "Mine", None, 1))

    assert (error.value.theirs["Text"], error.value.yours["Text"]) == ("Theirs", "Mine")


async def test_a_withdrawal_takes_the_draft_along(world: World, signed_in: SignIn) -> None:
    zines = await handed_in(world)
    office = await desk(world)
    seen = await office.decide("accepted", zines)
    ada = await signed_in(world.ada)

    assert (await ada.post(f"{world.path}/proposals/{zines.code}/withdrawal")).status_code == 303
    sent = await office.send(seen)

    assert (sent.count, sent.left, await topics()) == (0, ["Zines"], [])
    assert await states(zines) == ["withdrawn"]


async def test_an_accepted_proposal_has_one_session_in_the_tray_with_its_people(world: World) -> None:
    track = await Track.create(event=world.event, slug="t", name="Making")
    kind = await SessionType.create(event=world.event, slug="k", name="Talk")
    zines = await handed_in(world, track=track, type=kind, description="At length")
    alan = await make.person("Alan Turing")
    known = {"accepted": alan}
    others = [("accepted", "Alan"), ("named", "Edsger"), ("invited", "Barbara"), ("declined", "No")]
    for place, (state, name) in enumerate(others, 1):
        await ProposalPerson.create(
            proposal=zines, person=known.get(state), name=name, role="panelist", state=state, position=place
        )

    await (await desk(world)).tell("accepted", zines)

    session = await Session.get()
    await zines.refresh_from_db()
    assert zines.session_id == session.id  # type: ignore[attr-defined]
    assert (session.title, session.abstract, session.description) == ("Zines", "All about Zines", "At length")
    assert (session.track_id, session.type_id, session.language) == (track.id, kind.id, "en")  # type: ignore[attr-defined]
    assert (session.state, await session.slots.all().count()) == ("planned", 0)  # type: ignore[attr-defined]
    people = await SessionPerson.all().order_by("position").prefetch_related("person")
    assert [(one.person.name, one.role) for one in people] == [
        ("Ada Lovelace", "speaker"),
        ("Alan Turing", "panelist"),
        ("Edsger", "panelist"),
    ]
    assert await database.value("SELECT count(*) FROM address WHERE person_id = $1", people[2].person.id) == 0


async def test_a_bare_name_never_means_somebodys_account(world: World) -> None:
    carla = await make.person("Carla Nowak")
    known = await make.session(world.event, make.NOON, title="Known")
    await SessionPerson.create(session=known, person=carla)
    zines = await handed_in(world)
    for place, name in enumerate(("Carla Nowak", carla.code), 1):
        await ProposalPerson.create(proposal=zines, name=name, position=place)

    await (await desk(world)).tell("accepted", zines)

    assert await SessionPerson.filter(person=carla).count() == 1
    assert await SessionPerson.filter(session__title="Zines").count() == 3


async def test_whoever_accepts_the_invitation_later_comes_into_the_session(
    world: World, settings: Settings, client: httpx.AsyncClient
) -> None:
    zines = await handed_in(world)
    await ProposalPerson.create(proposal=zines, name="Barbara", email="barbara@example.org", position=1)
    key = settings.secret_key.get_secret_value().encode()
    await presenters.invite(zines.id, key, clock.now())
    await (await desk(world)).tell("accepted", zines)
    row = await ProposalPerson.get(position=1)
    assert row.invited_at is not None

    answer = await client.post(f"/presenters/{presenters.token(row.id, row.invited_at, key)}", data={"accept": "yes"})

    people = await SessionPerson.all().order_by("position").prefetch_related("person")
    assert (answer.status_code, [one.person.name for one in people]) == (200, ["Ada Lovelace", "Barbara"])


async def test_the_mail_says_what_its_draft_said_and_leads_to_the_proposal(world: World, settings: Settings) -> None:
    office = await desk(world)
    zines = await handed_in(world, "<script>alert(1)</script> {name}")
    text = Text(ProposalState.ACCEPTED, "Yes: {title}", "Dear {name},\n\n{title} <b>is</b> in.", date(2027, 1, 8), 0)
    await decision_texts.save(world.call.id, text)
    await office.tell("accepted", zines)
    [message] = await outbox.claim(9, clock.now(), LEASE)

    letter = opened(await decision_letters.decided(message, settings, clock.now()))

    assert letter["To"].addresses[0].addr_spec == "ada@example.org"
    assert letter["Subject"] == "Yes: <script>alert(1)</script> {name}"
    plain, html = (letter.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    for words in (
        "Dear Ada Lovelace,",
        "<script>alert(1)</script> {name} <b>is</b> in.",
        "Friday, January 8, 2027",
        f"http://testserver/events/annual/calls/papers/proposals/{zines.code}",
    ):
        assert words in plain.get_content()
    assert "&lt;script&gt;alert(1)" in html.get_content()
    assert "<script" not in html.get_content()


async def test_a_text_is_saved_once_and_rewrites_the_mails_nobody_wrote_in(world: World) -> None:
    office = await desk(world)
    zines, seeds = await handed_in(world), await handed_in(world, "Seeds")
    await office.decide("declined", zines, seeds)
    mine = next(one for one in await decisions.drafts(world.call.id) if one.title == "Seeds")
    await decisions.change(world.call.id, mine.id, Text(ProposalState.DECLINED, "Mine", "By hand", None, 1))
    text = Text(ProposalState.DECLINED, "No: {title}", "Sorry, {name}.", None, 0)
    await decision_texts.save(world.call.id, text)

    count = await decisions.rewrite(world.call.id, ProposalState.DECLINED)

    assert count == 1
    assert [(one.title, one.subject) for one in await decisions.drafts(world.call.id)] == [
        ("Seeds", "Mine"),
        ("Zines", "No: Zines"),
    ]
    with pytest.raises(StaleWrite):
        await decision_texts.save(world.call.id, text)


async def test_the_table_finds_filters_and_sorts(world: World) -> None:
    track = await Track.create(event=world.event, slug="t", name="Making")
    found = [await handed_in(world, title, track=track) for title in ("Zines", "Seeds", "Maps")]
    other = await handed_in(world, "Dogs", state="declined")
    given = [(90.0, 5.0), (40.0, 20.0), (80.0, None)]
    scores = {one.id: Ranked(one.id, 2, score, spread) for one, (score, spread) in zip(found, given, strict=True)}
    await (await desk(world)).decide("accepted", found[0])

    async def titles(sort: str = "title", **asked: object) -> list[str]:
        lines, total = await decision_lists.lines(world.call.id, Filter(**asked), sort, 1, scores)  # type: ignore[arg-type]
        assert total == len(lines)
        return [one.title for one in lines]

    assert await titles("-score") == ["Zines", "Maps", "Seeds", "Dogs"]
    assert await titles("-spread") == ["Seeds", "Zines", "Maps", "Dogs"]
    assert await titles(least=80.0) == ["Maps", "Zines"]
    assert await titles(query="zin") == ["Zines"]
    assert await titles(query="lovelace", state="declined") == ["Dogs"]
    assert await titles(query="%") == []
    assert await titles(track=track.id, decision="none") == ["Maps", "Seeds"]
    assert await titles(decision="drafted") == await titles(decision="accepted") == ["Zines"]
    states_, decided = await decision_lists.counts(world.call.id, Filter(state="submitted"), scores)
    assert (states_, decided) == ({"submitted": 3, "declined": 1}, {"accepted": 1, "none": 2, "drafted": 1})
    assert other.title == "Dogs"


# The pages.


async def test_an_organizer_decides_looks_and_sends(world: World, signed_in: SignIn) -> None:
    zines, seeds = await handed_in(world), await handed_in(world, "Seeds")
    grace = await signed_in(await chair(world))

    decided = await grace.post(ROOT, data={"chosen": [f"{zines.id}.0", f"{seeds.id}.0"], "action": "accept"})
    drafts = {one.proposal_id: one.id for one in await Decision.all()}  # type: ignore[attr-defined]
    asked = await grace.post(
        ROOT, data={"chosen": [f"{one}.{draft}" for one, draft in drafts.items()], "action": "send"}
    )

    assert (decided.status_code, decided.headers["location"]) == (303, ROOT)
    assert await states(zines, seeds) == ["submitted", "submitted"]
    assert (asked.status_code, "Send these 2 mails" in asked.text) == (200, True)
    assert (await topics(), await states(zines)) == ([], ["submitted"])
    named = asked.text.partition('name="drafts" value="')[2].partition('"')[0]
    sent = await grace.post(f"{ROOT}/sending", data={"drafts": named})
    assert (sent.status_code, await states(zines, seeds)) == (303, ["accepted", "accepted"])
    assert await topics() == ["mail.decision"] * 2


async def test_all_that_match_are_those_the_page_counted(world: World, signed_in: SignIn) -> None:
    found = [await handed_in(world, f"Talk {n}") for n in range(3)]
    other = await handed_in(world, "Seeds")
    grace = await signed_in(await chair(world))
    form = {"all": "1", "total": "3", "action": "decline"}

    done = await grace.post(f"{ROOT}?q=talk", data=form)
    await handed_in(world, "Talk 4")
    refused = await grace.post(f"{ROOT}?q=talk", data=form)

    assert (done.status_code, done.headers["location"]) == (303, f"{ROOT}?q=talk")
    assert (refused.status_code, "4 proposals match now" in refused.text) == (409, True)
    drafts = {one.proposal_id for one in await Decision.filter(becomes="declined")}  # type: ignore[attr-defined]
    assert drafts == {one.id for one in found}
    assert other.id not in drafts


async def test_what_is_ticked_comes_back_with_a_no(world: World, signed_in: SignIn) -> None:
    gone = await handed_in(world, "Gone", state="withdrawn")
    grace = await signed_in(await chair(world))

    refused = await grace.post(ROOT, data={"chosen": f"{gone.id}.0", "action": "accept"})
    nothing = await grace.post(ROOT, data={"action": "accept"})
    unsent = await grace.post(ROOT, data={"chosen": f"{gone.id}.0", "action": "send"})

    assert [one.status_code for one in (refused, nothing, unsent)] == [409, 422, 422]
    assert f'value="{gone.id}.0" checked' in refused.text


async def test_a_text_with_a_place_nothing_fills_is_refused_and_comes_back(world: World, signed_in: SignIn) -> None:
    await handed_in(world)
    grace = await signed_in(await chair(world))
    form = {"version": "0", "subject": "Hi {nmae}", "body": "Until {confirm_by}, {name}"}

    refused = await grace.post(f"{ROOT}/texts/accepted", data=form)
    shown = await grace.post(
        f"{ROOT}/texts/accepted", data=form | {"subject": "Hi {name}", "confirm_by": "2027-01-08", "do": "preview"}
    )
    saved = await grace.post(
        f"{ROOT}/texts/accepted", data=form | {"subject": "Hi {name}", "confirm_by": "2027-01-08", "do": "save"}
    )

    assert (refused.status_code, "{nmae}" in refused.text, 'href="#f-confirm_by"' in refused.text) == (422, True, True)
    assert (shown.status_code, "Until Friday, January 8, 2027, Ada Lovelace" in shown.text) == (200, True)
    assert saved.status_code == 303
    assert (await decision_texts.of(world.call.id))[ProposalState.ACCEPTED].subject == "Hi {name}"
    assert (await grace.get(f"{ROOT}/texts/withdrawn")).status_code == 404


async def test_a_mail_is_changed_and_dropped_on_its_page(world: World, signed_in: SignIn) -> None:
    zines = await handed_in(world)
    grace = await signed_in(await chair(world))
    await grace.post(f"{ROOT}/proposals/{zines.code}", data={"chosen": f"{zines.id}.0", "action": "waitlist"})
    page = f"{ROOT}/mails/{(await Decision.get()).id}"

    saved = await grace.post(page, data={"version": "1", "subject": "Wait", "body": "Please"})
    stale = await grace.post(page, data={"version": "1", "subject": "Mine", "body": "Please"})
    dropped = await grace.post(f"{page}/removal")

    assert [one.status_code for one in (saved, stale, dropped)] == [303, 409, 303]
    assert ("<td>Wait</td><td>Mine</td>" in stale.text, 'value="Mine"' in stale.text) == (True, True)
    assert (await Decision.get()).state == "dropped"
    assert [(await grace.get(page)).status_code, (await grace.post(f"{page}/removal")).status_code] == [409, 409]


async def test_a_chair_of_the_call_decides_and_does_not_send(world: World, signed_in: SignIn) -> None:
    zines = await handed_in(world)
    for name in ("Chair", "Reviewer"):
        await Reviewer.create(call_id=world.call.id, person=await make.person(name), chair=name == "Chair")
    chair_of = await signed_in((await Reviewer.get(chair=True).prefetch_related("person")).person)
    reviewer = await signed_in((await Reviewer.get(chair=False).prefetch_related("person")).person)

    decided = await chair_of.post(ROOT, data={"chosen": f"{zines.id}.0", "action": "accept"})
    draft = await Decision.get()
    sent = await chair_of.post(f"{ROOT}/sending", data={"drafts": f"{draft.id}.1"})
    asked = await chair_of.post(ROOT, data={"chosen": f"{zines.id}.{draft.id}", "action": "send"})

    assert [decided.status_code, sent.status_code, asked.status_code] == [303, 403, 403]
    page = (await chair_of.get(ROOT)).text
    assert ("Zines" in page, "Send their mails" in page, "/organize/events/annual/sessions" in page) == (
        True,
        False,
        False,
    )
    assert [(await reviewer.get(path)).status_code for path in (ROOT, f"{ROOT}/texts")] == [403, 403]
    assert await states(zines) == ["submitted"]


async def test_what_a_chair_wrote_themselves_is_not_there_for_them(world: World, signed_in: SignIn) -> None:
    zines, seeds = await handed_in(world), await handed_in(world, "Seeds", await make.person("Alan Turing"))
    await Reviewer.create(call_id=world.call.id, person=world.ada, chair=True)
    ada = await signed_in(world.ada)
    [seen, _other] = await (await desk(world)).decide("declined", zines, seeds)
    mine = await Decision.get(proposal=zines)

    answers = [
        await ada.get(f"{ROOT}/proposals/{zines.code}"),
        await ada.get(f"{ROOT}/mails/{mine.id}"),
        await ada.post(f"{ROOT}/mails/{mine.id}/removal"),
        await ada.post(ROOT, data={"chosen": f"{zines.id}.{mine.id}", "action": "accept"}),
    ]
    every = await ada.post(ROOT, data={"all": "1", "total": "1", "action": "accept"})
    page = (await ada.get(ROOT)).text

    assert [one.status_code for one in answers] == [404] * 4
    assert (every.status_code, seen.version, "Seeds" in page, "Zines" in page) == (303, 1, True, False)
    assert (await Decision.get(proposal=zines)).becomes == "declined"


async def test_what_is_another_calls_is_not_there(world: World, signed_in: SignIn) -> None:
    zines = await handed_in(world)
    office = await desk(world)
    [seen] = await office.decide("accepted", zines)
    await make.event("other")
    await database.execute(
        "INSERT INTO call (event_id, slug, title, opens_at, closes_at, track_ids, type_ids)"
        " SELECT e.id, 'papers', 'Papers', c.opens_at, c.closes_at, '{}', '{}' FROM event e, call c"
        " WHERE e.slug = 'other'"
    )
    grace = await signed_in(office.person)
    there = ROOT.replace("annual", "other")

    answers = [
        await grace.get(f"{there}/mails/{seen.id}"),
        await grace.post(f"{there}/mails/{seen.id}/removal"),
        await grace.get(f"{there}/proposals/{zines.code}"),
        await grace.post(there, data={"chosen": f"{zines.id}.{seen.id}", "action": "decline"}),
        await grace.post(f"{there}/sending", data={"drafts": f"{seen.id}.1"}),
    ]

    assert [one.status_code for one in answers] == [404, 404, 404, 404, 303]
    assert (await states(zines), (await Decision.get()).state) == (["submitted"], "draft")
