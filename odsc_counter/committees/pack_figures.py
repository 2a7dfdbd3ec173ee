"""The figures of a meeting pack: tiles, comparison, charts, and the tables of the centres."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any
from xml.sax.saxutils import escape  # only writes: no document is parsed here

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Paragraph, Table

from odsc_counter.committees import pack_words as words
from odsc_counter.committees.paper import WIDTH, CommitteePaper, Values
from odsc_counter.platform import pdf
from odsc_counter.platform.lao import Language, month_name
from odsc_counter.platform.pdf.charts import BLUE, RED, MonthBars, Named, named_bars
from odsc_counter.platform.pdf.styles import LINE, MUTED

CHARTED = 20
"""With more centres than this a chart has a bar for each part of the area instead."""
FIGURES = ("tickets", "within_target", "applications", "decided", "on_time", "receipts", "voids",
           "revenue_kip")  # fmt: skip
SHARES = {"within_target": ("in_target", "judged"), "on_time": ("decided_on_time", "decided")}
"""Figures that are a share of another one."""
TILES: list[Any] = [
    ("BOX", (0, 0), (-1, -1), 0.4, LINE),
    ("INNERGRID", (0, 0), (-1, -1), 0.4, LINE),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 3),
    ("RIGHTPADDING", (0, 0), (-1, -1), 3),
]
OFFICE = ("files_open", "due_soon", "overdue", "over_standard")
NOW = ("files_open", "files_due_soon", "files_overdue", "files_incomplete", "uncollected",
       "tills_left_open")  # fmt: skip


class PackFigures(CommitteePaper):
    """The pages of a pack that are made of numbers."""

    def __init__(self, content: Values, language: Language) -> None:
        super().__init__(content, language)
        self.large = pdf.paragraph_style(
            "large", 15, fontName=pdf.BOLD, alignment=TA_CENTER, leading=22
        )
        self.small_name = pdf.paragraph_style("name", 7, alignment=TA_CENTER, textColor=MUTED)
        self._has_parts = len(content["centres"]) > CHARTED

    def month_name(self, key: str) -> str:
        """The name of the month that the content has under this key."""
        first = date.fromisoformat(self.content[key])
        return f"{month_name(first.month, self.first)} {first.year}"

    def figure(self, key: str, measures: Values | None) -> str:
        """A figure of a month in words; a dash where nobody has said anything."""
        if measures is None:
            return words.UNKNOWN
        if key in SHARES:
            part, whole = SHARES[key]
            return words.percent(measures[part], measures[whole])
        return words.number(measures[key])

    def key_figures(self) -> list[Flowable]:
        """The area now in tiles, and its month beside the month before."""
        total = self.content["total"]
        now = [
            ("centres", total["centres"]),
            ("reporting", total["reporting"]),
            *((key, total[key]) for key in NOW),
        ]
        month, before = self.content["month_total"], self.content["before_total"]
        rows = [
            [
                Paragraph(self.tell(key), self.cell),
                *(self.numbers(self.figure(key, one)) for one in (month, before)),
                self.numbers(self._change(key)),
            ]
            for key in FIGURES
        ]
        table = self.table(
            ["figure", "this_month", "month_before", "change"], rows,
            (0.4, 0.22, 0.22, 0.16), numbers=1,
        )  # fmt: skip
        return [
            *self.heading("key_figures"),
            self._tiles(now),
            *self.heading("of_month", month=self.month_name("month")),
            self.word("compared", "small", before=self.month_name("before")),
            table,
        ]

    def _tiles(self, figures: Sequence[tuple[str, int]]) -> Table:
        """Numbers in large letters over their names, side by side."""
        width = WIDTH / len(figures)
        cells = [
            [
                Paragraph(words.number(value), self.large),
                Paragraph(escape(self.tell(key)), self.small_name),
            ]
            for key, value in figures
        ]
        return Table([cells], colWidths=[width] * len(figures), style=TILES)

    def _change(self, key: str) -> str:
        """How much a figure has grown, in percent of what it was; points for a share."""
        month, before = self.content["month_total"], self.content["before_total"]
        if month is None or before is None:
            return words.UNKNOWN
        if key in SHARES:
            part, whole = SHARES[key]
            if not (month[whole] and before[whole]):
                return words.UNKNOWN
            points = (month[part] / month[whole] - before[part] / before[whole]) * 100
            return self.tell("points", number=words.signed(points))
        if not before[key]:
            return words.UNKNOWN
        return f"{words.signed((month[key] - before[key]) / abs(before[key]) * 100)}%"

    def _name(self, both: dict[str, str]) -> Paragraph:
        return self.lines(self.own(both))[0]

    def charts(self) -> list[Flowable]:
        """Overdue files, waits within the target, and files month by month."""
        if not self.content["centres"]:
            return [self.word("no_centres")]
        groups = self._groups()
        bars = partial(named_bars, width=WIDTH, style=self.number_cell)
        overdue = [
            Named(name, known["files_overdue"] if known else None,
                  words.number(known["files_overdue"]) if known else words.UNKNOWN)
            for name, known, _measures in groups
        ]  # fmt: skip
        target = [
            Named(
                name,
                measures["in_target"] / measures["judged"]
                if measures and measures["judged"]
                else None,
                self.figure("within_target", measures),
            )
            for name, _known, measures in groups
        ]
        trend = self.content["trend"]
        months = MonthBars(
            WIDTH,
            [f"{date.fromisoformat(one['month']):%m/%Y}" for one in trend],
            [(self.tell(key), [one[key] for one in trend]) for key in ("applications", "decided")],
        )
        return [
            CondPageBreak(60 * mm),
            self.word("chart_overdue", "heading"),
            bars(overdue, colour=RED),
            CondPageBreak(60 * mm),
            self.word("chart_target", "heading", month=self.month_name("month")),
            bars(target, colour=BLUE, top=1),
            KeepTogether([self.word("chart_files", "heading"), months]),
        ]

    def _groups(self) -> list[tuple[Paragraph, Values | None, Values | None]]:
        """What a chart compares: centres, or the area's parts where there are many centres.

        Each with its present counts and its figures of the month; None where it has none.
        """
        centres = self.content["centres"]
        if not self._has_parts:
            return [(self._name(one["name"]), one["now"], one["month"]) for one in centres]
        return [
            (
                Paragraph(escape(words.place(part, self.first)), self.cell),
                _added(one["now"] for one in own),
                _added(one["month"] for one in own),
            )
            for part, own in self._parts()
        ]

    def _parts(self) -> list[tuple[Values, list[Values]]]:
        """The area's parts that have centres, with these; by code."""
        parts = {part["code"]: part for part in self.content["parts"]}
        found: dict[str, list[Values]] = defaultdict(list)
        for one in self.content["centres"]:
            # A province's own centre lies in the province, and in none of its districts.
            code = max((code for code in parts if one["unit"].startswith(code)), key=len)
            found[code].append(one)
        return [(parts[code], found[code]) for code in sorted(found)]

    def _per_centre(
        self,
        of_centre: Callable[[Values], list[Any]],
        of_part: Callable[[Values, list[Values]], list[Any]],
    ) -> list[list[Any]]:
        """A row for each centre; where there are many, below a row of their part's sums."""
        rows: list[list[Any]] = []
        for part, centres in self._parts():
            if self._has_parts:
                name = escape(words.place(part, self.first))
                rows.append([Paragraph(f"<b>{name}</b>", self.cell), *of_part(part, centres)])
            rows += [[self._name(one["name"]), *of_centre(one)] for one in centres]
        return rows

    def present(self) -> list[Flowable]:
        """The centres as they stand now."""
        if not self.content["centres"]:
            return []

        def counts(known: Values | None, today: Values | None) -> list[Any]:
            told = [words.number(known[key] if known else None) for key in (*NOW, "waiting")]
            return [self.numbers(one) for one in (*told, self.figure("tickets", today))]

        def standing(one: Values) -> Paragraph:
            return Paragraph(words.STANDINGS[one["standing"]][self.first], self.cell)

        def sums(load: Values) -> list[Any]:
            return ["", *counts(load, load["today"])]

        rows = self._per_centre(
            lambda one: [standing(one), *counts(one["now"], one["today"])],
            lambda part, _centres: sums(part["load"]),
        )
        return [
            *self.heading("present"),
            self.table(
                ["centre", "standing", *NOW, "waiting", "tickets_today"],
                [*rows, [self.word("total", "bold"), *sums(self.content["total"])]],
                (0.19, 0.12, 0.08, 0.08, 0.09, 0.1, 0.09, 0.08, 0.08, 0.09), numbers=2, total=1,
            ),
        ]  # fmt: skip

    def offices(self) -> list[Flowable]:
        """What lies with the ministries' offices."""
        found = [one for one in self.content["offices"] if one["files_open"]]
        if not found:
            return [*self.heading("offices"), self.word("no_offices")]
        rows = [
            [
                self.lines(self.own(one["ministry"]), words.LEVELS[one["level"]][self.first]),
                *(self.numbers(words.number(one[key])) for key in OFFICE),
                self.numbers(words.average(one["held_days"], one["files_open"])),
                self.numbers(words.number(one["held_longest"])),
            ]
            for one in found
        ]
        return [
            *self.heading("offices"),
            self.table(
                ["ministry", *(f"office_{key}" for key in OFFICE), "held", "longest"], rows,
                (0.34, 0.11, 0.11, 0.11, 0.11, 0.11, 0.11), numbers=1,
            ),
        ]  # fmt: skip

    def of_month(self) -> list[Flowable]:
        """The centres in the last full month, over the month before."""
        if not self.content["centres"]:
            return []

        def cells(month: Values | None, before: Values | None) -> list[Any]:
            return [
                self.numbers(self.figure(key, month), self.figure(key, before)) for key in FIGURES
            ]

        def sums(_part: Values, centres: list[Values]) -> list[Any]:
            return cells(*(_added(one[key] for one in centres) for key in ("month", "before")))

        rows = self._per_centre(lambda one: cells(one["month"], one["before"]), sums)
        totals = cells(self.content["month_total"], self.content["before_total"])
        return [
            *self.heading("of_month", month=self.month_name("month")),
            self.word("small_before", "small", before=self.month_name("before")),
            self.table(
                ["centre", *FIGURES], [*rows, [self.word("total", "bold"), *totals]],
                (0.23, 0.085, 0.105, 0.085, 0.095, 0.095, 0.095, 0.07, 0.14), numbers=1, total=1,
            ),
        ]  # fmt: skip


def _added(counts: Any) -> Values | None:
    """Counts added up under their names; None where nobody has any."""
    total: Values | None = None
    for one in counts:
        if one is not None:
            total = {name: (total or {}).get(name, 0) + number for name, number in one.items()}
    return total
