"""Structured log lines on standard error, one JSON object each, without secrets and without e-mail addresses."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_LONG = re.compile(
    r"\b(?:sk|rk|whsec)_[A-Za-z0-9_]+"
    r"|(?<=[/=])(?=[A-Za-z0-9_-]*[A-Z])[A-Za-z0-9_-]{22,}(?=[/?&.\s\"']|$)"
)
_SECRET_KEYS = frozenset({"password", "token", "secret", "cookie", "authorization", "email", "code"})


def without_secrets(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank what must not be kept: addresses, long tokens in paths, and keys that name a secret."""
    for key, value in line.items():
        if key in _SECRET_KEYS:
            line[key] = "…"
        elif isinstance(value, str):
            line[key] = _LONG.sub("…", _EMAIL.sub("…@…", value))
    return line


def start(level: str) -> None:
    """Set the process's logging up; the libraries' own loggers go the same way."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            without_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Foreign())
    logging.basicConfig(level=max(logging.getLevelNamesMapping()[level], logging.INFO), handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "tortoise", "_granian", "granian.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


class _Foreign(logging.Formatter):
    """A library's log record as one of our lines."""

    _render = structlog.processors.JSONRenderer(ensure_ascii=False)

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"event": record.getMessage(), "logger": record.name, "level": record.levelname.lower()}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        rendered = self._render(None, "", without_secrets(None, "", line))
        return rendered if isinstance(rendered, str) else rendered.decode()


log: structlog.stdlib.BoundLogger = structlog.get_logger()
