"""The process that draws invoices: a line of JSON (`drawing`) in; the length of the PDF as a line, and the PDF, out.

It ends when nobody can ask any more.
"""

import json
import sys
from datetime import datetime
from typing import Any

from events.core import locales
from events.core.money import Money
from events.invoicing import paper
from events.invoicing.paper import Sheet


def main() -> None:
    for line in sys.stdin.buffer:
        sheets = [_sheet(one) for one in json.loads(line)]
        locales.speak(str(sheets[0].body["locale"]))
        drawn = paper.draw(sheets)
        sys.stdout.buffer.write(f"{len(drawn)}\n".encode() + drawn)
        sys.stdout.buffer.flush()


def _sheet(one: dict[str, Any]) -> Sheet:
    total = Money(one["total"], one["currency"])
    return Sheet(one["number"], one["kind"], total, datetime.fromisoformat(one["issued_at"]), one["body"])


if __name__ == "__main__":
    main()
