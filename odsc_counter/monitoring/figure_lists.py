"""The lists beside the indicators, for the page and as files: waits, services, offices."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from odsc_counter.catalogue.words import LEVEL_NAMES
from odsc_counter.monitoring.answers import Answer
from odsc_counter.monitoring.figure_tables import File
from odsc_counter.monitoring.figures import first_of_month
from odsc_counter.monitoring.queries import OfficeSummary, ServiceSummary
from odsc_counter.monitoring.wording import percent, wait_classes
from odsc_counter.platform.spreadsheet import Cell


@dataclass(frozen=True)
class Band:
    """One class of waiting times: so many people, and where it lies in the whole."""

    number: int
    """From one, the shortest waits first."""
    name: str
    people: int
    share: float | None
    """Part of all who were called; None where nobody was."""
    begins: float
    """The share of all shorter waits."""

    @property
    def said(self) -> str:
        """Its name and share in words."""
        return str(_("%(wait)s: %(share)s", wait=self.name, share=percent(self.share)))


def waits(told: Answer) -> list[Band]:
    """How long people waited, class by class: they lie end to end and are all of them."""
    whole, before, found = told.total.waited, 0, []
    for number, (name, people) in enumerate(
        zip(wait_classes(), told.total.wait_classes, strict=True), 1
    ):
        share = people / whole if whole else None
        found.append(Band(number, name, people, share, before / whole if whole else 0.0))
        before += people
    return found


def waits_file(told: Answer) -> File:
    """The classes of waiting times, with the days that they are of."""
    days = told.first.isoformat(), told.last.isoformat()
    return File(
        _("Waits"),
        [_("From"), _("To"), _("Wait"), _("People"), f"{_('Share')} ({_('parts of one')})"],
        [[*days, band.name, band.people, band.share] for band in waits(told)],
        ["", "", "", "#,##0", "0.0%"],
    )


def services_file(told: Answer, services: list[ServiceSummary], language: str) -> File:
    """The services asked for most, as the page lists them, counted over whole months."""
    months = _months(told.first, told.last)
    return File(
        _("Services"),
        [_("From month"), _("To month"), _("Service"), _("Ministry"), _("Asked for"), _("Served"),
         _("Applications"), f"{_('Fees')} ({_('kip')})"],
        [
            [*months, one.name(language), one.ministry(language), one.asked, one.served,
             one.applications, one.revenue_kip]
            for one in services
        ],
        ["", "", "", "", "#,##0", "#,##0", "#,##0", "#,##0"],
    )  # fmt: skip


def offices_file(told: Answer, offices: list[OfficeSummary], language: str) -> File:
    """How long the offices kept files, counted over whole months; the slowest first."""
    months = _months(told.first, told.last)
    lines: list[list[Cell]] = [
        [*months, one.ministry(language), str(LEVEL_NAMES[one.level]), one.let_go, one.days,
         one.late_rate, one.returned]
        for one in offices
    ]  # fmt: skip
    return File(
        _("Offices"),
        [_("From month"), _("To month"), _("Ministry"), _("Office"), _("Files let go"),
         _("Working days"),
         f"{_('Longer than the step may take')} ({_('parts of one')})",
         _("Back to the citizen")],
        lines,
        ["", "", "", "", "#,##0", "0.0", "0.0%", "#,##0"],
    )  # fmt: skip


def _months(first: date, last: date) -> tuple[str, str]:
    """The first days of the months that were counted, as files write them."""
    return first_of_month(first).isoformat(), first_of_month(last).isoformat()
