"""`python -m workers`: one worker process, as `colloquy worker` starts it."""

from events.settings import Settings
from workers.run import run

run(Settings())
