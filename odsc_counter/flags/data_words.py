"""What is said of rules that hold a centre against itself or doubt its figures."""

from collections.abc import Mapping

from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _

from odsc_counter.platform.money import format_number

RULES: dict[str, LazyString] = {
    "sudden_change": _("Figures have changed suddenly"),
    "days_missing": _("Days are missing"),
    "unreliable_times": _("Times can't be relied on"),
}
MEASURED: dict[str, LazyString] = {
    "sudden_change": _(
        "Visits, applications or fees of the last seven days, in percent of difference from what is"
        " usual on these weekdays; judged by the eight weeks before, holidays left out"
    ),
    "days_missing": _(
        "Open days of the last thirty without any figures, between days that have some; holidays"
        " are no open days"
    ),
    "unreliable_times": _(
        "The largest of four shares in the last fourteen days: numbers written by hand, services"
        " left open at day end, people served in under a minute on average, numbers issued at"
        " night"
    ),
}
FIGURES: dict[str, LazyString] = {
    "visits": _("Visits in the last seven days"),
    "visits_usual": _("Visits usual on these days"),
    "applications": _("Applications in the last seven days"),
    "applications_usual": _("Applications usual on these days"),
    "revenue_kip": _("Fees of the last seven days, in kip"),
    "revenue_kip_usual": _("Fees usual on these days, in kip"),
    "days_due": _("Open days that were looked at"),
    "tickets": _("Numbers issued in the last fourteen days"),
    "unreliable": _("Numbers with times written by hand"),
    "closed": _("Services left open at day end"),
    "too_fast": _("People served on days with less than a minute each"),
    "off_hours": _("Numbers of the month issued between 20:00 and 6:00"),
}


def situation(rule: str, found: Mapping[str, int]) -> str:
    """What was found, in sentences."""
    if rule == "sudden_change":
        return " ".join(_change(name, found) for name in _CHANGES if f"{name}_change" in found)
    number = format_number(found.get("measured", 0))
    if rule == "days_missing":
        return str(
            ngettext(
                "On %(measured)s open day of the last thirty the centre has no figures, though it"
                " has some before and after.",
                "On %(measured)s open days of the last thirty the centre has no figures, though it"
                " has some before and after.",
                found.get("measured", 0),
                measured=number,
            )
        )
    return " ".join(_share(name, found) for name in _SHARES if f"{name}_share" in found)


_CHANGES = ("visits", "applications", "revenue_kip")
_SHARES = ("unreliable", "closed", "too_fast", "off_hours")


def _change(name: str, found: Mapping[str, int]) -> str:
    """Which way a figure went, and how far from what is usual."""
    change = found[f"{name}_change"]
    said = {
        "now": format_number(found.get(name, 0)),
        "usual": format_number(found.get(f"{name}_usual", 0)),
        "percent": format_number(abs(change)),
    }
    fell = change < 0
    if name == "visits":
        words = (
            gettext(
                "Visits fell by %(percent)s percent: %(now)s instead of %(usual)s in seven days.",
                **said,
            )
            if fell
            else gettext(
                "Visits rose by %(percent)s percent: %(now)s instead of %(usual)s in seven days.",
                **said,
            )
        )
    elif name == "applications":
        words = (
            gettext(
                "Applications fell by %(percent)s percent: %(now)s instead of %(usual)s in seven"
                " days.",
                **said,
            )
            if fell
            else gettext(
                "Applications rose by %(percent)s percent: %(now)s instead of %(usual)s in seven"
                " days.",
                **said,
            )
        )
    else:
        words = (
            gettext(
                "Fees fell by %(percent)s percent: %(now)s instead of %(usual)s kip in seven days.",
                **said,
            )
            if fell
            else gettext(
                "Fees rose by %(percent)s percent: %(now)s instead of %(usual)s kip in seven days.",
                **said,
            )
        )
    return str(words)


def _share(name: str, found: Mapping[str, int]) -> str:
    """How many of what can't be relied on, and the share of all."""
    said = {
        "count": format_number(found.get(name, 0)),
        "share": format_number(found[f"{name}_share"]),
    }
    if name == "unreliable":
        words = gettext(
            "%(count)s numbers of the last fourteen days (%(share)s percent) have times that were"
            " written by hand.",
            **said,
        )
    elif name == "closed":
        words = gettext(
            "%(count)s services (%(share)s percent) were still open when the day was closed.",
            **said,
        )
    elif name == "too_fast":
        words = gettext(
            "%(count)s people (%(share)s percent) were served on days on which serving took less"
            " than a minute on average.",
            **said,
        )
    else:
        words = gettext(
            "%(count)s numbers of the month (%(share)s percent) were issued between 20:00 and"
            " 6:00; the clock of a machine may be wrong.",
            **said,
        )
    return str(words)
