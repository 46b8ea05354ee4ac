"""The fields of organizers' forms: how a line, a link, a zone or a list is read, and what is said when it cannot be."""

from typing import Annotated, Any, ClassVar, Self
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from starlette.datastructures import FormData

from events.catalogue import slugs
from events.core.errors import Unreadable
from events.core.locales import Lazy, _, lazy

ACCENTS: dict[str, Lazy] = {
    "blue": lazy("Blue"),
    "teal": lazy("Teal"),
    "moss": lazy("Moss"),
    "plum": lazy("Plum"),
    "brick": lazy("Brick"),
    "amber": lazy("Amber"),
    "indigo": lazy("Indigo"),
    "rose": lazy("Rose"),
    "slate": lazy("Slate"),
    "pine": lazy("Pine"),
}
LEVELS: dict[str, Lazy] = {
    "": lazy("For everyone"),
    "beginner": lazy("Beginner"),
    "intermediate": lazy("Intermediate"),
    "advanced": lazy("Advanced"),
}
REMINDERS: dict[int, Lazy] = {
    10_080: lazy("a week before"),
    1_440: lazy("a day before"),
    120: lazy("two hours before"),
    30: lazy("half an hour before"),
    10: lazy("ten minutes before"),
}


def level_words(level: str) -> str:
    """A level in the reader's language; one that came with an import and is none of ours as it is written there."""
    return str(LEVELS.get(level, level)) if level else ""


MOST_WORDS = 20


def _clean(value: object) -> object:
    """Without control characters; lines end with \\n."""
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in text if letter in "\n\t" or letter.isprintable() or ord(letter) > 0x9F).strip()


def clean(value: object) -> str:
    """A typed text without control characters; anything else than a text is empty."""
    return str(_clean(value)) if isinstance(value, str) else ""


def _one_line(value: object) -> object:
    cleaned = _clean(value)
    return " ".join(cleaned.split()) if isinstance(cleaned, str) else cleaned


def read_zone(value: object) -> object:
    cleaned = _clean(value)
    if cleaned not in available_timezones():
        raise ValueError(_("Choose a time zone from the list, such as America/Chicago."))
    return cleaned


def read_words(value: object) -> object:
    """Topics, one a line or with commas between, each once."""
    cleaned = _clean(value)
    if not isinstance(cleaned, str):
        return value
    found = [" ".join(part.split())[:60] for part in cleaned.replace("\n", ",").split(",")]
    words = tuple(dict.fromkeys(word for word in found if word))
    if len(words) > MOST_WORDS:
        raise ValueError(_("At most %(num)s of these.") % {"num": MOST_WORDS})
    return words


def _link(value: object) -> object:
    cleaned = _one_line(value)
    if cleaned and not str(cleaned).startswith(("https://", "http://")):
        raise ValueError(_("Write the whole address, beginning with https://"))
    return cleaned


def read_address(value: object) -> object:
    cleaned = str(_one_line(value))
    if cleaned and (cleaned.count("@") != 1 or " " in cleaned or "." not in cleaned.partition("@")[2]):
        raise ValueError(_("Write an e-mail address, such as events@example.org."))
    return cleaned


def read_slug(value: object) -> object:
    cleaned = str(_one_line(value)).lower()
    if cleaned and not slugs.SHAPE.fullmatch(cleaned):
        raise ValueError(_("Use small letters, digits and hyphens only, such as spring-forum-2027."))
    if cleaned in slugs.TAKEN:
        raise ValueError(_("This word has another meaning in addresses. Choose another one."))
    return cleaned


Line = Annotated[str, BeforeValidator(_one_line)]
Link = Annotated[str, BeforeValidator(_link), StringConstraints(max_length=500)]
Text = Annotated[str, BeforeValidator(_clean), StringConstraints(max_length=20_000)]


class Form(BaseModel):
    """A form that says what is wrong in words, at the field."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    lists: ClassVar[frozenset[str]] = frozenset()
    may_be_empty: ClassVar[frozenset[str]] = frozenset()
    """Fields of numbers and choices that may stay empty; texts always may."""

    @classmethod
    def read(cls, typed: FormData) -> Self:
        """Raises Unreadable."""
        values: dict[str, Any] = {}
        for name in cls.model_fields:
            if name in cls.lists:
                values[name] = [one for one in typed.getlist(name) if isinstance(one, str) and one]
            elif name in typed:
                value = typed[name]
                values[name] = None if value == "" and name in cls.may_be_empty else value
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise Unreadable(_in_words(error)) from None


_WORDS: dict[str, Lazy] = {
    "missing": lazy("Please fill this in."),
    "string_too_short": lazy("This is too short."),
    "string_too_long": lazy("This is longer than %(max_length)s characters."),
    "too_short": lazy("This is too short."),
    "too_long": lazy("This is longer than %(max_length)s characters."),
    "date_from_datetime_parsing": lazy("Write the day as year-month-day, such as 2027-04-04."),
    "date_parsing": lazy("Write the day as year-month-day, such as 2027-04-04."),
    "date_type": lazy("Write the day as year-month-day, such as 2027-04-04."),
    "int_parsing": lazy("Write a whole number."),
    "int_type": lazy("Please choose one."),
    "literal_error": lazy("Please choose one of these."),
    "string_pattern_mismatch": lazy("This does not look right. See the example."),
    "greater_than_equal": lazy("This has to be %(ge)s or more."),
    "less_than_equal": lazy("This has to be %(le)s or less."),
}


def _in_words(error: ValidationError) -> dict[str, str]:
    """The first problem of each field."""
    found: dict[str, str] = {}
    for one in error.errors(include_url=False):
        context = one.get("ctx", {})
        if one["type"] == "value_error":
            words = str(context["error"])
        elif one["type"] == "date_from_datetime_parsing" and one["input"] == "":
            words = str(_WORDS["missing"])
        else:
            words = str(_WORDS.get(one["type"], lazy("This cannot be read."))) % context
        found.setdefault(str(one["loc"][0]), words)
    return found
