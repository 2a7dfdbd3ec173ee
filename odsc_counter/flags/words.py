"""What rules, states and situations are called on pages, in plain words."""

from collections.abc import Mapping

from flask_babel import LazyString, force_locale, gettext, ngettext
from flask_babel import lazy_gettext as _

from odsc_counter.catalogue.words import LEVEL_NAMES
from odsc_counter.flags import data_words, lifecycle
from odsc_counter.flags.queries import LATE, FlagRow
from odsc_counter.flags.rules import COUNT, DAYS, PERCENT
from odsc_counter.monitoring.figures import TARGET_WAIT_MINUTES
from odsc_counter.monitoring.wording import UNKNOWN
from odsc_counter.places.wording import language, place
from odsc_counter.platform.money import format_number

RULES: dict[str, LazyString] = {
    "office_slow": _("An office holds files too long"),
    "silent_centre": _("A centre has fallen silent"),
    "waits_over_target": _("People wait too long"),
    "voids_spike": _("Many receipts are voided"),
    "till_left_open": _("A till was left open"),
    "fee_deviation": _("A local amount differs from the published one"),
    "uncollected": _("Results are not collected"),
    **data_words.RULES,
}
MEASURED: dict[str, LazyString] = {
    "office_slow": _("Files with one office that are overdue or kept longer than the standard"),
    "silent_centre": _("Open days running without any figures, today left out"),
    "waits_over_target": _(
        "Share of people called within 30 minutes, missed on three open days running;"
        " days with fewer than 20 people are not judged"
    ),
    "voids_spike": _(
        "Voids of the last seven days, in percent of what the four weeks before let expect;"
        " fewer than five are not judged"
    ),
    "till_left_open": _("Tills of an earlier day that are not closed and signed off"),
    "fee_deviation": _("Amounts in force at the centre that differ from the published ones"),
    "uncollected": _("Results that lie ready and that nobody has collected"),
    **data_words.MEASURED,
}
"""What the threshold of a rule counts."""

STATES: dict[str, LazyString] = {
    lifecycle.OPEN: _("Not answered"),
    lifecycle.ANSWERED: _("Answered"),
    lifecycle.SNOOZED: _("Put aside"),
    lifecycle.CLOSED: _("Closed"),
}
TONES = {
    lifecycle.OPEN: "attention",
    lifecycle.ANSWERED: "active",
    lifecycle.SNOOZED: "paused",
    lifecycle.CLOSED: "muted",
}
"""How a state looks beside its words."""
SHOWS: dict[str, LazyString] = {
    "live": _("All that are not closed"),
    LATE: _("Late"),
    **STATES,
    "all": _("All"),
}
LEVELS: dict[int, LazyString] = {2: _("District"), 1: _("Province"), 0: _("Nation")}
"""Whose office must act."""

FIGURES: dict[str, LazyString] = {
    "overdue": _("Files whose promised day has passed"),
    "over_standard": _("Files kept longer than the standard of the step"),
    "files_open": _("Files that lie with the office"),
    "held_longest": _("Working days of the file that has lain there longest"),
    "voids": _("Voids in the last seven days"),
    "receipts": _("Receipts in the last seven days"),
    "voids_before": _("Voids in the four weeks before"),
    "receipts_before": _("Receipts in the four weeks before"),
    "judged": _("People judged"),
    "in_target": _("Of them called within 30 minutes"),
    "uncollected_days": _("Days that the oldest of them has lain there"),
    **data_words.FIGURES,
}


def rule_name(rule: str) -> str:
    """What a rule is called; its code where an earlier release had it."""
    return str(RULES.get(rule, rule))


def subject(row: FlagRow) -> str:
    """What a flag is about: the ministry's office and the centre, or the centre, or the unit."""
    lang = language()
    where = row.centre.name(lang) if row.centre is not None else place(row.place)
    if row.ministry is None:
        return where
    level = LEVEL_NAMES.get(row.flag.office_level)
    office = row.ministry.name(lang)
    if level is not None:
        office = gettext("%(ministry)s, %(level)s", ministry=office, level=level)
    return str(gettext("%(office)s – %(centre)s", office=office, centre=where))


def title(row: FlagRow) -> str:
    """A flag in one line, for lists and agendas."""
    return str(
        gettext("%(rule)s: %(subject)s", rule=rule_name(row.flag.rule), subject=subject(row))
    )


def titles(row: FlagRow) -> dict[str, str]:
    """The same in both languages, for what is kept as it is said today."""
    said = {}
    for code in ("lo", "en"):
        with force_locale(code):
            said[code] = title(row)
    return said


def amount(unit: str, value: int) -> str:
    """A threshold or a measured value in the rule's own unit."""
    number = format_number(value)
    if unit == DAYS:
        return str(ngettext("%(number)s day", "%(number)s days", value, number=number))
    return f"{number} %" if unit == PERCENT else number


def situation(rule: str, figures: Mapping[str, int]) -> str:
    """What was found, in a sentence. A rule that is not known any more says its numbers alone."""
    unknown = dict.fromkeys(("measured", *FIGURES), UNKNOWN)  # what an earlier release didn't keep
    number = {**unknown, **{name: format_number(value) for name, value in figures.items()}}
    measured = figures.get("measured", 0)
    if rule == "office_slow":
        return str(
            gettext(
                "Of %(files_open)s files with this office %(overdue)s are overdue, and"
                " %(over_standard)s were kept longer than the step may take.",
                **number,
            )
        )
    if rule == "silent_centre":
        return str(
            ngettext(
                "No figures came from this centre on the last %(measured)s open day.",
                "No figures came from this centre on the last %(measured)s open days.",
                measured,
                measured=number["measured"],
            )
        )
    if rule == "waits_over_target":
        return str(
            gettext(
                "On three open days running fewer people than wanted were called within"
                " %(minutes)s minutes: %(measured)s percent of %(judged)s.",
                minutes=TARGET_WAIT_MINUTES,
                **number,
            )
        )
    if rule == "voids_spike":
        return str(
            gettext(
                "%(voids)s of %(receipts)s receipts of the last seven days were voided; in the"
                " four weeks before it were %(voids_before)s of %(receipts_before)s.",
                **number,
            )
        )
    if rule == "till_left_open":
        return str(
            ngettext(
                "%(measured)s till of an earlier day is not closed.",
                "%(measured)s tills of an earlier day are not closed.",
                measured,
                measured=number["measured"],
            )
        )
    if rule == "fee_deviation":
        return str(
            ngettext(
                "%(measured)s amount in force here differs from the published one.",
                "%(measured)s amounts in force here differ from the published ones.",
                measured,
                measured=number["measured"],
            )
        )
    if rule == "uncollected":
        return str(
            gettext(
                "%(measured)s results lie ready and were not collected, the oldest for"
                " %(uncollected_days)s days.",
                **number,
            )
        )
    if rule in data_words.RULES:
        return data_words.situation(rule, figures)
    return ", ".join(f"{name} {number[name]}" for name in figures)


def figures(found: Mapping[str, int]) -> list[tuple[str, str]]:
    """The figures behind a situation, by name, beside what is measured and allowed."""
    return [
        (str(label), format_number(found[name])) for name, label in FIGURES.items() if name in found
    ]


UNITS: dict[str, LazyString] = {
    DAYS: _("open days"),
    PERCENT: _("percent"),
    COUNT: _("number"),
}
