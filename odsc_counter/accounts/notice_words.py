"""What a notice says happened, in plain words."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

KINDS: dict[str, LazyString] = {
    "flag_raised": _("A new flag lies with your office"),
    "flag_escalated": _("A flag was passed up to your office"),
    "flag_handed_back": _("A flag was handed back to your office"),
    "flag_assigned": _("A flag was given to you"),
    "action_given": _("An action item was given to you"),
    "action_reported": _("An action item is reported as done and waits for your decision"),
    "action_accepted": _("Your action item was accepted as done"),
    "action_sent_back": _("Your action item was sent back"),
    "action_due": _("Your action item is due or overdue"),
    "meeting_invited": _("You are invited to a meeting"),
    "meeting_called_off": _("A meeting was called off"),
    "return_due": _("A month is over: its return waits for your signature"),
    "return_late": _("The monthly return of your centre is late"),
    "return_signed": _("A centre's monthly return waits for your approval"),
    "return_waits": _("A monthly return has waited a week for your approval"),
    "return_approved": _("Your monthly return was approved"),
    "return_sent_back": _("Your monthly return was sent back"),
    "mentioned": _("Somebody has mentioned you"),
}


def said(kind: str) -> str:
    """What happened; the kind itself where an earlier release had it."""
    return str(KINDS.get(kind, kind))
