"""The roles people have in a session, in the order pages show them, and their words."""

from events.core.locales import Lazy, lazy

ROLES: dict[str, Lazy] = {
    "speaker": lazy("Speaker"),
    "panelist": lazy("Panelist"),
    "moderator": lazy("Moderator"),
    "chair": lazy("Chair"),
    "organizer": lazy("Organizer"),
    "interpreter": lazy("Interpreter"),
}


def words(role: str) -> str:
    return str(ROLES[role])
