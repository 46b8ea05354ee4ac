"""Expected noes: errors with a status, words for the visitor, and the numbers a page wants to show.

DomainError
├── Unreadable       422  something typed cannot be read; names each field
├── NotSignedIn      401  leads to the sign-in page and back
├── Forbidden        403
├── NotFound         404
├── StaleWrite       409  somebody else was faster; carries both states
├── TooMany          429  a rate limit, with the seconds to wait
├── Busy, Away       503  more at once than we can answer; a part of us does not answer
└── … each slice's own (SoldOut, …)
Everything else that is raised is a defect: it reaches the error log and a plain page.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from events.core.locales import _


class Way(NamedTuple):
    """Where to go from an error: an address and the words of its button."""

    url: str
    label: str


class DomainError(Exception):
    """An expected no. `words` say what to do, in the visitor's language; `fields` carry values for the page.

    next   ways on that the page offers as buttons; a slice's error may name its own
    """

    status = 400
    next: Sequence[Way] = ()

    def __init__(self, words: str, **fields: object) -> None:
        super().__init__(words)
        self.words = words
        self.fields = fields

    @property
    def title(self) -> str:
        return _("That did not work")


class Unreadable(DomainError):
    """Something typed cannot be read. `errors` maps a field's name to words; "" is the form as a whole."""

    status = 422

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(_("Please look at the marked fields."))
        self.errors = dict(errors)

    @property
    def title(self) -> str:
        return _("Something needs another look")


class NotSignedIn(DomainError):
    status = 401

    def __init__(self, words: str = "") -> None:
        super().__init__(words or _("Sign in to see this page."))

    @property
    def title(self) -> str:
        return _("Please sign in")


class Forbidden(DomainError):
    status = 403

    def __init__(self, words: str = "") -> None:
        super().__init__(
            words or _("Your account does not have the role this needs. Ask the event’s programme manager.")
        )

    @property
    def title(self) -> str:
        return _("Not yours to open")


class NotFound(DomainError):
    status = 404

    def __init__(self, words: str = "") -> None:
        super().__init__(words or _("There is nothing at this address. It may have moved; try the list of events."))

    @property
    def title(self) -> str:
        return _("Not found")


class StaleWrite(DomainError):
    """Somebody else saved first. `theirs` and `yours` are shown side by side."""

    status = 409

    def __init__(self, words: str, theirs: Mapping[str, object], yours: Mapping[str, object]) -> None:
        super().__init__(words, theirs=theirs, yours=yours)
        self.theirs = theirs
        self.yours = yours

    @property
    def title(self) -> str:
        return _("Somebody else changed this meanwhile")


class TooMany(DomainError):
    """A rate limit. `seconds` until the next try may work."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(_("That was tried too often. Please wait a little and try again."), seconds=seconds)
        self.seconds = seconds

    @property
    def title(self) -> str:
        return _("One moment")


class Later(DomainError):
    """It will work in a while. `seconds` until the next try may (RFC 9110 section 10.2.3)."""

    status = 503
    seconds = 5

    @property
    def title(self) -> str:
        return _("One moment")


class Busy(Later):
    """Everything that could answer is busy answering others."""

    def __init__(self) -> None:
        super().__init__(
            _("More people are here than we can answer at once. Nothing is lost. Please try again in a few seconds.")
        )


class Away(Later):
    """PostgreSQL or another part of ours does not answer."""

    seconds = 20

    def __init__(self) -> None:
        super().__init__(
            _("A part of our system does not answer. Nothing you paid is lost. Please try again in a minute.")
        )
