"""Write `schema.txt` anew from the migrations, when a rule changed on purpose: `python -m tests.core.write_schema`.

Needs COLLOQUY_DATABASE_URL of a migrated database (that of a running `colloquy run` will do).
"""

import asyncio

from events.core import database
from events.settings import Settings
from tests.core.test_schema import MEANT, live


async def main() -> None:
    await database.connect(Settings().database_url)
    lines = await live()
    MEANT.write_text("\n".join(lines) + "\n", "utf-8")
    await database.close()


if __name__ == "__main__":
    asyncio.run(main())
