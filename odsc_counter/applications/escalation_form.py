"""What a manager types about escalation."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form, IntegerField
from wtforms.validators import InputRequired

from odsc_counter.applications.escalation_models import MOST_DAYS
from odsc_counter.platform.errors import InvalidInput

BOUNDS = _("From %(least)s to %(most)s.", least=1, most=MOST_DAYS)


def _days(label: Any) -> IntegerField:
    return IntegerField(
        label,
        [InputRequired(BOUNDS)],
        render_kw={"min": 1, "max": MOST_DAYS, "inputmode": "numeric"},
    )


class EscalationForm(Form):
    """Working days past the due day, for each level; the fields bear the levels' names."""

    coordinator = _days(_("Working days until the coordinator must know"))
    committee = _days(_("Working days until the committee must know"))
    ministry = _days(_("Working days until the ministry must know"))

    def take(self, error: InvalidInput) -> None:
        """Put what the rules refused beside its field."""
        for name, message in error.fields.items():
            self[name].errors = [message]
