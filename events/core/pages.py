"""From a handler's values to a page: one Jinja environment, the filters every template may use, notices, redirects."""

import hashlib
from collections.abc import Mapping, MutableMapping
from datetime import date, datetime
from datetime import time as clock_time
from functools import cache, lru_cache
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

import nh3
from babel.dates import format_date, format_skeleton, format_time
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from events.core import assets, locales
from events.core.money import Money


class _RowNumber(IntegerConvertor):
    """`{slot:int}` in a path: no row's number has more digits, and PostgreSQL's integer has no room for them."""

    regex = "[0-9]{1,9}"


register_url_convertor("int", _RowNumber())  # here, because every room imports this file before it writes its routes

TEMPLATES = Path(__file__).resolve().parents[2] / "frontend" / "templates"
NOTICE = "notice"
_markdown = MarkdownIt("commonmark", {"html": True, "linkify": False, "breaks": True})
_SAFE_TAGS = {
    "p",
    "br",
    "em",
    "strong",
    "b",
    "i",
    "ul",
    "ol",
    "li",
    "a",
    "blockquote",
    "code",
    "pre",
    "h3",
    "h4",
    "h5",
    "hr",
}


def markdown(text: str) -> Markup:
    """Somebody's text as safe HTML: Markdown or imported HTML, of which only plain marks survive."""
    html = nh3.clean(
        _markdown.render(text),
        tags=_SAFE_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener ugc",
    )
    return Markup(html)  # noqa: S704 - cleaned one line above


def plain(text: str) -> str:
    """Somebody's Markdown or HTML as plain text, for calendars, mails and meta descriptions."""
    cleaned = nh3.clean(_markdown.render(text), tags=set())
    return " ".join(unescape(cleaned).split())


def money(value: Money) -> str:
    """A sum in the words of the current language: $190.00, 190,00 €."""
    return value.words(locales.babel_locale())


def time(value: datetime, zone: str, named: bool = True) -> str:
    """9:30 AM CDT: a time with its zone, the spaces unbreakable."""
    local = value.astimezone(ZoneInfo(zone))
    words = _hour(local.time(), locales.babel_locale())
    return f"{words}\u00a0{local.tzname() or zone}".replace(" ", "\u00a0") if named else words


# Babel takes 70 µs for a time and 50 for a date, and a timetable says the same few a thousand times.
@lru_cache(maxsize=4096)
def _hour(value: clock_time, locale: str) -> str:
    return format_time(value, "short", locale=locale).replace(" ", "\u00a0").replace("\u202f", "\u00a0")


@lru_cache(maxsize=4096)
def _date(value: date, pattern: str, locale: str) -> str:
    return format_date(value, pattern, locale=locale)


@lru_cache(maxsize=4096)
def _date_by_skeleton(value: date, skeleton: str, locale: str) -> str:
    return format_skeleton(skeleton, value, fuzzy=False, locale=locale)


def day(value: date | str) -> str:
    """Thursday, June 25, 2026: a date with its weekday. A text is an ISO date, as a snapshot keeps it."""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    return _date(value, "full", locales.babel_locale())


def _seen_from(zone: str | None, value: date) -> date:
    if not isinstance(value, datetime):
        return value
    return (value.astimezone(ZoneInfo(zone)) if zone else value).date()


def short_day(value: date, zone: str | None = None) -> str:
    """Thu, Jun 25; in the order of the language. A moment is seen from `zone`."""
    return _date_by_skeleton(_seen_from(zone, value), "MMMEd", locales.babel_locale())


def day_of_month(value: date, zone: str | None = None) -> str:
    """Jun 25; in the order of the language. A moment is seen from `zone`."""
    return _date_by_skeleton(_seen_from(zone, value), "MMMd", locales.babel_locale())


def local_date(value: datetime, zone: str) -> str:
    return day(value.astimezone(ZoneInfo(zone)).date())


def date_format(value: date, pattern: str, zone: str | None = None) -> str:
    """A piece of a date in the current language by a CLDR pattern ("d", "EEEE"). A moment is seen from `zone`."""
    return _date(_seen_from(zone, value), pattern, locales.babel_locale())


@pass_context
def _url(context: Context, name: str, **parameters: Any) -> str:
    """The path of a named route."""
    return path_of(context["request"], name, **parameters)


def path_of(request: Request, name: str, **parameters: Any) -> str:
    """The path of a named route. Starlette asks every route in turn; there are 160, so here they are looked up."""
    app: Starlette = request.app
    named: dict[str, BaseRoute] | None = getattr(app.state, "named", None)
    if named is None:
        named = app.state.named = {route.name: route for route in reversed(app.routes) if isinstance(route, Route)}
    return str(named[name].url_path_for(name, **parameters))


def _text(message: str, /, **values: Any) -> str:
    """`_("…")` in a page: a text of ours is safe, what is put into it is escaped."""
    return _filled(_marked(locales.current(), message), values)


def _plural_text(one: str, many: str, n: int, /, **values: Any) -> str:
    return _filled(Markup(locales.ngettext(one, many, n)), {"num": n, **values})  # noqa: S704 - a text of ours


def _filled(text: Markup, values: Mapping[str, Any]) -> Markup:
    return text % values if "%" in text else text


@lru_cache(maxsize=4096)
def _marked(_locale: str, message: str) -> Markup:
    return Markup(locales._(message))  # noqa: S704 - a text of ours


class _Environment(Environment):
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's own: no template of ours adds any, and Jinja's ChainMap costs every import 0.04 ms."""
        return self.globals if d is None else super().make_globals(d)


@cache
def environment() -> Environment:
    env = _Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        auto_reload=False,
    )
    env.newstyle_gettext = True  # type: ignore[attr-defined]
    env.globals |= {"_": _text, "gettext": _text, "ngettext": _plural_text}
    env.globals |= {"asset": assets.asset, "icon": assets.icon, "url": _url, "money": money}
    env.filters |= {
        "time": time,
        "date": local_date,
        "day": day,
        "short_day": short_day,
        "day_of_month": day_of_month,
        "date_format": date_format,
        "markdown": markdown,
        "plain": plain,
        "money": money,
    }
    return env


def render(
    request: Request, name: str, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
) -> Response:
    """A page. Templates always have request, actor, now, locale, settings, notice and path."""
    notice = unquote(request.cookies.get(NOTICE, ""))[:300]
    html = (
        environment()
        .get_template(name)
        .render(
            request=request,
            actor=request.state.actor,
            now=request.state.now,
            locale=locales.current(),
            languages=locales.languages(),
            settings=request.app.state.settings,
            path=request.url.path,
            notice=notice,
            **context,
        )
    )
    response = Response(html, status, headers=dict(headers or {}), media_type="text/html")
    if notice:
        response.delete_cookie(NOTICE)
    return response


def redirect(request: Request, to: str, notice: str = "") -> Response:
    """303 to a page of ours, with a sentence for it to say once."""
    response = RedirectResponse(to, 303)
    if notice:
        response.set_cookie(
            NOTICE, quote(notice), max_age=60, httponly=True, samesite="lax", secure=request.app.state.settings.secure
        )
    return response


def local_path(wanted: str, otherwise: str = "/") -> str:
    """`wanted` when it is a path of this site, else `otherwise`: no page sends people to strangers."""
    if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\\" not in wanted and wanted.isprintable():
        return wanted
    return otherwise


def fingerprint(*parts: str | bytes) -> str:
    """A strong ETag's inside over bytes that say all that a page depends on."""
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        digest.update(part if isinstance(part, bytes) else part.encode())
        digest.update(b"\0")
    return digest.hexdigest()
