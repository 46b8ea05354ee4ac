import re
from pathlib import Path

from events.schedule import models, roles


def test_the_roles_are_those_of_the_table() -> None:
    rules = (Path(models.__file__).parent / "migrations" / "rules.sql").read_text()
    found = re.search(r"session_person_role CHECK \(role IN \((.*?)\)\)", rules)

    assert found
    assert set(re.findall("'([a-z]+)'", found.group(1))) == set(roles.ROLES)


def test_a_role_has_a_word() -> None:
    assert roles.words("moderator") == "Moderator"
