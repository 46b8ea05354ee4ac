"""The collector of cycles waits for what is big, and comes back whatever happens."""

import gc

import pytest

from events.core import collecting


def test_it_comes_back_when_the_last_one_is_done() -> None:
    with collecting.put_off():
        with collecting.put_off():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_comes_back_after_an_error() -> None:
    with pytest.raises(ValueError, match="no"), collecting.put_off():
        raise ValueError("no")
    assert gc.isenabled()
