"""A process that recomputes rollups until somebody kills it.

python -m tests.monitoring.refreshing URL
"""

import sys

from odsc_counter.monitoring import rollups
from odsc_counter.platform.database import Database, use_database


def main() -> None:
    """Say that it has begun, and never stop: two marks a round, so that rounds are many."""
    use_database(Database(sys.argv[1]))
    print("ready", flush=True)  # noqa: T201 - the test waits for it
    while True:
        rollups.refresh(limit=2)


if __name__ == "__main__":
    main()
