from pathlib import Path

from events.registration.sandbox.ledger import Ledger


async def test_everything_survives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.jsonl"
    first = Ledger(file)
    first.keep({"id": "cs_1", "object": "checkout.session", "status": "open"})
    first.keep({"id": "cs_1", "object": "checkout.session", "status": "complete"})
    first.keep_answer("key", "asked", 200, {"id": "cs_1"}, 0)
    first.close()
    with file.open("a") as torn:
        torn.write('{"object": {"id": "cs_2"')

    again = Ledger(file)

    assert again.objects == {"cs_1": {"id": "cs_1", "object": "checkout.session", "status": "complete"}}
    assert again.answers["key"]["body"] == {"id": "cs_1"}
    again.close()
