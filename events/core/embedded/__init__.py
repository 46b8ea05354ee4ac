"""A PostgreSQL and a Redis of our own, for `colloquy run` and the tests: nothing to install, nothing to configure.

home      the directory they live in, its lock, and the system user they run as
programs  where their binaries are, and a copy of them where that user can reach them
leash     starts a program that ends when the one who started it is gone
postgres  PostgreSQL: made, started, stopped, started again after a kill
redis     Redis, likewise
errors    what can go wrong, in words
"""

from events.core.embedded.errors import EmbeddedError, Taken
from events.core.embedded.home import Home
from events.core.embedded.postgres import Postgres
from events.core.embedded.redis import Redis

__all__ = ["EmbeddedError", "Home", "Postgres", "Redis", "Taken"]
