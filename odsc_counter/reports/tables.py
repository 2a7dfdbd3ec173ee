"""The tables of a report, made once: page and paper show what they say, files what they hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _

from odsc_counter.catalogue.words import LEVEL_NAMES
from odsc_counter.monitoring.figure_tables import say, unit_of, unit_words
from odsc_counter.monitoring.indicators import Indicator
from odsc_counter.platform import clock
from odsc_counter.platform.lao import Language
from odsc_counter.platform.money import format_number
from odsc_counter.platform.spreadsheet import Cell
from odsc_counter.platform.wording import UNKNOWN, decimal, percent
from odsc_counter.reports import figures, wording
from odsc_counter.reports.content import ABSENT, COMPLETE, PARTIAL, Values
from odsc_counter.reports.figures import Line, value

FORMATS = {"share": "0.0%", "minutes": "0.0", "days": "0.0", "kip": "#,##0", "count": "#,##0"}
CHOSEN = ("tickets", "wait_average", "service_level", "applications", "on_time_rate",
          "first_visit_rate", "revenue")  # fmt: skip
"""The indicators that places and months are shown by; files have all."""
SERVICES_SHOWN = 15
COUNTED = ("asked", "served", "applications", "decided", "decided_on_time", "revenue_kip")


@dataclass(frozen=True)
class Column:
    """A column's head; `kind` is text or number, `format` that of a spreadsheet's numbers."""

    label: str
    kind: str = "text"
    format: str = ""
    in_file: bool = False
    """Whether only files have it."""


@dataclass(frozen=True)
class Told:
    """One cell: what is read, and what a spreadsheet calculates with. None: nothing is known."""

    said: str
    raw: Cell


@dataclass(frozen=True)
class Table:
    """One table, its rows in groups under headings; an empty heading is left out."""

    key: str
    title: str
    columns: list[Column]
    groups: list[tuple[str, list[list[Told]]]]
    note: str = ""
    empty: str = ""
    shown: int | None = None
    """How many rows page and paper have; files have all."""
    shares: Sequence[float] = field(default_factory=tuple)
    """How wide the columns are on paper, as parts of one."""
    in_file: bool = False

    @property
    def rows(self) -> list[list[Told]]:
        """All rows, as a file has them."""
        return [row for _heading, rows in self.groups for row in rows]

    @property
    def heads(self) -> list[Column]:
        """The columns of page and paper."""
        return [one for one in self.columns if not one.in_file]

    def read(self, row: list[Told]) -> list[str]:
        """A row's cells of page and paper."""
        cells = zip(self.columns, row, strict=True)
        return [cell.said for column, cell in cells if not column.in_file]


def tables(content: Values, language: Language) -> list[Table]:
    """All tables of a report in the language of its words, which is the one in force."""
    made = _Tables(content, language)
    return [
        made.indicators(),
        made.compared(),
        *([made.parts()] if content["parts"] else []),
        made.course(),
        made.ministries(),
        made.services(),
        made.offices(),
        made.centres(),
        *([made.changed(), made.changed_returns()] if content["changes"] else []),
        made.corrections(),
        made.sources(),
        made.definitions(),
    ]


def text(words: str) -> Told:
    """A cell of text."""
    return Told(words, words)


def count(number: int | None) -> Told:
    """A cell with a whole number."""
    return Told(UNKNOWN if number is None else format_number(number), number)


class _Tables:
    def __init__(self, content: Values, language: Language) -> None:
        self._content = content
        self._language = language
        self._all = figures.indicators(content, language)
        known = {one.code: one for one in self._all}
        self._chosen = [known[code] for code in CHOSEN if code in known]
        self._others = [one for one in self._all if one.code not in CHOSEN]
        self._places = {one["code"]: one for one in content["parts"]}
        self._names = {one["code"]: self._own(one) for one in content["centres"]}

    def _own(self, row: Values) -> str:
        name: str = row["name"][self._language]
        return name

    def indicators(self) -> Table:
        """All indicators with what they are formed of."""
        lines = figures.lines(self._content, self._language)
        groups = [
            (name, [self._line(line) for line in lines if line.indicator.theme == theme])
            for theme, name in figures.themes(self._content, self._language).items()
        ]
        return Table(
            "indicators",
            _("All indicators"),
            [
                Column(_("Code"), in_file=True), Column(_("Indicator")),
                Column(_("Value"), "number"), Column(_("Numerator"), "number", "#,##0"),
                Column(_("Denominator"), "number", "#,##0"), Column(_("Unit"), in_file=True),
            ],
            groups,
            note=_("* Fewer than 30 cases: too few to compare. Numerators of times are seconds."),
            shares=(0.46, 0.2, 0.17, 0.17),
        )  # fmt: skip

    def _line(self, line: Line) -> list[Told]:
        one = line.indicator
        return [
            text(one.code),
            text(str(one.label)),
            Told(f"{line.said} *" if line.few else line.said, line.value),
            count(line.above),
            count(line.below),
            text(unit_of(one)),
        ]

    def compared(self) -> Table:
        """The centres that are complete in both periods, in both."""
        before = self._content["before"]
        rows = []
        for line in figures.lines(self._content, self._language):
            one, same = line.indicator, line.same
            rows.append(
                [
                    text(str(one.label)),
                    Told(say(one, same.now), same.now),
                    Told(say(one, same.other), same.other),
                    text(same.change or UNKNOWN),
                ]
            )
        coverage = before["coverage"]
        note = _(
            "Only centres that are complete in both periods (%(same)s), so that a late return is"
            " no rise and no fall. In %(before)s %(complete)s of %(centres)s centres were"
            " complete.",
            same=before["same_centres"], before=wording.span(before["period"]),
            complete=coverage["complete"], centres=coverage["centres"],
        )  # fmt: skip
        return Table(
            "compared",
            _("Compared with %(before)s", before=wording.span(before["period"])),
            [
                Column(_("Indicator")), Column(wording.span(self._content["period"]), "number"),
                Column(wording.span(before["period"]), "number"),
                Column(_("Change since then"), "number"),
            ],
            [("", rows)] if before["same_centres"] else [],
            note=note if before["same_centres"] else "",
            empty=_("No centre is complete in both periods: there is nothing to compare."),
            shares=(0.4, 0.22, 0.22, 0.16),
        )  # fmt: skip

    def _figure_columns(self) -> list[Column]:
        shown = [
            Column(unit_words(one) if one.unit in ("kip", "days") else str(one.label), "number",
                   FORMATS[one.unit])
            for one in self._chosen
        ]  # fmt: skip
        return shown + [
            Column(unit_words(one), "number", FORMATS[one.unit], in_file=True)
            for one in self._others
        ]

    def _figures(self, sums: Mapping[str, int] | None) -> list[Told]:
        return [Told(_short(one, value(one, sums)), value(one, sums))
                for one in (*self._chosen, *self._others)]  # fmt: skip

    def parts(self) -> Table:
        """The units right below."""
        rows = [
            [text(one["code"]), text(self._own(one)), _covered(one["coverage"]),
             count(one["coverage"]["complete"]), count(one["coverage"]["centres"]),
             *self._figures(one["figures"])]
            for one in self._content["parts"]
        ]  # fmt: skip
        rows.append(
            [text(self._content["unit"]["code"]), text(_("Together")),
             _covered(self._content["coverage"]),
             count(self._content["coverage"]["complete"]),
             count(self._content["coverage"]["centres"]),
             *self._figures(self._content["figures"])]
        )  # fmt: skip
        return Table(
            "parts",
            _("By province") if self._content["unit"]["level"] == 0 else _("By district"),
            [Column(_("Code"), in_file=True), Column(_("Place")), Column(_("Centres complete")),
             Column(_("Complete"), "number", "#,##0", True),
             Column(_("Centres"), "number", "#,##0", True), *self._figure_columns()],
            [("", rows)],
            note=_("Where no return is signed there is a dash, which is not nought."),
            shares=(0.15, 0.13, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.12),
        )  # fmt: skip

    def course(self) -> Table:
        """Month by month."""
        return Table(
            "course",
            _("Month by month"),
            [Column(_("Month")), Column(_("Returns approved")), *self._figure_columns()],
            [("", [
                [Told(wording.month(one["month"]), one["month"]),
                 text(_("%(number)s of %(all)s", number=one["signed"], all=one["due"])),
                 *self._figures(one["figures"])]
                for one in self._content["course"]
            ])],
            shares=(0.16, 0.12, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.12),
        )  # fmt: skip

    def centres(self) -> Table:
        """Every centre, the absent ones as absent."""
        words = {
            COMPLETE: _("Complete"),
            PARTIAL: _("Some months missing"),
            ABSENT: _("No return"),
        }
        rows = []
        for one in self._content["centres"]:
            standing = words[one["standing"]]
            if one["standing"] == PARTIAL:
                standing = _("%(number)s of %(all)s months",
                             number=len(one["signed"]), all=len(one["due"]))  # fmt: skip
            rows.append(
                [text(one["code"]), text(self._own(one)), text(standing),
                 text(" ".join(month for month in one["due"] if month not in one["signed"])),
                 *self._figures(one["figures"])]
            )  # fmt: skip
        return Table(
            "centres",
            _("By centre"),
            [Column(_("Code"), in_file=True), Column(_("Centre")), Column(_("Returns")),
             Column(_("Months without a return"), in_file=True), *self._figure_columns()],
            [("", rows)],
            empty=_("No centre was open in this period."),
            shares=(0.22, 0.11, 0.09, 0.09, 0.09, 0.1, 0.09, 0.1, 0.11),
        )  # fmt: skip

    def ministries(self) -> Table:
        """What was asked for of each ministry."""
        return Table(
            "ministries",
            _("By ministry"),
            [Column(_("Code"), in_file=True), Column(_("Ministry")), *_counted()],
            [("", [[text(one["code"]), text(self._own(one)), *_counts(one["figures"])]
                   for one in self._content["ministries"]])],
            empty=_("The returns hold no services."),
            shares=(0.31, 0.11, 0.11, 0.11, 0.11, 0.11, 0.14),
        )  # fmt: skip

    def services(self) -> Table:
        """The services asked for most."""
        found = sorted(
            self._content["services"], key=lambda one: (-one["figures"]["asked"], one["code"])
        )
        return Table(
            "services",
            _("Services asked for most"),
            [Column(_("Code")), Column(_("Service")), Column(_("Ministry"), in_file=True),
             *_counted()],
            [("", [[text(one["code"]), text(self._own(one)), text(one["ministry"]),
                    *_counts(one["figures"])] for one in found])],
            note=_("The annex has all services.") if len(found) > SERVICES_SHOWN else "",
            empty=_("The returns hold no services."),
            shown=SERVICES_SHOWN,
            shares=(0.1, 0.27, 0.1, 0.1, 0.1, 0.1, 0.1, 0.13),
        )  # fmt: skip

    def offices(self) -> Table:
        """How long the ministries' offices kept files."""
        rows = []
        for one in self._content["offices"]:
            sums = one["figures"]
            many = sums["let_go"]
            days = sums["let_go_days"] / many if many else None
            late = sums["let_go_late"] / many if many else None
            rows.append(
                [text(self._own(one)), text(str(LEVEL_NAMES.get(one["level"], one["level"]))),
                 count(many), Told(UNKNOWN if days is None else decimal(days), days),
                 Told(percent(late), late), count(sums["returned"])]
            )  # fmt: skip
        return Table(
            "offices",
            _("How long the offices kept files"),
            [Column(_("Ministry")), Column(_("Office")),
             Column(_("Files let go"), "number", "#,##0"),
             Column(_("Working days"), "number", "0.0"),
             Column(_("Longer than the step may take"), "number", "0.0%"),
             Column(_("Back to the citizen"), "number", "#,##0")],
            [("", rows)],
            empty=_("The returns hold no files of offices."),
            shares=(0.3, 0.2, 0.12, 0.12, 0.14, 0.12),
        )  # fmt: skip

    def corrections(self) -> Table:
        """Returns that were signed anew after they had been signed."""
        return Table(
            "corrections",
            _("Corrections after the first signature"),
            [Column(_("Centre")), Column(_("Month")), Column(_("Version"), "number", "0"),
             Column(_("Signed on")), Column(_("Reason"))],
            [("", [
                [text(self._names[one["centre"]]),
                 Told(wording.month(one["month"]), one["month"]), count(one["version"]),
                 text(_day(one["signed_at"])), text(one["reason"])]
                for one in self._content["corrections"]
            ])],
            empty=_("No return of this period was corrected."),
            shares=(0.32, 0.16, 0.1, 0.14, 0.28),
        )  # fmt: skip

    def changed(self) -> Table:
        """The indicators that the version before told otherwise."""
        return Table(
            "changes",
            _("What changed against version %(version)s", version=self._content["version"] - 1),
            [Column(_("Indicator")), Column(_("Before"), "number"), Column(_("Now"), "number")],
            [("", [[text(str(one.label)), text(before), text(now)]
                   for one, before, now in figures.changed(self._content, self._language)])],
            empty=_("The figures are the same."),
            shares=(0.5, 0.25, 0.25),
        )  # fmt: skip

    def changed_returns(self) -> Table:
        """The returns that were not in the version before, or in another version."""
        return Table(
            "changed_returns",
            _("Returns that changed it"),
            [Column(_("Centre")), Column(_("Month")), Column(_("Version before"), "number", "0"),
             Column(_("Version now"), "number", "0")],
            [("", [
                [text(self._names.get(one["centre"], one["centre"])),
                 Told(wording.month(one["month"]), one["month"]), count(one["before"]),
                 count(one["now"])]
                for one in self._content["changes"]["returns"]
            ])],
            empty=_("No return changed."),
            shares=(0.4, 0.2, 0.2, 0.2),
        )  # fmt: skip

    def sources(self) -> Table:
        """Every return that went in, with its hash."""
        return Table(
            "sources",
            _("Returns"),
            [Column(_("Centre")), Column(_("Month")), Column(_("Version"), "number", "0"),
             Column("SHA-256")],
            [("", [[text(one["centre"]), text(one["month"]), count(one["version"]),
                    text(one["hash"])] for one in self._content["sources"]])],
            in_file=True,
        )  # fmt: skip

    def definitions(self) -> Table:
        """What the indicators mean."""
        return Table(
            "definitions",
            _("What is counted"),
            [Column(_("Code")), Column(_("Indicator")), Column(_("Unit")), Column(_("Meaning")),
             Column(_("Counted over")), Column(_("Left out"))],
            [("", [[text(one.code), text(str(one.label)), text(unit_of(one)),
                    text(str(one.meaning)), text(str(one.over or "")),
                    text(str(one.leaves_out or ""))] for one in self._all])],
            in_file=True,
        )  # fmt: skip


def _short(indicator: Indicator, number: float | None) -> str:
    """A value without the unit that its column's head says."""
    if number is not None and indicator.unit == "kip":
        return format_number(round(number))
    if number is not None and indicator.unit == "days":
        return decimal(number)
    return say(indicator, number)


def _covered(coverage: Values) -> Told:
    if not coverage["centres"]:
        return text(_("No centre yet"))
    return text(
        _("%(number)s of %(all)s", number=coverage["complete"], all=coverage["centres"])
    )  # fmt: skip


def _counted() -> list[Column]:
    labels = {
        "asked": _("Asked for"),
        "served": _("Served"),
        "applications": _("Applications"),
        "decided": _("Decided"),
        "decided_on_time": _("Decided on time"),
        "revenue_kip": _("Fee revenue (kip)"),
    }
    return [Column(labels[name], "number", "#,##0") for name in COUNTED]


def _counts(sums: Mapping[str, int]) -> list[Told]:
    return [count(sums[name]) for name in COUNTED]


def _day(moment: str) -> str:
    return f"{clock.local(datetime.fromisoformat(moment)):%d/%m/%Y}"
