"""E-mail addresses as people type them, in the one form we keep: trimmed, lower case, the domain in ASCII."""

import re

from events.core.errors import Unreadable
from events.core.locales import _

_LOCAL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def read(typed: str, field: str = "email") -> str:
    """The address. Raises Unreadable at `field`, with what to do."""
    text = typed.strip().lower()
    if not text:
        raise Unreadable({field: _("Type an e-mail address.")})
    local, at, domain = text.rpartition("@")
    if not at or not local:
        raise Unreadable({field: _("An e-mail address has an @ in it, as in name@library.org.")})
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    labels = domain.split(".")
    well_formed = (
        _LOCAL.fullmatch(local)
        and ".." not in f".{local}."
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
        and len(local) + len(domain) < 254
    )
    if not well_formed:
        raise Unreadable({field: _("We cannot send mail to this address. Please look at its spelling.")})
    return f"{local}@{domain}"
