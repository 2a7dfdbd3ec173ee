"""What a month's figures are checked by, as data: pure functions of what was drawn.

Each rule looks at one side of the month and names what it found. A finding of the grade
`EXPLAIN` is commented on before the return is signed; a `NOTE` is there to be seen.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Any, Literal

from odsc_counter.monitoring.figures import SERVICE_FIGURES, WAIT_CLASSES

Grade = Literal["explain", "note"]
EXPLAIN: Grade = "explain"
NOTE: Grade = "note"

HISTORY_MONTHS = 12
LEAST_HISTORY = 6
"""With fewer earlier months nothing is called unusual."""
FAR = 3.5
"""So many robust standard deviations from the median are unusual (Iglewicz and Hoaglin, 1993)."""
MAD_TO_SIGMA = 1.4826
LEAST_SPREAD = 0.10
"""Months that are all alike are taken to differ by this share of the median all the same."""
FEW = 10
"""A difference of fewer cases than this is never unusual, however small the centre."""
OVERDUE_SHARE, OVERDUE_LEAST = 0.10, 5
"""More files overdue than this share of those open, and than so many, are to be explained."""

FITS: tuple[tuple[str, str, Grade], ...] = (
    # no more of        than of            grade
    ("in_target", "judged", EXPLAIN),
    ("served", "ended", EXPLAIN),
    ("ended", "asked", EXPLAIN),
    ("no_shows", "called", EXPLAIN),
    ("waited", "called", EXPLAIN),
    ("timed", "served", EXPLAIN),
    ("unreliable", "tickets", EXPLAIN),
    ("complete", "applications", EXPLAIN),
    ("decided_on_time", "decided", EXPLAIN),
    ("reduced_lines", "fee_lines", EXPLAIN),
    ("local_lines", "fee_lines", EXPLAIN),
    ("voids", "receipts", EXPLAIN),
    ("refunds", "receipts", EXPLAIN),
    ("open_days", "days", EXPLAIN),
    # Files of earlier months may be decided now: worth a look, not a mistake.
    ("decided", "applications", NOTE),
)
NEVER_BELOW_NOUGHT = ("revenue_kip", "reduction_kip", "wait_seconds", "serve_seconds")
COMPARED = (
    "visits", "tickets", "served", "no_shows", "applications", "decided", "receipts", "voids",
)  # fmt: skip
"""Counts that are held against the centre's own months, by open day; so are the fees."""


@dataclass(frozen=True)
class Facts:
    """All that the rules look at."""

    figures: Mapping[str, int]
    services: Sequence[Mapping[str, Any]] = ()
    due: Sequence[date] = ()
    """Days on which the centre was to work."""
    told: frozenset[date] = frozenset()
    """Days that have figures."""
    history: Sequence[Mapping[str, int]] = ()
    """The figures of up to twelve months before, the newest first."""
    days_not_closed: Sequence[date] = ()
    """Days with receipts and without a close of the cash office."""
    tills_left: Sequence[date] = ()
    """Days with a till that is not signed off."""
    files_open: int = 0
    """Undecided at the month's end; so the next."""
    files_overdue: int = 0
    recount: Sequence[str] = ()
    """Figures that a new count of the records does not confirm."""


@dataclass(frozen=True)
class Finding:
    """Something that whoever signs must have seen."""

    code: str
    grade: Grade
    about: str = ""
    """Which figure, where one rule may find several things."""
    values: dict[str, Any] = field(default_factory=dict)
    """What the words about it need: plain numbers, and days as text."""

    @property
    def key(self) -> str:
        """By which its comment is kept."""
        return f"{self.code}-{self.about}" if self.about else self.code

    @property
    def must_explain(self) -> bool:
        """Whether it needs a comment before the return is signed."""
        return self.grade == EXPLAIN

    @property
    def as_values(self) -> dict[str, Any]:
        """As the return's content keeps it."""
        return {"key": self.key, "code": self.code, "grade": self.grade, "about": self.about,
                "values": self.values}  # fmt: skip


def finding_of(values: Mapping[str, Any]) -> Finding:
    """A finding as a return's content kept it."""
    return Finding(values["code"], values["grade"], values["about"], dict(values["values"]))


def check(facts: Facts) -> list[Finding]:
    """Everything that the rules find, in their order."""
    return [finding for rule in RULES for finding in rule(facts)]


def missing_days(facts: Facts) -> Iterator[Finding]:
    """Open days on which the centre said nothing."""
    missing = [day for day in facts.due if day not in facts.told]
    if missing:
        yield Finding("missing_days", EXPLAIN, values={"days": _plain(missing)})


def fits(facts: Facts) -> Iterator[Finding]:
    """Counts that can't be more than another one, and sums that can't be below nought."""
    figures = facts.figures
    for part, whole, grade in FITS:
        if figures[part] > figures[whole]:
            yield Finding(
                "more_than", grade, f"{part}-{whole}",
                {"part": part, "whole": whole, "part_is": figures[part],
                 "whole_is": figures[whole]},
            )  # fmt: skip
    for name in NEVER_BELOW_NOUGHT:
        if figures[name] < 0:
            yield Finding("below_nought", EXPLAIN, name, {"name": name, "is": figures[name]})
    if figures["open_days"] > figures["due_days"]:
        yield Finding(
            "more_than", EXPLAIN, "open_days-due_days",
            {"part": "open_days", "whole": "due_days", "part_is": figures["open_days"],
             "whole_is": figures["due_days"]},
        )  # fmt: skip
    in_classes = sum(figures[name] for name in WAIT_CLASSES)
    if in_classes != figures["waited"]:
        yield Finding(
            "not_the_sum", EXPLAIN, "waited",
            {"name": "waited", "is": figures["waited"], "sum": in_classes},
        )  # fmt: skip


def services_add_up(facts: Facts) -> Iterator[Finding]:
    """The services together are the centre, in every figure that both have."""
    for name in SERVICE_FIGURES:
        together = sum(service["figures"][name] for service in facts.services)
        if together != facts.figures[name]:
            yield Finding(
                "services_differ", EXPLAIN, name,
                {"name": name, "is": facts.figures[name], "sum": together},
            )  # fmt: skip


def unusual(facts: Facts) -> Iterator[Finding]:
    """Figures far from the centre's own months, by open day: median and median deviation."""
    months = [one for one in facts.history[:HISTORY_MONTHS] if one["open_days"]]
    days = facts.figures["open_days"]
    if len(months) < LEAST_HISTORY or not days:
        return
    for name in (*COMPARED, "revenue_kip"):
        usual = median(one[name] / one["open_days"] for one in months)
        if is_far(facts.figures[name] / days, [one[name] / one["open_days"] for one in months]):
            expected = round(usual * days)
            if name != "revenue_kip" and abs(facts.figures[name] - expected) < FEW:
                continue
            yield Finding(
                "unusual", EXPLAIN, name,
                {"name": name, "is": facts.figures[name], "usual": expected,
                 "months": len(months)},
            )  # fmt: skip


def is_far(value: float, others: Sequence[float]) -> bool:
    """Whether a value lies far from others: more than `FAR` robust standard deviations."""
    middle = median(others)
    spread = MAD_TO_SIGMA * median(abs(other - middle) for other in others)
    spread = max(spread, LEAST_SPREAD * abs(middle))
    return abs(value - middle) > FAR * spread if spread else value != middle


def money_closed(facts: Facts) -> Iterator[Finding]:
    """Days whose money nobody has closed, and tills without a second person's word."""
    for code, days in (
        ("days_not_closed", facts.days_not_closed), ("tills_left", facts.tills_left)
    ):  # fmt: skip
        if days:
            yield Finding(code, EXPLAIN, values={"days": _plain(days)})


def files_late(facts: Facts) -> Iterator[Finding]:
    """Many files whose promised day had passed at the month's end."""
    late, undecided = facts.files_overdue, facts.files_open
    if late > OVERDUE_LEAST and late > OVERDUE_SHARE * undecided:
        yield Finding("files_overdue", EXPLAIN, values={"overdue": late, "open": undecided})


def recounted(facts: Facts) -> Iterator[Finding]:
    """Figures that the records don't bear out."""
    if facts.recount:
        yield Finding("recount_differs", EXPLAIN, values={"names": list(facts.recount)})


RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    missing_days,
    fits,
    services_add_up,
    unusual,
    money_closed,
    files_late,
    recounted,
)


def _plain(days: Sequence[date]) -> list[str]:
    return [day.isoformat() for day in days]
