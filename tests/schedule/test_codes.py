import re

from events.schedule import codes


def test_a_key_always_gives_the_same_code() -> None:
    assert codes.of("guid:1", ()) == codes.of("guid:1", ())
    assert re.fullmatch("[A-Z2-9]{6}", codes.of("guid:1", ()))


def test_a_code_that_is_taken_is_not_given_again() -> None:
    first = codes.of("guid:1", ())

    assert codes.of("guid:1", {first}) != first


def test_a_new_code_is_free() -> None:
    asked: list[str] = []

    def taken(code: str) -> bool:
        asked.append(code)
        return len(asked) < 3

    assert codes.new(taken) == asked[2]
