"""How many connections a web process takes, and what each may cost it.

granian counts every open connection, idle or slow, and past its limit lets nobody in: its own 1,024 are a denial of
service that one laptop can do. A proxy in front is expected all the same (docs/deploy.md): it is the one that waits
for slow readers, whom granian waits for without an end.
"""

import resource

from granian.http import HTTP1Settings

MOST = 16_384
"""Open connections of one process."""

OTHER_FILES = 256
"""Of the files a process may have open, those that are no visitor: the database, Redis, Stripe, libraries."""

BACKLOG = 4096
"""Connections the kernel keeps while we are busy; it may cut this (net.core.somaxconn)."""

HEADERS = HTTP1Settings(header_read_timeout=30_000, max_buffer_size=64 * 1024)
"""Milliseconds for a request's headers, and for the next request on a kept connection; bytes they may have (431 past
that): granian's own 417 KB are gigabytes on ten thousand connections. A body's time is counted in core/web.py."""


def connections() -> int:
    """As many as there may be, with the files that takes: past that limit accepting fails, and nobody gets in."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + OTHER_FILES
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(64, allowed - OTHER_FILES)
