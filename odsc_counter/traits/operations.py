"""Noting who came. It joins the transaction of whoever asks, and leaves no event."""

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from odsc_counter.platform.errors import InvalidInput
from odsc_counter.traits.models import TRAITS, WhoCame


def note(session: Session, day: date, said: Mapping[str, str]) -> None:
    """Count one person who was asked, in the month of a centre's own `day`.

    `said` holds what was said by trait (see TRAITS); a trait that is missing or empty was not
    said. Raises InvalidInput for a trait or an answer that is not asked for.
    """
    wrong = {name for name, value in said.items() if value and value not in TRAITS.get(name, ())}
    if wrong:
        raise InvalidInput({name: _("Choose one of the list.") for name in sorted(wrong)})
    session.add(
        WhoCame(month=day.replace(day=1), **{trait: said.get(trait) or None for trait in TRAITS})
    )
