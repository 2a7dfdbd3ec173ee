"""What resolutions and their decisions are called."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from odsc_counter.committees import lifecycle
from odsc_counter.committees.models import Resolution
from odsc_counter.places.models import Unit

STATES: dict[str, LazyString] = {
    lifecycle.PROPOSED: _("Proposed"),
    lifecycle.CONFIRMED: _("Confirmed as proposed"),
    lifecycle.AMENDED: _("Confirmed with amendments"),
    lifecycle.DEFERRED: _("Deferred"),
    lifecycle.REJECTED: _("Rejected"),
}
TONES = {
    lifecycle.PROPOSED: "attention",
    lifecycle.CONFIRMED: "good",
    lifecycle.AMENDED: "good",
    lifecycle.DEFERRED: "paused",
    lifecycle.REJECTED: "bad",
}
"""How a state looks beside its words."""

VERBS: dict[str, LazyString] = {
    "confirm": _("Confirmed as proposed"),
    "amend": _("Confirmed with amendments"),
    "defer": _("Deferred"),
    "reject": _("Rejected"),
}
"""The four decisions, in the order of the workshop's form."""

WAYS: dict[str, LazyString] = {
    "consensus": _("By consensus"),
    "vote": _("By vote"),
}

PRESENCES: dict[str, LazyString] = {
    "present": _("Present"),
    "excused": _("Excused"),
    "absent": _("Absent"),
}


def label(resolution: Resolution, unit: Unit) -> str:
    """Number, year and committee, as papers show it: 12/2026-LA01."""
    return f"{resolution.number}/{resolution.year}-{unit.code}"


def title(resolution: Resolution, language: str) -> str:
    """The title in a language; Lao where there is no other."""
    return (resolution.title_en if language == "en" else "") or resolution.title_lo


def text_in_force(resolution: Resolution, language: str) -> str:
    """The words that hold: the amended ones where there are, else as proposed."""
    lao = resolution.amended_lo if resolution.state == lifecycle.AMENDED else resolution.text_lo
    return (english_in_force(resolution) if language == "en" else "") or lao


def english_in_force(resolution: Resolution) -> str:
    """The English words that hold; empty where nobody has translated them."""
    is_amended = resolution.state == lifecycle.AMENDED
    return resolution.amended_en if is_amended else resolution.text_en
