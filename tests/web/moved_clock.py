"""The product's own commands by a clock that stands ahead of, or behind, the real one.

`python -m tests.web.moved_clock serve` is `odsc-counter serve`. The file that
ODSC_TEST_CLOCK names holds by how many seconds, and is read anew each time the clock is asked.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from odsc_counter.cli import main
from odsc_counter.platform import clock

MOVED_BY = "ODSC_TEST_CLOCK"

if __name__ == "__main__":
    moved_by = Path(os.environ[MOVED_BY])

    def moved() -> datetime:
        """This instant, moved by what the file says."""
        return datetime.now(UTC) + timedelta(seconds=int(moved_by.read_text()))

    with clock.use(moved):
        main()
