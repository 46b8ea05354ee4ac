from tests.commands.test_import_programme import colloquy


async def test_what_is_not_there_is_told_in_a_line(db: None, database_url: str) -> None:
    code, out, err = await colloquy(database_url, "export", "nowhere")

    assert (code, out, err) == (1, "", "Error: There is no event “nowhere”.\n")
