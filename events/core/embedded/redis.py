"""Redis of our own, on a private socket. It keeps nothing on disk: the database is the truth, the queue a doorbell."""

import os
import signal
import socket

from events.core.embedded import programs
from events.core.embedded.home import Home
from events.core.embedded.process import Process

LADDER = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))


class Redis:
    """One server."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.socket = home.sockets / "redis"
        self.process = Process(home, "redis-server", home.directory("redis"), LADDER)

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    @property
    def running(self) -> bool:
        return self.process.running

    def start(self) -> None:
        """Start it. Returns when it answers."""
        self.process.end_leftovers()
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.process.directory),
            "save": "",
            "appendonly": "no",
            "daemonize": "no",
            "maxmemory-policy": "noeviction",
        }
        arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
        self.process.start([programs.redis(self.home), *arguments], environment, self._answers)

    def stop(self) -> None:
        self.process.stop()

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(1)
            try:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(7) == b"+PONG\r\n"
            except OSError:
                return False
