"""What states, roles and presences of committees are called on pages and papers."""

from flask_babel import lazy_gettext as _

from odsc_counter.committees.lifecycle import (
    CALLED_OFF,
    HELD,
    IN_SESSION,
    INVITED,
    PLANNED,
    SIGNED,
)

STATES = {
    PLANNED: _("Planned"),
    INVITED: _("Invited"),
    IN_SESSION: _("In session"),
    HELD: _("Held, minutes open"),
    SIGNED: _("Minutes signed off"),
    CALLED_OFF: _("Called off"),
}
STATE_TONES = {
    PLANNED: "info",
    INVITED: "info",
    IN_SESSION: "active",
    HELD: "attention",
    SIGNED: "good",
    CALLED_OFF: "muted",
}
ROLES = {
    "chair": _("Chairperson"),
    "deputy": _("Vice-chairperson"),
    "secretary": _("Secretary"),
    "member": _("Member"),
}
PRESENCES = {
    "present": _("Present"),
    "excused": _("Excused"),
    "absent": _("Absent"),
}
KINDS = {
    "flag": _("Flag"),
    "action": _("Action item"),
    "resolution": _("Deferred resolution"),
    "topic": _("Other matter"),
}
