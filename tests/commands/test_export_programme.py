import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.commands.test_import_programme import CHECKOUT, colloquy
from tests.sheets.conftest import Full, full

__all__ = ["full"]


async def test_what_is_not_there_is_told_in_a_line(db: None, database_url: str) -> None:
    code, out, err = await colloquy(database_url, "export", "nowhere")

    assert (code, out, err) == (1, "", "Error: There is no event “nowhere”.\n")


@pytest.mark.parametrize("kind", ["draft.xlsx", "sessions.csv"])
async def test_a_draft_goes_out_and_comes_in_again_unchanged(
    full: Full, database_url: str, tmp_path: Path, kind: str
) -> None:
    out = tmp_path / kind
    with out.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "events.cli", "export", "annual", "--format", kind),
            cwd=CHECKOUT,
            env=os.environ | {"COLLOQUY_DATABASE_URL": database_url},
            stdout=file,
        )
    assert await process.wait() == 0

    code, said, _err = await colloquy(database_url, "import", out, "--event", "annual")

    assert (code, said) == (0, "annual: 0 created, 0 changed, 3 unchanged, 0 refused\n")
