"""`colloquy web`.

The process that starts the others loads the application first, and they are forked from it: what is loaded is in the
memory once, however many they are.
"""

import gc
import importlib
import multiprocessing
import os
import threading
import time
from typing import Any

import click
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from events.core import closing, visitors
from events.settings import Settings

APP = "events.app:create"
KILL = 10
"""Seconds that requests which are being answered have to end."""


class Server(MPServer):
    """granian, which ends politely: see core/closing.py. A second signal ends it at once."""

    closing = False

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        if self.closing or multiprocessing.parent_process() is not None:
            self.stop_now()
            return
        self.closing = True
        for worker in self.wrks:
            worker.interrupt_by_parent = True  # it ends by itself, which is no accident
        for child in multiprocessing.active_children():
            os.kill(child.pid or 0, closing.SIGNAL)
        threading.Thread(target=self.stop_when_they_have, daemon=True).start()

    def stop_when_they_have(self) -> None:
        until = time.monotonic() + closing.PATIENCE + KILL
        while time.monotonic() < until and any(worker.is_alive() for worker in self.wrks):  # type: ignore[no-untyped-call]
            time.sleep(0.05)
        self.stop_now()

    def stop_now(self) -> None:
        super().signal_handler_interrupt()  # type: ignore[no-untyped-call]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes that share the port.")
def command(host: str, port: int, workers: int) -> None:
    """Serve the pages. Needs PostgreSQL and Redis, see docs/deploy.md."""
    Settings().require("database_url", "redis_url", "secret_key")
    # Looking for garbage writes into every object, and a page that is written to is no longer shared. What is loaded
    # is no garbage: 1 of 2 processes takes 25 MB less.
    importlib.import_module(APP.partition(":")[0])
    gc.collect()
    gc.freeze()
    Server(
        APP,
        factory=True,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,  # what proxies speak; without it a connection is first listened to for HTTP/2
        address=host,
        port=port,
        workers=workers,
        backlog=visitors.BACKLOG,
        backpressure=visitors.connections(),
        http1_settings=visitors.HEADERS,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=workers > 1,  # one alone ends, and whoever started it sees that
        workers_kill_timeout=KILL,
    ).serve()
