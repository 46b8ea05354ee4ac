from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from soak.house import House, house
from tests.several.proxy import Proxy


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two web processes and two workers with the small demo. What a test changes in it stays for those after."""
    with house(tmp_path_factory.mktemp("several"), demo="small", environment={"COLLOQUY_DEV": "true"}) as opened:
        yield opened


@pytest_asyncio.fixture
async def proxy(installation: House) -> AsyncIterator[Proxy]:
    made = Proxy(installation.webs)
    yield made
    await made.aclose()
