"""The dictionary of the trail of units' offices, in the same shape as `words`."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from odsc_counter.accounts.words import actor, details, subject
from odsc_counter.accounts.words import doing as doing_elsewhere

__all__ = ["KINDS", "actor", "details", "doing", "is_known", "subject", "verbs"]

KINDS: dict[str, LazyString] = {
    "flag": _("Flag"),
    "flag_rule": _("Rule that raises flags"),
    "committee": _("Committee"),
    "committee_member": _("Committee member"),
    "meeting": _("Meeting"),
    "agenda_item": _("Point of the agenda"),
    "meeting_paper": _("Paper of a meeting"),
    "meeting_figures": _("Meeting pack"),
    "attendance": _("Attendance"),
    "resolution": _("Resolution"),
    "action_item": _("Action item"),
    "guideline": _("Guideline"),
    "area_comment": _("Comment"),
    "monthly_return": _("Monthly return"),
    "report": _("Report"),
}
_VERBS: dict[tuple[str, str], LazyString] = {
    ("flag", "raise"): _("Flag raised"),
    ("flag", "see_again"): _("Found again"),
    ("flag", "subside"): _("No longer found"),
    ("flag", "assign"): _("Given to a person"),
    ("flag", "answer"): _("Answered"),
    ("flag", "snooze"): _("Put aside until a day"),
    ("flag", "wake"): _("Back after it was put aside"),
    ("flag", "escalate"): _("Passed up to the next level"),
    ("flag", "hand_back"): _("Handed back to the level below"),
    ("flag", "close"): _("Flag closed"),
    ("flag_rule", "set"): _("Rule set for the unit"),
    ("flag_rule", "return_to_above"): _("Rule left to the level above"),
    ("monthly_return", "approve"): _("Monthly return approved"),
    ("monthly_return", "send_back"): _("Monthly return sent back"),
    ("report", "draft"): _("Report drafted"),
    ("report", "publish"): _("Report published"),
    ("report", "withdraw"): _("Draft of a report withdrawn"),
    ("committee", "set_up"): _("Committee set up or changed"),
    ("committee_member", "seat"): _("Seat given"),
    ("committee_member", "change"): _("Seat changed or renewed"),
    ("committee_member", "end"): _("Seat ended"),
    ("agenda_item", "add"): _("Put on the agenda"),
    ("agenda_item", "move"): _("Moved on the agenda"),
    ("agenda_item", "withdraw"): _("Taken off the agenda"),
    ("meeting_paper", "add"): _("Paper added"),
    ("meeting_paper", "withdraw"): _("Paper withdrawn"),
    ("meeting", "attend"): _("Attendance noted"),
    ("meeting", "plan"): _("Meeting planned"),
    ("meeting", "freeze"): _("Meeting pack made"),
    ("meeting", "change"): _("Meeting changed"),
    ("meeting", "invite"): _("Invitation sent"),
    ("meeting", "open"): _("Meeting opened"),
    ("meeting", "end"): _("Meeting ended"),
    ("meeting", "write"): _("Minutes written"),
    ("meeting", "sign"): _("Minutes signed off"),
    ("meeting", "call_off"): _("Meeting called off"),
    ("resolution", "propose"): _("Resolution proposed"),
    ("resolution", "reword"): _("Proposal reworded"),
    ("resolution", "confirm"): _("Confirmed as proposed"),
    ("resolution", "amend"): _("Confirmed with amendments"),
    ("resolution", "defer"): _("Deferred"),
    ("resolution", "reject"): _("Rejected"),
    ("resolution", "reopen"): _("Decision taken back before the sign-off"),
    ("guideline", "issue"): _("Guideline issued to all centres"),
    ("action_item", "give"): _("Action item given"),
    ("action_item", "note"): _("Progress noted"),
    ("action_item", "report"): _("Reported as done"),
    ("action_item", "accept"): _("Accepted as done"),
    ("action_item", "return"): _("Returned: not done yet"),
    ("action_item", "move_due"): _("Due day moved"),
    ("action_item", "remind"): _("Reminded"),
    ("action_item", "cancel"): _("Action item cancelled"),
}


def doing(kind: str, verb: str) -> str:
    """What was done, for people."""
    known = _VERBS.get((kind, verb))
    return str(known) if known is not None else doing_elsewhere(kind, verb)


def verbs() -> list[tuple[str, str]]:
    """Every doing of an office as `kind.verb` and its words, for a filter."""
    return [(f"{kind}.{verb}", str(words)) for (kind, verb), words in _VERBS.items()]


def is_known(kind: str, verb: str) -> bool:
    """Whether this dictionary has words for the doing."""
    return (kind, verb) in _VERBS
