"""What the measures of the open data are called, and what each counts."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from odsc_counter.monitoring.indicators import INDICATORS


@dataclass(frozen=True)
class Measure:
    """Name and definition of a measure."""

    label: LazyString
    counts: LazyString


_SAME = {
    one.code: Measure(one.label, one.meaning)
    for one in INDICATORS
    if one.code in {"visits", "asked", "applications", "decided", "decided_late", "receipts"}
}
"""What the figures of the offices count too."""
WORDS: dict[str, Measure] = {
    **{name: _SAME[name] for name in ("visits", "asked", "applications", "decided")},
    "decided_on_time": Measure(_("Decided on time"), _("Decisions that came by the promised day.")),
    **{name: _SAME[name] for name in ("decided_late", "receipts")},
}
