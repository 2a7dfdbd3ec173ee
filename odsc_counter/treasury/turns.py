"""One at a time: who closes a day or takes money out of the safe holds the centre's turn.

Whoever writes a posting, a receipt or a till shares the turn, which the triggers of the tables
see to (migration 0018). SQLite has one writer anyway.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from odsc_counter.platform.tenancy import Scope

TURN = 8400
"""The class of the advisory lock, as the triggers know it."""


def hold(session: Session) -> None:
    """Wait until nobody writes money in this centre, and keep it so until the commit."""
    if session.get_bind().dialect.name == "postgresql":
        scope: Scope = session.info["scope"]
        session.execute(select(func.pg_advisory_xact_lock(TURN, scope.centre_id)))
