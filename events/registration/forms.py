"""What a buyer typed on the registration page, as values; and what is wrong with it, in words at its field.

Fields: `p0-main` (a ticket type), `p0-extra` (several), `p0-name`, `p0-email`, `p0-q12` (the answer to question 12),
and so on for every person; `name` and `email` of who gets the receipt, `voucher` a code, `people` how many groups the
page had.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from starlette.datastructures import FormData

from events.core.locales import _
from events.people import blanks
from events.people.actors import Actor
from events.registration import asking, declarations
from events.registration.accounts import Account
from events.registration.asking import Question
from events.registration.holds import Attendee
from events.registration.offers import Offer
from events.registration.pricing import MAIN_KINDS, Problem

MOST_PEOPLE = 20
ALONE = "none"
"""Instead of a ticket: this person takes extras only."""
_ADDRESS = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,180}\.[^@\s<>,;\".]{2,}")


@dataclass(frozen=True, slots=True)
class PersonTyped:
    main: str = ""
    extras: tuple[str, ...] = ()
    name: str = ""
    email: str = ""
    answers: Mapping[int, str] | None = None

    @property
    def chosen(self) -> list[int]:
        """The ids of the ticket types."""
        return [_number(one) for one in (self.main, *self.extras) if one not in {"", ALONE}]

    def answer(self, question: Question) -> str:
        return (self.answers or {}).get(question.id, "")


@dataclass(frozen=True, slots=True)
class Typed:
    """The whole form. form_key: of this form, so that sending it twice makes one order; voucher: a code.

    join      the membership that is bought with it: a ticket type, or ""
    declared  what the buyer says to be, student or retired, and the words about it
    accepted  the versions of documents that they agree to: a newer one than they saw is not among them
    """

    form_key: str
    people: tuple[PersonTyped, ...]
    name: str = ""
    email: str = ""
    voucher: str = ""
    join: str = ""
    declared: str = ""
    declared_words: str = ""
    accepted: tuple[int, ...] = ()

    @property
    def chosen(self) -> list[list[int]]:
        """The ticket types of each person; a membership is the first one's."""
        chosen = [person.chosen for person in self.people]
        return [[*chosen[0], _number(self.join)], *chosen[1:]] if self.join else chosen

    def add(self, main: str) -> "Typed":
        return replace(self, people=(*self.people, PersonTyped(main))[:MOST_PEOPLE])

    def without(self, number: int) -> "Typed":
        left = tuple(person for place, person in enumerate(self.people) if place != number)
        return replace(self, people=left or self.people)


def _number(ticket: str) -> int:
    """The id of a ticket type; what is no number is left for the quote to refuse."""
    return int(ticket) if ticket.isdecimal() and len(ticket) < 10 else 0


def blank(offer: Offer, actor: Actor | None, ticket: str = "") -> Typed:
    """A fresh form: one person, who is the signed-in one; the only ticket there is, or the one asked for, is chosen."""
    mains = [str(one.id) for one in offer.tickets if one.is_main]
    main = ticket if ticket in mains else mains[0] if len(mains) == 1 else ""
    extras = (ticket,) if ticket and ticket not in mains and ticket in {str(one.id) for one in offer.tickets} else ()
    person = PersonTyped(main, extras, actor.name if actor else "", actor.email if actor else "")
    return Typed(secrets.token_hex(16), (person,))


def blanked(typed: Typed) -> tuple[Typed, dict[str, str]]:
    """The form with blanks (`people.blanks`) where names, addresses and its key are, and what belongs into them.

    These change nothing else on the page. Answers are left out: whoever gave some gets a page of their own.
    """
    words: dict[str, str] = {}

    def blank(name: str, value: str) -> str:
        words[name] = value
        return blanks.mark(name) if value else ""

    people = tuple(
        PersonTyped(
            person.main, person.extras, blank(f"name{place}", person.name), blank(f"email{place}", person.email)
        )
        for place, person in enumerate(typed.people)
    )
    key, name, email, declared_words = (
        blank(field, value)
        for field, value in (
            ("key", typed.form_key),
            ("buyer", typed.name),
            ("receipt", typed.email),
            ("declared", typed.declared_words),
        )
    )
    return Typed(key, people, name, email, "", typed.join, typed.declared, declared_words, typed.accepted), words


def again(account: Account) -> Typed:
    """The form as it was before the places were held, for somebody who wants to change it."""
    people = tuple(
        PersonTyped(
            next((str(line.ticket_type) for line in attendee.lines if line.kind in MAIN_KINDS), ALONE),
            tuple(
                str(line.ticket_type)
                for line in attendee.lines
                if line.kind not in MAIN_KINDS and line.kind != "membership"
            ),
            attendee.name,
            attendee.email,
            {int(question): answer for question, answer in attendee.answers.items()},
        )
        for attendee in account.attendees
    )
    first = people[0]
    own = (account.name, account.email) != (first.name, first.email)
    return Typed(
        account.form_key or secrets.token_hex(16),
        people,
        account.name if own else "",
        account.email if own else "",
        join=next((str(line.ticket_type) for line in account.lines if line.kind == "membership"), ""),
    )


def read(form: FormData, offer: Offer) -> Typed:
    """Everything typed, cut to sensible lengths; nothing is refused here, so that nothing is lost."""
    count = _text(form, "people", 3)
    people = [
        _person(form, number, offer) for number in range(min(int(count), MOST_PEOPLE) if count.isdecimal() else 1)
    ]
    key = _text(form, "form_key", 32)
    return Typed(
        key if re.fullmatch(r"[0-9a-f]{32}", key) else secrets.token_hex(16),
        tuple(people) or (PersonTyped(),),
        _text(form, "name", 200),
        _text(form, "email", 254),
        _text(form, "voucher", 60),
        _text(form, "join", 12),
        declared if (declared := _text(form, "declared", 10)) in declarations.KINDS else "",
        " ".join(_text(form, "declared_words", 300).split()),
        tuple(one.id for one in offer.documents if form.get(f"accept-{one.id}") == "1"),
    )


def _person(form: FormData, number: int, offer: Offer) -> PersonTyped:
    prefix = f"p{number}-"
    extras = [one for one in form.getlist(f"{prefix}extra") if isinstance(one, str)]
    return PersonTyped(
        _text(form, f"{prefix}main", 12),
        tuple(dict.fromkeys(extras))[:50],
        _text(form, f"{prefix}name", 200),
        _text(form, f"{prefix}email", 254),
        {question.id: _said(form, f"{prefix}q{question.id}", question) for question in offer.questions},
    )


def _said(form: FormData, name: str, question: Question) -> str:
    """Of what one ticks, a line each."""
    if question.kind != "choices":
        return _text(form, name, question.longest)
    return "\n".join(one for one in form.getlist(name) if isinstance(one, str))[: question.longest]


def _text(form: FormData, name: str, most: int) -> str:
    value = form.get(name, "")
    if not isinstance(value, str):
        return ""
    cleaned = "".join(letter for letter in value if letter.isprintable() or letter in "\n\t")
    return cleaned.strip()[:most]


def errors(typed: Typed, offer: Offer, problems: Sequence[Problem]) -> dict[str, str]:
    """What has to be looked at before the order can be placed: field → words."""
    found: dict[str, str] = {}
    for problem in problems:
        ticket = offer.by_id.get(problem.ticket)
        field = "main" if ticket is None or ticket.is_main else "extra"
        found.setdefault(f"p{problem.person}-{field}", problem.words)
    for number, person in enumerate(typed.people):
        if not person.chosen:
            found.setdefault(f"p{number}-main", _("Choose a ticket for this person, or take the person away."))
        if not person.name:
            found[f"p{number}-name"] = _("Write the name that goes on the ticket.")
        if not person.email and number == 0 and not typed.email:
            found[f"p{number}-email"] = _("Write an address: the ticket goes there.")
        elif person.email and not _ADDRESS.fullmatch(person.email):
            found[f"p{number}-email"] = _("Write an e-mail address, such as ada@example.org.")
        found |= _unanswered(number, person, offer)
    for document in offer.documents:
        if document.required and document.id not in typed.accepted:
            found[f"accept-{document.id}"] = _("Read “%(document)s” and accept it, to go on.") % {
                "document": document.title
            }
    if typed.declared and len(typed.declared_words) < 3:
        found["declared_words"] = _("Write this in a few words: the registrar may ask for a proof.")
    if typed.declared and sum(_comes_alone(person, offer) for person in typed.people) > 1:
        found["declared"] = _("This price is for one person: buy the others’ tickets in another order.")
    if typed.email and not _ADDRESS.fullmatch(typed.email):
        found["email"] = _("Write an e-mail address, such as ada@example.org.")
    return found


def _comes_alone(person: PersonTyped, offer: Offer) -> bool:
    return any(one in offer.by_id and offer.by_id[one].is_registration for one in person.chosen)


def _unanswered(number: int, person: PersonTyped, offer: Offer) -> dict[str, str]:
    _kept, wrong = asking.answered(offer.questions, person.chosen, person.answers or {})
    return {f"p{number}-q{question}": words for question, words in wrong.items()}


def attendees(typed: Typed, offer: Offer, actor: Actor | None) -> list[Attendee]:
    """The people of the order. Whoever has the signed-in person's own address is that person."""
    return [
        Attendee(
            person.name,
            (person.email or typed.email or typed.people[0].email).lower(),
            _answers(person, offer),
            actor.id if actor and actor.email and person.email.lower() == actor.email else None,
        )
        for person in typed.people
    ]


def _answers(person: PersonTyped, offer: Offer) -> dict[str, str]:
    kept, _wrong = asking.answered(offer.questions, person.chosen, person.answers or {})
    return {str(question): answer for question, answer in kept.items()}
