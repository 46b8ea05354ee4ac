"""Structured log lines on standard error, one JSON object each, without secrets and without e-mail addresses."""

import contextlib
import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

_EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_LONG = re.compile(
    r"\b(?:sk|rk|whsec)_[A-Za-z0-9_]+"
    r"|(?<=[/=])(?=[A-Za-z0-9_-]*[A-Z])[A-Za-z0-9_-]{22,}(?=[/?&.\s\"']|$)"
    r"|(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*[0-9_-])[A-Za-z0-9_-]{22,}(?![\w-])"
    r"|\b[0-9a-f]{32,}\b"
)
"""Tokens as `secrets.token_urlsafe` and base64 MACs make them, wherever they stand; MACs in hex; Stripe's keys."""

_BREAKS = re.compile("[\x7f-\x9f\u2028\u2029]")
"""What JSON leaves as it is, and some terminals and readers take for a new line or a command."""

_SECRET_KEYS = frozenset({"password", "token", "secret", "cookie", "authorization", "email", "code"})


def without_secrets(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank what must not be kept: addresses, long tokens in paths, and keys that name a secret."""
    for key, value in line.items():
        line[key] = "…" if key in _SECRET_KEYS else _scrubbed(value)
    return line


def _scrubbed(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, dict):
        return {name: "…" if name in _SECRET_KEYS else _scrubbed(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_scrubbed(one) for one in value]
    return _BREAKS.sub(" ", _LONG.sub("…", _EMAIL.sub("…@…", str(value))))


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
        logger_factory=structlog.PrintLoggerFactory(_Lossy(sys.stderr)),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Foreign())
    logging.basicConfig(level=max(logging.getLevelNamesMapping()[level], logging.INFO), handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "tortoise", "_granian", "granian.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


class _Lossy:
    """Where lines go. One that finds the disk full, or the reader gone, is lost, and nothing else is."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, words: str) -> int:
        with contextlib.suppress(OSError):
            return self._file.write(words)
        return 0

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._file.flush()


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
