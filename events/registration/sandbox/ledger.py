"""What we know: objects by id and answers by idempotency key, appended to a file and read again at start."""

import json
import os
import secrets
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

Object = dict[str, Any]

KEPT = 24 * 3600
"""Seconds until an idempotency key means nothing any more (docs.stripe.com/api/idempotent_requests)."""


class Ledger:
    """Every change is a line of the file; the last one about an id holds. Without a file, all is forgotten."""

    def __init__(self, path: Path | None = None) -> None:
        self.objects: dict[str, Object] = {}
        self._kinds: defaultdict[str, dict[str, Object]] = defaultdict(dict)
        self.answers: dict[str, Object] = {}
        self._file: BinaryIO | None = None
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            self._read(path)
        self._file = path.open("ab")

    def keep(self, thing: Object) -> Object:
        """Remember an object as it is now."""
        self._write({"object": thing})
        return self._place(thing)

    def find(self, kind: str, id_: str) -> Object | None:
        found = self.objects.get(id_)
        return found if found is not None and found["object"] == kind else None

    def all(self, kind: str) -> Iterator[Object]:
        """The newest first."""
        return iter(reversed(list(self._kinds[kind].values())))

    def answer(self, key: str, now: int) -> Object | None:
        """What was answered to an idempotency key; keys are forgotten after a day."""
        known = self.answers.get(key)
        return known if known is not None and now < known.get("at", 0) + KEPT else None

    def keep_answer(self, key: str, asked: str, status: int, body: Object, at: int) -> None:
        """asked: what the question was, as a checksum; at: seconds since 1970."""
        answer = {"asked": asked, "status": status, "body": body, "at": at}
        self._write({"key": key, **answer})
        self.answers[key] = answer

    def _place(self, thing: Object) -> Object:
        self.objects[thing["id"]] = self._kinds[thing["object"]][thing["id"]] = thing
        return thing

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _write(self, line: Object) -> None:
        if self._file is None:
            return
        whole = self._file.seek(0, os.SEEK_END)
        data = json.dumps(line, separators=(",", ":")).encode() + b"\n"
        try:
            while data:
                data = data[os.write(self._file.fileno(), data) :]
        except OSError:  # a full disk: half a line would spoil the next one
            self._file.truncate(whole)
            raise

    def _read(self, path: Path) -> None:
        for line in path.read_text("utf-8").splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # the last line of a process that was killed while it wrote
            if "object" in entry:
                self._place(entry["object"])
            else:
                self.answers[entry.pop("key")] = entry


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"
