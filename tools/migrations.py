"""`make migrations`: write what the models changed.

Without arguments each changed slice gets a next migration; `--anew` writes every 0001_tables.py again, which is only
right while nobody has a database to keep; `--check` writes nothing and fails when something would be. Constraints and
partial indexes are SQL by hand, see docs/decisions/0002.
"""

import asyncio
import sys

from tortoise import Tortoise
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.schema_generator.operation_generator import OperationGenerator
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.migrations.writer import MigrationWriter

from events.core import database


async def write(anew: bool) -> list[MigrationWriter]:
    """Return what was found; nothing is written yet. No database is asked."""
    config = database.config("postgres://nobody@127.0.0.1/none")
    await Tortoise.init(config=config, init_connections=False)
    assert Tortoise.apps is not None
    detector = MigrationAutodetector(Tortoise.apps, config["apps"])
    if not anew:
        return await detector.changes()
    meant = detector._current_state()
    nothing = State(models={}, apps=StateApps())
    below: list[tuple[str, str]] = []
    found = []
    for slice_ in database.SLICES:
        operations = OperationGenerator(nothing, meant).generate(app_labels=[slice_])
        module = f"events.{slice_}.migrations"
        found.append(
            MigrationWriter(
                "0001_tables", slice_, operations, dependencies=below, initial=True, migrations_module=module
            )
        )
        below = [(slice_, "0002_rules")]
    return found


if __name__ == "__main__":
    changed = asyncio.run(write("--anew" in sys.argv))
    if "--check" in sys.argv and changed:
        slices = ", ".join(writer.app_label for writer in changed)
        sys.exit(f"The models of {slices} are ahead of their migrations. This helps: make migrations")
    for writer in changed:
        print(writer.write())
