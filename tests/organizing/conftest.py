"""The programme of the agenda's tests, for pages that put it together with other slices."""

from tests.agenda.conftest import programme

__all__ = ["programme"]
