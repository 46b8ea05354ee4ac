from benchmarks.statements import read_log

LOG = """\
bench web LOG:  execute __asyncpg_stmt_5__: SELECT id
\tFROM event
bench web DETAIL:  Parameters: $1 = 'bench web LOG:  statement: SELECT 9'
bench worker LOG:  statement: BEGIN;
bench colloquy LOG:  execute <unnamed>: SELECT 1
bench web LOG:  could not receive data from client
"""


def test_each_statement_is_counted_once_with_who_ran_it() -> None:
    assert read_log(LOG) == [("web", "SELECT id"), ("worker", "BEGIN;"), ("colloquy", "SELECT 1")]
