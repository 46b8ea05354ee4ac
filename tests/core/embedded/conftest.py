from collections.abc import Iterator

import pytest

from events.core.embedded import Home, Postgres


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("home") / "var")
    yield home
    home.discard()


@pytest.fixture(scope="module")
def cluster(home: Home) -> Iterator[Postgres]:
    postgres = Postgres(home, durable=False)
    yield postgres
    postgres.stop()


@pytest.fixture
def postgres(cluster: Postgres) -> Postgres:
    """Running, whatever the test before did to it."""
    if not cluster.running:
        cluster.start()
    return cluster
