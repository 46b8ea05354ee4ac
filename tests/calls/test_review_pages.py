"""What a reviewer reads: never who wrote it where it is blind, never what is not theirs."""

from datetime import timedelta

import httpx
import pytest

from events.calls import questions, review_letters, reviewers, reviewing
from events.calls.models import Call, Proposal, ProposalFile, ProposalPerson, Review
from events.calls.reviewers import ReviewerRow
from events.core import clock, database
from events.core.outbox import Message
from events.people.models import Address, Person
from events.schedule.models import Track
from events.settings import Settings
from tests import make
from tests.calls import reviewing as reviews
from tests.calls.conftest import SignIn, World, question
from tests.calls.deciding import handed_in
from tests.letterbox import opened

SECRETS = ("Lovelace", "ada@example.org", "Byron", "byron@example.org", "Pressmark", "Lyon", "vitae-lovelace")
"""Of people and in files' names; what a blind reviewer may not find, read or guess."""


async def secretive(world: World) -> Proposal:
    """Zines by Ada Lovelace with Byron, a note, a presenter's answer, and two files that name her."""
    await questions.save(world.call.id, None, question("Your hometown?", about="presenter", required=False))
    await questions.save(world.call.id, None, question("A sample", "file", required=False))
    await questions.save(world.call.id, None, question("Ever in Lyon?", reviewers=False, required=False))
    call = await world.fresh()
    (town,), (sample, inner) = call.presenter_questions, call.questions[-2:]
    made = await handed_in(
        world,
        "Zines",
        note="Ask Pressmark about us",
        answers={"1": "yes", "2": "A small one", str(sample.id): "vitae-lovelace.pdf", str(inner.id): "Lyon"},
    )
    byron = await ProposalPerson.create(
        proposal=made, name="Byron", email="byron@example.org", state="invited", position=1, answers={town.id: "Lyon"}
    )
    for presenter, asked in ((None, sample.id), (byron, sample.id)):
        await ProposalFile.create(
            proposal=made,
            question_id=asked,
            presenter=presenter,
            name="vitae-lovelace.pdf",
            media_type="application/pdf",
            size=9,
            sha256="0" * 64,
            added_at=clock.now(),
        )
    return made


async def client_of(reviewer: ReviewerRow, signed_in: SignIn) -> httpx.AsyncClient:
    return await signed_in(await Person.get(id=reviewer.person_id))


def found(page: httpx.Response) -> list[str]:
    said = page.text + str(page.headers)
    return [word for word in SECRETS if word.lower() in said.lower()]


async def test_a_blind_reviewer_reads_no_names_on_any_page_nor_in_the_export(world: World, signed_in: SignIn) -> None:
    round_ = await reviews.begin(world)
    made = await secretive(world)
    bea = await client_of(await round_.reviewer("Bea"), signed_in)
    own = f"{round_.path}/proposals/{made.code}"

    pages = [await bea.get(path) for path in ("/review", round_.path, own, f"{round_.path}/reviews.csv")]
    pages.append(await bea.post(own, data={"do": "give"}))
    pages.append(await bea.post(f"{own}/conflict", data={}))

    assert [page.status_code for page in pages] == [200, 200, 200, 200, 422, 422]
    assert [found(page) for page in pages] == [[]] * 6
    assert ["Zines" in page.text for page in pages] == [False, True, True, True, True, True]
    assert "A small one" in pages[2].text
    assert b"presenters" not in pages[3].content
    assert [{"etag", "last-modified"} & set(page.headers) for page in pages] == [set()] * 6


@pytest.mark.parametrize("word", ["Lovelace", "Byron", "ada@example.org", "Pressmark", "Lyon", "vitae", "%"])
async def test_a_blind_search_finds_nobody(world: World, signed_in: SignIn, word: str) -> None:
    round_ = await reviews.begin(world)
    made = await secretive(world)
    bea = await client_of(await round_.reviewer("Bea"), signed_in)

    for path in (round_.path, f"{round_.path}/reviews.csv"):
        nobody = await bea.get(path, params={"q": word})
        somebody = await bea.get(path, params={"q": "zine"})
        assert (made.code in nobody.text, made.code in somebody.text) == (False, True)


async def test_the_order_of_a_blind_list_does_not_follow_who_wrote_what(world: World, signed_in: SignIn) -> None:
    """Everything about people may change, and the page stays as it was, letter by letter."""
    round_ = await reviews.begin(world)
    for number in range(8):
        owner = await make.person(f"Person {number}", f"p{number}@example.org")
        await handed_in(world, f"Talk {number}", owner)
    bea = await client_of(await round_.reviewer("Bea"), signed_in)
    before = (await bea.get(round_.path)).text
    assert before.count("/proposals/") == 8

    await database.execute(
        "UPDATE proposal SET owner_id = 11 - owner_id, note = 'x', submitted_at = submitted_at - id * '1h'::interval"
    )
    await database.execute(
        "UPDATE proposal_person SET name = 'Zed ' || 100 - id, email = id || '@example.net', state = 'named',"
        " person_id = NULL"
    )

    assert (await bea.get(round_.path)).text == before


async def test_with_names_a_reviewer_reads_and_finds_them_but_never_notes(world: World, signed_in: SignIn) -> None:
    round_ = await reviews.begin(world, blind=False)
    made = await secretive(world)
    bea = await client_of(await round_.reviewer("Bea"), signed_in)

    page = await bea.get(f"{round_.path}/proposals/{made.code}")

    assert ["Lovelace" in page.text, "Byron" in page.text, "Lyon" in page.text] == [True, True, True]
    assert [word for word in ("Pressmark", "example.org", "vitae", "Ever in") if word in page.text] == []
    assert "/files/" in page.text
    assert made.code in (await bea.get(round_.path, params={"q": "byron"})).text
    assert b"Lovelace" in (await bea.get(f"{round_.path}/reviews.csv")).content


async def test_a_chair_sees_names_in_a_blind_phase(world: World, signed_in: SignIn) -> None:
    round_ = await reviews.begin(world)
    made = await secretive(world)
    cleo = await client_of(await round_.reviewer("Cleo", chair=True), signed_in)

    assert "Lovelace" in (await cleo.get(f"{round_.path}/proposals/{made.code}")).text
    assert made.code in (await cleo.get(round_.path, params={"q": "byron"})).text


async def test_after_a_blind_phase_names_stay_hidden_until_one_with_names_opens(
    world: World, signed_in: SignIn
) -> None:
    round_ = await reviews.begin(world)
    made, other = await secretive(world), await handed_in(world, "Other")
    reviewer = await round_.reviewer("Bea")
    bea = await client_of(reviewer, signed_in)
    await round_.give(reviewer, made)
    await database.execute("UPDATE review_phase SET closes_at = $1", clock.now())

    after = await bea.get(f"{round_.path}/proposals/{made.code}")
    listed = await bea.get(round_.path)
    gone = await bea.get(f"{round_.path}/proposals/{other.code}")

    assert (found(after), found(listed), gone.status_code) == ([], [], 404)
    assert ("Review closed" in after.text, "<textarea" in after.text, "Review closed" in listed.text) == (
        True,
        False,
        True,
    )
    assert (made.code in listed.text, other.code in listed.text) == (True, False)
    await round_.follow_with(blind=False)
    assert "Lovelace" in (await bea.get(f"{round_.path}/proposals/{made.code}")).text


async def test_before_the_phase_a_reviewer_is_told_when_it_opens(world: World, signed_in: SignIn) -> None:
    now = clock.now()
    round_ = await reviews.begin(world, opens_at=now + timedelta(days=2), closes_at=now + timedelta(days=3))
    made = await handed_in(world)
    bea = await client_of(await round_.reviewer("Bea"), signed_in)

    page = await bea.get(round_.path)

    assert ("“First round” opens" in page.text, made.code in page.text) == (True, False)
    assert "opens" in (await bea.get("/review")).text
    assert (await bea.get(f"{round_.path}/proposals/{made.code}")).status_code == 404
    assert (await bea.post(f"{round_.path}/next")).status_code == 409


async def test_a_review_is_kept_given_and_changed(world: World, signed_in: SignIn) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world)
    bea = await client_of(await round_.reviewer("Bea"), signed_in)
    own = f"{round_.path}/proposals/{made.code}"
    clear, new = f"c-{round_.clear}", f"c-{round_.new}"

    to = await bea.post(f"{round_.path}/next")
    kept = await bea.post(own, data={"version": "1", clear: "4", "do": "keep"})
    half = await bea.post(own, data={"version": "2", clear: "4", "comment": "Almost", "do": "give"})
    given = await bea.post(own, data={"version": "2", clear: "4", new: "none", "comment": "Good", "do": "give"})
    changed = await bea.post(own, data={"version": "3", clear: "5", new: "7", "comment": "Better", "do": "give"})

    assert to.headers["location"] == own
    assert [one.status_code for one in (kept, half, given, changed)] == [303, 422, 303, 303]
    assert (f'href="#f-{new}"' in half.text, "Almost" in half.text) == (True, True)
    review = await Review.get()
    assert (review.state, review.scores, review.comment) == (
        "given",
        {str(round_.clear): 5, str(round_.new): 7},
        "Better",
    )
    page = (await bea.get(own)).text
    assert 'value="5" checked' in page
    assert "Better" in page


async def test_a_second_window_sees_both_states_and_keeps_what_was_typed(world: World, signed_in: SignIn) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world)
    bea = await client_of(await round_.reviewer("Bea"), signed_in)
    own = f"{round_.path}/proposals/{made.code}"
    typed = {"version": "0", f"c-{round_.clear}": "4", f"c-{round_.new}": "4", "do": "give"}
    await bea.post(own, data=typed | {"comment": "First window"})

    second = await bea.post(own, data=typed | {"comment": "Second window"})

    assert second.status_code == 409
    assert ("First window" in second.text, "Second window" in second.text) == (True, True)
    assert (await Review.get()).comment == "First window"


async def test_a_review_that_comes_after_the_close_is_refused_with_what_was_typed(
    world: World, signed_in: SignIn
) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world)
    reviewer = await round_.reviewer("Bea")
    bea = await client_of(reviewer, signed_in)
    await round_.give(reviewer, made, 1, 1, "In time")
    await database.execute("UPDATE review_phase SET closes_at = $1", clock.now())

    late = await bea.post(
        f"{round_.path}/proposals/{made.code}",
        data={"version": "1", f"c-{round_.clear}": "5", f"c-{round_.new}": "5", "comment": "Too late", "do": "give"},
    )

    assert (late.status_code, "Too late" in late.text) == (409, True)
    assert (await Review.get()).comment == "In time"


async def test_a_conflict_of_interest_is_never_shown_again(world: World, signed_in: SignIn) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world)
    bea = await client_of(await round_.reviewer("Bea"), signed_in)
    own = f"{round_.path}/proposals/{made.code}"

    said = await bea.post(f"{own}/conflict", data={"reason": "We share a desk."})

    assert said.headers["location"] == round_.path
    again = await bea.get(own)
    assert (again.status_code, "Zines" in again.text, "conflict of interest" in again.text) == (404, False, True)
    listed = await bea.get(round_.path)
    assert (made.code in listed.text, "you have a conflict of interest" in listed.text) == (False, True)


async def test_one_is_told_that_own_proposals_are_not_shown(world: World, signed_in: SignIn) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world)
    ada = await client_of(await round_.reviews(world.ada), signed_in)

    listed = await ada.get(round_.path)
    page = await ada.get(f"{round_.path}/proposals/{made.code}")

    assert (made.code in listed.text, "because you wrote or present it" in listed.text) == (False, True)
    assert (page.status_code, "others review it" in page.text) == (404, True)


@pytest.mark.parametrize(
    ("sees", "expected"), [("never", [False, False]), ("scores", [True, False]), ("all", [True, True])]
)
async def test_others_reviews_are_seen_after_ones_own_as_far_as_the_phase_says(
    world: World, signed_in: SignIn, sees: str, expected: list[bool]
) -> None:
    round_ = await reviews.begin(world, sees_others=sees)
    made = await handed_in(world)
    reviewer, cleo = await round_.reviewer("Bea"), await round_.reviewer("Cleopatra")
    bea = await client_of(reviewer, signed_in)
    await round_.give(cleo, made, 5, 10, "Splendid work")
    own = f"{round_.path}/proposals/{made.code}"

    before = (await bea.get(own)).text
    await round_.give(reviewer, made, 1, 1)
    after = (await bea.get(own)).text

    assert [words in before for words in ("100.0 of 100", "Splendid work")] == [False, False]
    assert [words in after for words in ("100.0 of 100", "Splendid work")] == expected
    assert "Cleopatra" not in after


async def test_with_names_others_reviews_have_them(world: World, signed_in: SignIn) -> None:
    round_ = await reviews.begin(world, sees_others="all", blind=False)
    made = await handed_in(world)
    reviewer, cleo = await round_.reviewer("Bea"), await round_.reviewer("Cleopatra")
    await round_.give(cleo, made)
    await round_.give(reviewer, made)

    bea = await client_of(reviewer, signed_in)

    assert "Cleopatra" in (await bea.get(f"{round_.path}/proposals/{made.code}")).text


async def test_who_does_not_review_finds_nothing(world: World, signed_in: SignIn, client: httpx.AsyncClient) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world)
    mary = await make.person("Mary Manager")
    await make.role(mary, "programme_manager")
    manager, ada = await signed_in(mary), await signed_in(world.ada)
    own = f"{round_.path}/proposals/{made.code}"

    for somebody in (manager, ada):
        answers = [await somebody.get(path) for path in (round_.path, own, f"{round_.path}/reviews.csv")]
        answers += [await somebody.post(path) for path in (f"{round_.path}/next", own, f"{own}/conflict")]
        assert [one.status_code for one in answers] == [404] * 6
    assert (await client.get(own)).headers["location"].startswith("/sign-in")
    assert "/review" not in (await ada.get("/my/proposals")).text


async def test_a_reviewer_does_not_reach_other_calls_or_other_tracks(world: World, signed_in: SignIn) -> None:
    maps, zines = [await Track.create(event=world.event, slug=name, name=name) for name in ("maps", "zines")]
    round_ = await reviews.begin(world)
    other = await Call.create(
        event=world.event, slug="posters", title="Posters", opens_at=clock.now(), closes_at=clock.now() + timedelta(1)
    )
    poster, of_zines = await handed_in(world, "Poster"), await handed_in(world, track=zines)
    of_maps = await handed_in(world, "Maps", track=maps)
    await database.execute("UPDATE proposal SET call_id = $1 WHERE id = $2", other.id, poster.id)
    bea = await client_of(await round_.reviewer("Bea", tracks=(maps.id,)), signed_in)

    paths = [f"{round_.path}/proposals/{one.code}" for one in (of_maps, of_zines, poster)]
    paths += ["/review/annual/posters", f"/review/annual/posters/proposals/{poster.code}", "/review/nothing/papers"]

    assert [(await bea.get(path)).status_code for path in paths] == [200, 404, 404, 404, 404, 404]
    listed = (await bea.get(round_.path)).text
    assert [one.code in listed for one in (of_maps, of_zines, poster)] == [True, False, False]
    assert "/review" in (await bea.get("/my/proposals")).text


async def test_the_list_is_filtered_by_what_one_did(world: World, signed_in: SignIn) -> None:
    round_ = await reviews.begin(world)
    todo, begun, given = [await handed_in(world, f"Talk {number}") for number in range(3)]
    reviewer = await round_.reviewer("Bea")
    await round_.give(reviewer, given)
    values = reviewing.ReviewValues({}, "Hm.")
    await reviewing.save(round_.call, reviewer, begun.code, values, 0, clock.now(), give=False)
    bea = await client_of(reviewer, signed_in)

    async def codes(state: str) -> list[str]:
        page = (await bea.get(round_.path, params={"state": state})).text
        return [one.code for one in (todo, begun, given) if one.code in page]

    assert await codes("todo") == [todo.code]
    assert await codes("begun") == [begun.code]
    assert await codes("given") == [given.code]
    assert await codes("'; --") == [todo.code, begun.code, given.code]


async def test_the_list_asks_as_much_with_twenty_as_with_two(
    world: World, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = await reviews.begin(world, blind=False)
    bea = await client_of(await round_.reviewer("Bea"), signed_in)
    asked: list[object] = []
    ask = database._ask

    async def counted(*args: object) -> object:
        if "FROM event" not in str(args[1]):  # a process reads the event anew now and then
            asked.append(args[1])
        return await ask(*args)  # type: ignore[arg-type]

    numbers = []
    for more in (2, 18):
        for number in range(more):
            await handed_in(world, f"Talk {number} of {more}")
        with monkeypatch.context() as patch:
            patch.setattr(database, "_ask", counted)
            asked.clear()
            assert (await bea.get(round_.path)).status_code == 200
            numbers.append(len(asked))

    assert numbers[0] == numbers[1] < 20


async def test_no_cell_of_the_export_becomes_a_formula(world: World, signed_in: SignIn) -> None:
    round_ = await reviews.begin(world)
    await handed_in(world, "=1+1", abstract="@SUM(A1)")
    reviewer = await round_.reviewer("Bea")
    await round_.give(reviewer, (await Proposal.get()).code, comment="+2")

    table = (await (await client_of(reviewer, signed_in)).get(f"{round_.path}/reviews.csv")).text

    assert [cell in table for cell in (",'=1+1,", ",'@SUM(A1),", ",'+2")] == [True, True, True]


async def test_a_script_in_a_title_or_a_comment_stays_words(world: World, signed_in: SignIn) -> None:
    round_ = await reviews.begin(world, sees_others="all")
    made = await handed_in(world, "<script>alert(1)</script>", abstract="<img src=x onerror=alert(1)>")
    reviewer, cleo = await round_.reviewer("Bea"), await round_.reviewer("Cleo")
    await round_.give(cleo, made, comment="<script>alert(2)</script>")
    await round_.give(reviewer, made)
    bea = await client_of(reviewer, signed_in)

    for path in (round_.path, f"{round_.path}/proposals/{made.code}"):
        page = (await bea.get(path)).text
        assert ("<script>alert" in page, "onerror" in page) == (False, False)


async def test_a_reviewer_is_told_by_mail_where_to_review(world: World) -> None:
    round_ = await reviews.begin(world)
    await round_.reviewer("Bea")

    assert await Address.filter(email="bea@example.org").count() == 1
    (message,) = await database.rows("SELECT topic, body FROM outbox_message WHERE topic = 'mail.reviewer_asked'")
    assert "bea@example.org" not in message["body"]


async def test_a_first_review_that_comes_after_the_close_keeps_what_was_typed(world: World, signed_in: SignIn) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world)
    bea = await client_of(await round_.reviewer("Bea"), signed_in)
    await bea.post(f"{round_.path}/next")
    await database.execute("UPDATE review_phase SET closes_at = $1", clock.now())

    late = await bea.post(f"{round_.path}/proposals/{made.code}", data={"comment": "An hour of work", "do": "give"})

    assert (late.status_code, "An hour of work" in late.text, found(late)) == (409, True, [])
    assert (await Review.get()).comment == ""


async def test_the_mail_to_a_reviewer_says_where_and_when(world: World, settings: Settings) -> None:
    round_ = await reviews.begin(world)
    bea = await round_.reviewer("Bea")
    message = Message(1, "mail.reviewer_asked", {"reviewer": bea.id}, 1)

    letter = opened(await review_letters.asked(message, settings, clock.now()))

    assert letter["To"].addresses[0].addr_spec == "bea@example.org"
    plain, html = (letter.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    for words in ("http://testserver/review/annual/papers", "Papers"):
        assert words in plain.get_content()
        assert words in html.get_content()
    await reviewers.remove(round_.call, bea.id, clock.now())
    assert await review_letters.asked(message, settings, clock.now()) is None
