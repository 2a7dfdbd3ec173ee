"""What rules and parts of the schedule are called on pages."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from odsc_counter.catalogue import fee_rules

PARTS: dict[str, LazyString] = {
    fee_rules.ONE_OF: _("Base fee: one of them is charged"),
    fee_rules.EXTRA: _("Extra: added on request"),
    fee_rules.FINE: _("Fine: for lateness"),
}
RULES: dict[str, LazyString] = {
    fee_rules.FIXED: _("Fixed amount"),
    fee_rules.PER_UNIT: _("Amount per unit"),
    fee_rules.STEPPED: _("Steps by a measure"),
    fee_rules.PERCENT: _("Percentage of the declared value"),
    fee_rules.FINE_DAY: _("Amount per day late"),
    fee_rules.FINE_PERCENT: _("Percentage of the fee for lateness"),
}
