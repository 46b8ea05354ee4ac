"""Write the routes into docs/security.md, after tests/routes.py changed: `python -m tests.security.write_routes`."""

from pathlib import Path

from starlette.routing import Route

from events import app
from events.settings import Settings
from tests.routes import EVERYONE, ROLES, SIGNED_IN, TABLE

PAGE = Path(__file__).resolve().parents[2] / "docs" / "security.md"
BEGIN, END = "<!-- routes -->\n", "<!-- /routes -->\n"


def who(name: str, path: str) -> str:
    line = TABLE[name]
    if line.hidden:
        link = ", or who has the order's link" if path.startswith(("/orders/", "/institutions/")) else ""
        return f"the owner{link}; others are told 404"
    if line.who == EVERYONE:
        return "everyone"
    if line.who == SIGNED_IN:
        return "everyone who is signed in"
    return ", ".join(role.replace("_", " ") for role in ROLES if role in line.who)


def table() -> str:
    """Every route of the program with its methods and who gets through, in the order of addresses."""
    made = Settings(database_url="postgres://nowhere/x", secret_key="t" * 32, dev=True)
    lines = set()
    for route in app.routes(made):
        assert isinstance(route, Route), route
        methods = " ".join(sorted((route.methods or set()) - {"OPTIONS"}))
        lines.add(f"| `{route.path}` | {methods} | {who(route.name, route.path)} |")
    return "\n".join(["| address | methods | who |", "|---|---|---|", *sorted(lines), ""])


def page(text: str) -> str:
    """The page with the table of today."""
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}{table()}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
