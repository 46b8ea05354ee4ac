"""The browser of the tests: the system's Chromium, else Playwright's own download, else, as root on Debian, apt's.

`python -m tests.chromium` brings one where it can; `make test` calls it. It never fails: a run without a browser says
so at its end, and in CI it does not begin.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
)
HOW = (
    "apt-get install chromium" if os.geteuid() == 0 else f"{sys.executable} -m playwright install --with-deps chromium"
)


def find() -> Path | None:
    """A browser that starts."""
    for name in NAMES:
        if (found := shutil.which(name)) and _starts(Path(found)):
            return Path(found)
    cache = Path("~/Library/Caches" if sys.platform == "darwin" else "~/.cache").expanduser() / "ms-playwright"
    downloads = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", cache))
    for pattern in ("chrome-linux*/chrome", "chrome-mac*/*.app/Contents/MacOS/*"):
        for path in sorted(downloads.glob(f"chromium-*/{pattern}"), reverse=True):
            if _starts(path):
                return path
    return None


def bring() -> Path | None:
    """Find a browser, or install one."""
    if found := find():
        return found
    print("No Chromium here; trying Playwright's …", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if (found := find()) or os.geteuid() != 0 or not shutil.which("apt-get"):
        return found
    print("Trying apt's …", flush=True)
    subprocess.run(["apt-get", "update", "--quiet"], check=False)
    quietly = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "install", "--yes", "--quiet", "chromium"], check=False, env=quietly)
    return find()


def _starts(path: Path) -> bool:
    try:
        done = subprocess.run([path, "--version", "--no-sandbox"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    if bring() is None:
        print(f"Still no browser. This helps: {HOW}")
