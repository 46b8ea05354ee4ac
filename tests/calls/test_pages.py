import httpx

from events.calls.models import Proposal, ProposalPerson
from events.core import database
from events.core.models import OutboxMessage
from events.people.models import Person
from tests import make
from tests.calls.conftest import SignIn, World

JSON = {"Accept": "application/json"}


def typed(world: World, **changes: str) -> dict[str, str]:
    """A whole proposal of version 1."""
    piano = world.call.questions[0].name if world.call.questions else ""
    given = {"title": "Zines", "abstract": "All about zines", "language": "en", "p-0-name": "Ada", "version": "1"}
    return given | {f"q-{1}": "no"} | ({piano: "no"} if piano else {}) | changes


async def begun(world: World, client: httpx.AsyncClient) -> str:
    answer = await client.post(f"{world.path}/proposals")
    assert answer.status_code == 303
    return answer.headers["location"]


async def the_one() -> Proposal:
    return await Proposal.get()


async def test_a_stranger_reads_a_call_and_hands_in(world: World, client: httpx.AsyncClient, signed_in: SignIn) -> None:
    page = await client.get(world.path)
    assert [words in page.text for words in ("<strong>everything</strong>", "America/Chicago", "/sign-in?next=")] == [
        True
    ] * 3
    ada = await signed_in(world.ada)

    own = await begun(world, ada)
    answer = await ada.post(own, data=typed(world, do="hand_in"))

    assert (answer.status_code, answer.headers["location"]) == (303, own)
    assert (await the_one()).state == "submitted"
    assert [one.topic for one in await OutboxMessage.all()] == ["mail.proposal_received"]
    assert [words in (await ada.get("/my/proposals")).text for words in ("Zines", "Handed in")] == [True, True]


async def test_a_proposal_is_refused_whole_and_nothing_typed_is_lost(world: World, signed_in: SignIn) -> None:
    ada = await signed_in(world.ada)
    own = await begun(world, ada)
    words = "one two three four five six seven eight nine ten eleven"

    answer = await ada.post(
        own,
        data=typed(
            world,
            title="",
            abstract=words,
            language="English!",
            do="hand_in",
            **{"q-1": "yes", "p-1-name": "Grace", "p-1-email": "grace"},
        ),
    )

    assert answer.status_code == 422
    assert [f'href="#f-{name}"' in answer.text for name in ("title", "abstract", "language", "q-2", "p-1-email")] == [
        True
    ] * 5
    assert (words in answer.text, 'value="Grace"' in answer.text) == (True, True)
    assert ((await the_one()).state, (await the_one()).abstract) == ("draft", words)


async def test_a_draft_saves_by_itself_whatever_it_holds(world: World, signed_in: SignIn) -> None:
    ada = await signed_in(world.ada)
    own = await begun(world, ada)

    first = await ada.post(own, data={"version": "1", "title": "Zi"}, headers=JSON)
    second = await ada.post(own, data={"version": "2", "title": "Zin", "p-1-name": "Grace"}, headers=JSON)
    third = await ada.post(own, data={"version": "3", "title": "Zin", "p-1-name": "Grace H."}, headers=JSON)

    assert [one.json()["version"] for one in (first, second, third)] == [2, 3, 4]
    assert (await the_one()).title == "Zin"
    assert [one.name for one in await ProposalPerson.all().order_by("position")] == ["", "Grace H."]


async def test_two_windows_do_not_write_over_each_other(world: World, signed_in: SignIn) -> None:
    ada = await signed_in(world.ada)
    own = await begun(world, ada)
    await ada.post(own, data={"version": "1", "title": "From the first window"})

    answer = await ada.post(own, data={"version": "1", "title": "From the second"})

    assert answer.status_code == 409
    assert ("From the first window" in answer.text, 'value="From the second"' in answer.text) == (True, True)
    assert (await the_one()).title == "From the first window"


async def test_a_call_that_closes_while_somebody_types_gives_them_its_grace(world: World, signed_in: SignIn) -> None:
    ada = await signed_in(world.ada)
    own = await begun(world, ada)
    await world.close(minutes=14)

    assert (await ada.post(f"{world.path}/proposals")).status_code == 409
    assert (await ada.post(own, data=typed(world, do="hand_in"))).status_code == 303
    assert (await the_one()).state == "submitted"


async def test_after_the_grace_what_was_typed_is_shown_and_the_draft_stays(world: World, signed_in: SignIn) -> None:
    ada = await signed_in(world.ada)
    own = await begun(world, ada)
    await ada.post(own, data=typed(world, title="Saved in time"))
    await world.close(minutes=16)

    answer = await ada.post(own, data=typed(world, title="Typed too late", version="2", do="hand_in"))

    assert answer.status_code == 409
    assert ("Typed too late" in answer.text, "The call has closed" in answer.text) == (True, True)
    proposal = await the_one()
    assert (proposal.title, proposal.state) == ("Saved in time", "draft")
    assert "Saved in time" in (await ada.get(own)).text


async def test_others_are_told_that_there_is_nothing(
    world: World, client: httpx.AsyncClient, signed_in: SignIn
) -> None:
    own = await begun(world, await signed_in(world.ada))
    mallory = await signed_in(await make.person("Mallory"))

    assert (await mallory.get(own)).status_code == 404
    assert (await mallory.post(own, data=typed(world))).status_code == 404
    assert (await mallory.post(f"{own}/withdrawal")).status_code == 404
    assert (await client.get(own)).headers["location"].startswith("/sign-in?next=")


async def test_what_is_handed_in_stays_whole_when_it_is_changed(world: World, signed_in: SignIn) -> None:
    ada = await signed_in(world.ada)
    own = await begun(world, ada)
    await ada.post(own, data=typed(world, do="hand_in"))

    broken = await ada.post(own, data=typed(world, title="", version="2"))
    better = await ada.post(own, data=typed(world, title="Better", version="2"))

    assert (broken.status_code, better.status_code) == (422, 303)
    assert ((await the_one()).title, (await the_one()).state) == ("Better", "submitted")


async def test_it_is_withdrawn_and_handed_in_again(world: World, signed_in: SignIn) -> None:
    ada = await signed_in(world.ada)
    own = await begun(world, ada)
    await ada.post(own, data=typed(world, do="hand_in"))

    assert (await ada.post(f"{own}/withdrawal")).status_code == 303
    assert (await the_one()).state == "withdrawn"
    assert (await ada.post(own, data=typed(world, version="3", do="hand_in"))).status_code == 303
    assert (await the_one()).state == "submitted"


async def test_one_person_hands_in_as_many_as_the_call_takes(world: World, signed_in: SignIn) -> None:
    await database.execute("UPDATE call SET most_per_person = 1")
    ada = await signed_in(world.ada)
    one, two = await begun(world, ada), await begun(world, ada)
    await ada.post(one, data=typed(world, do="hand_in"))

    answer = await ada.post(two, data=typed(world, title="Second", do="hand_in"))

    assert (answer.status_code, 'value="Second"' in answer.text) == (409, True)
    assert await Proposal.filter(state="submitted").count() == 1


async def test_a_call_for_members_takes_members(world: World, signed_in: SignIn) -> None:
    await database.execute("UPDATE call SET who = 'members'")
    grace: Person = await make.person("Grace")
    await make.membership(grace)

    assert (await (await signed_in(world.ada)).post(f"{world.path}/proposals")).status_code == 422
    assert (await (await signed_in(grace)).post(f"{world.path}/proposals")).status_code == 303


async def test_scripts_in_a_title_stay_text(world: World, signed_in: SignIn) -> None:
    ada = await signed_in(world.ada)
    own = await begun(world, ada)
    script = "<script>alert(1)</script>"
    await ada.post(
        own, data=typed(world, title=script, do="hand_in", **{"p-1-name": script, "p-1-email": "g@example.org"})
    )

    pages = [await ada.get(path) for path in (own, world.path, "/my/proposals")]

    assert [("&lt;script&gt;alert(1)" in page.text, script in page.text) for page in pages] == [(True, False)] * 3
