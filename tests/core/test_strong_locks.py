from pathlib import Path

import pytest
from tortoise.connection import get_connection

from events.core import database, schema
from events.core.schema_state import Executor
from events.core.strong_locks import Strong, strong_locks

ACCEPTED = "Stops the old version: "
"""A migration that does says so in its docstring, with the reason."""


def stops(sql: str) -> list[str]:
    return [one.table for one in strong_locks(sql)]


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX orders_email ON orders (email)",
        'CREATE UNIQUE INDEX IF NOT EXISTS "one" ON "public"."orders" (email)',
        "ALTER TABLE orders ALTER COLUMN total TYPE bigint",
        "ALTER TABLE orders ALTER total SET DATA TYPE bigint USING total::bigint",
        "ALTER TABLE orders ALTER COLUMN note SET NOT NULL",
        "ALTER TABLE orders ADD COLUMN note text NOT NULL",
        "ALTER TABLE orders ADD COLUMN guid uuid NOT NULL DEFAULT gen_random_uuid()",
        "ALTER TABLE orders ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple', note)) STORED",
        "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0)",
        "ALTER TABLE ONLY orders ADD CONSTRAINT f FOREIGN KEY (person_id) REFERENCES person (id)",
        "ALTER TABLE orders ADD CONSTRAINT u UNIQUE (code)",
        "ALTER TABLE orders ADD CONSTRAINT e EXCLUDE USING gist (r WITH &&)",
        "ALTER TABLE orders ADD COLUMN a int, DROP COLUMN b",
        "ALTER TABLE orders RENAME COLUMN a TO b",
        "ALTER TABLE orders RENAME TO old_orders",
        "DROP TABLE orders",
        "UPDATE orders SET note = ''",
        "-- a note; with a semicolon\nALTER TABLE\n  orders\n  ALTER COLUMN total TYPE bigint;",
    ],
)
def test_what_stops_the_old_version_is_named(sql: str) -> None:
    assert stops(sql) == ["orders"]


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX CONCURRENTLY orders_email ON orders (email)",
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS orders_email ON orders (email)",
        "ALTER TABLE orders ADD COLUMN note text",
        "ALTER TABLE orders ADD COLUMN note text NOT NULL DEFAULT 'ALTER COLUMN total TYPE bigint; DROP TABLE orders'",
        "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0) NOT VALID",
        "ALTER TABLE orders VALIDATE CONSTRAINT positive",
        "ALTER TABLE orders ADD CONSTRAINT u UNIQUE USING INDEX orders_email",
        "ALTER TABLE orders ALTER COLUMN note DROP NOT NULL",
        "ALTER TABLE orders DROP CONSTRAINT positive",
        "CREATE TABLE note (id bigint NOT NULL); CREATE INDEX note_id ON note (id); ALTER TABLE note DROP COLUMN id",
        "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN DROP TABLE orders; END $$ LANGUAGE plpgsql",
        "COMMENT ON TABLE orders IS 'UPDATE orders'",
        "SET lock_timeout = 0",
    ],
)
def test_what_takes_a_moment_or_a_new_table_is_not(sql: str) -> None:
    assert stops(sql) == []


def test_what_it_says_names_the_statement_and_the_way_around() -> None:
    assert strong_locks("CREATE INDEX orders_email ON orders (email)") == [
        Strong(
            "orders",
            "CREATE INDEX orders_email ON orders (email): nobody can write while the index is built; CREATE INDEX"
            " CONCURRENTLY, alone in a migration with atomic = False, keeps nobody out",
        )
    ]


@pytest.mark.usefixtures("db")
async def test_no_migration_stops_the_old_version_without_saying_so() -> None:
    """The first two of each slice make everything; those after meet a house that is at work."""
    executor = Executor(get_connection("default"), database.config("postgres://nobody@127.0.0.1/none")["apps"])
    wanted = {
        f"{path.parts[1]}.{path.stem}": path
        for path in sorted(Path("events").glob("*/migrations/[0-9]*.py"))
        if path.stem[:4] > "0002" and ACCEPTED not in path.read_text("utf-8")
    }
    texts = await schema.written(executor, wanted)
    silent = [f"{wanted[name]}: {strong.words}" for name, sql in texts.items() for strong in strong_locks(sql)]

    assert texts.keys() == wanted.keys()
    assert silent == []
