"""What periods and states of reports are called on pages."""

from datetime import date

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from odsc_counter.places.models import Unit
from odsc_counter.places.wording import short_place
from odsc_counter.platform.lao import Language
from odsc_counter.reports import figures
from odsc_counter.reports.content import ABSENT, COMPLETE, Values
from odsc_counter.reports.periods import Kind, Period
from odsc_counter.reports.queries import DRAFT, PUBLISHED, WITHDRAWN
from odsc_counter.returns import words as returns

KINDS: dict[Kind, LazyString] = {
    "month": _l("Month"),
    "quarter": _l("Quarter"),
    "year": _l("Year"),
}
STATES: dict[str, LazyString] = {
    DRAFT: _l("Draft"),
    PUBLISHED: _l("Made public"),
    WITHDRAWN: _l("Draft withdrawn"),
}
HEADLINE = ("tickets", "service_level", "applications", "on_time_rate")
TONES = {DRAFT: "attention", PUBLISHED: "good", WITHDRAWN: "muted"}


def period(one: Period) -> str:
    """A period's name: September 2026, 3rd quarter of 2026, year 2026."""
    if one.kind == "month":
        return returns.month(one.first)
    if one.kind == "quarter":
        number = (one.first.month + 2) // 3
        return str(_("Quarter %(number)s of %(year)s", number=number, year=one.first.year))
    return str(_("Year %(year)s", year=one.first.year))


def month(text: str) -> str:
    """A month of a report's content in words."""
    return returns.month(date.fromisoformat(f"{text}-01"))


def span(values: Values) -> str:
    """A period of a report's content in words."""
    return period(span_of(values))


def span_of(values: Values) -> Period:
    """A period of a report's content."""
    return Period(
        date.fromisoformat(f"{values['first']}-01"), date.fromisoformat(f"{values['last']}-01")
    )


def place(content: Values) -> str:
    """What a report is of, with its rank."""
    return short_place(unit_of(content["unit"]))


def unit_of(values: Values) -> Unit:
    """A unit as a report keeps it, of no database."""
    return Unit(
        code=values["code"],
        kind=values["kind"],
        level=values["level"],
        name_lo=values["name"]["lo"],
        name_en=values["name"]["en"],
    )


def headline(content: Values, language: Language) -> str:
    """What a report says, in a sentence."""
    where, when = place(content), span(content["period"])
    sums = content["figures"]
    if sums is None:
        return str(
            _("%(place)s, %(period)s: no return is approved, so there are no figures.",
              place=where, period=when)
        )  # fmt: skip
    known = figures.by_code(content, language)
    told = {name: figures.said(known[name], sums) for name in HEADLINE}
    return str(
        _(
            "%(place)s, %(period)s: %(tickets)s queue numbers, %(service_level)s of the services"
            " were called within 30 minutes; %(applications)s files received, %(on_time_rate)s of"
            " the decisions came on time.",
            place=where, period=when, **told,
        )
    )  # fmt: skip


def coverage(content: Values) -> str:
    """How many centres' figures a report holds."""
    return figures.standing_words(content["coverage"])


def missing(content: Values, language: Language) -> list[str]:
    """The centres that are not complete, with what they owe."""
    return [
        str(_("%(centre)s: no return", centre=one["name"][language]))
        if one["standing"] == ABSENT
        else str(
            _("%(centre)s: %(months)s missing", centre=one["name"][language],
              months=", ".join(month(text) for text in one["due"] if text not in one["signed"]))
        )
        for one in content["centres"]
        if one["standing"] != COMPLETE
    ]  # fmt: skip


def methods(content: Values) -> list[str]:
    """How a report's figures came about and what they leave out."""
    return [
        str(_("The figures are the sums of the centres' monthly returns, which the centre's"
              " manager signed and the coordinator approved. Nothing else went in.")),
        str(_("Rates and averages are formed from sums, never from other rates: a province's rate"
              " is that of its people and not the mean of its centres.")),
        str(_("A centre is complete when all its returns of the period are approved. What is"
              " missing is absent and never nought; it is neither guessed nor filled in.")),
        str(_("A rate of fewer than 30 cases is marked with a star and left white on the map.")),
        str(_("The change against the period before is that of the centres that are complete in"
              " both.")),
        str(_("A return that is corrected later does not change this report. A new version says"
              " what changed.")),
        str(_("Not in: what the centres recorded after they signed, work at offices that are no"
              " centre, and how things stood at one moment, such as open files.")),
    ]  # fmt: skip
