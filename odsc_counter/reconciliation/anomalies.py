"""What managers and auditors should look at: each rule in one table, with its words.

A case is no proof of anything: it is where a person should look first.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import lazy_gettext as _

from odsc_counter.accounts import queries as accounts
from odsc_counter.accounts.models import User
from odsc_counter.places.queries import working_calendar
from odsc_counter.platform.periods import CHOSEN, Period
from odsc_counter.platform.work import reading
from odsc_counter.reconciliation import anomaly_money as money
from odsc_counter.reconciliation import anomaly_people as people
from odsc_counter.reconciliation.anomaly_parts import MOST_CASES, Case, Found, Frame, Rule

LONGEST = timedelta(days=92)
"""The longest period that a page looks through: people wait for it."""
LONGEST_IN_FILE = timedelta(days=366)
MOST_IN_FILE = 1000

RULES: tuple[Rule, ...] = (
    Rule(
        "void_rate",
        _("Voids per cashier"),
        _("Cashiers who void receipts much more often than the centre as a whole."),
        ("least", "times", "void_percent", "few"),
        money.void_rates,
    ),
    Rule(
        "late_reversal",
        _("Late voids and refunds"),
        _("Voids and refunds after the day's end, or long after the sale."),
        ("void_minutes", "refund_days", "day_ends"),
        money.late_reversals,
    ),
    Rule(
        "exemptions",
        _("Exemptions per staff member"),
        _("People who exempt from fees or reduce them much more often than the others."),
        ("least", "times", "exempt_percent", "few"),
        people.exemptions,
    ),
    Rule(
        "no_ticket",
        _("Receipts without a number from the queue"),
        _(
            "Money for a file that was taken at the counter, though nobody was called for its"
            " service. Files by post, telephone or Internet are left out."
        ),
        (),
        money.without_ticket,
    ),
    Rule(
        "free_service",
        _("Money for free services"),
        _("Receipts for what the fee schedule says costs nothing."),
        (),
        money.money_for_free,
    ),
    Rule(
        "no_receipt",
        _("Granted without a receipt"),
        _(
            "Files of services with a fee that were granted while no receipt stands: none was"
            " written, or it was voided. Files that owe nothing are left out."
        ),
        (),
        people.granted_without_fee,
    ),
    Rule(
        "till_difference",
        _("Differences of tills"),
        _("Cashiers whose drawers differ from the books often or by much."),
        ("till_times", "till_kip"),
        people.till_differences,
    ),
    Rule(
        "till_open",
        _("Tills not signed off"),
        _("Tills of earlier days that no second person has confirmed."),
        ("till_days",),
        people.not_signed_off,
    ),
    Rule(
        "copies",
        _("Receipts printed again and again"),
        _("Receipts of which many copies were printed: two people may pay for one paper."),
        ("copies",),
        money.often_copied,
    ),
    Rule(
        "no_line",
        _("Payments without a line in a statement"),
        _("Bank transfers and Lao QR payments in our books that no statement of the bank shows."),
        ("line_days",),
        money.without_statement,
    ),
    Rule(
        "reference_twice",
        _("Numbers of payments used twice"),
        _("One bank or QR payment that stands on several receipts."),
        ("reference_days",),
        money.used_twice,
    ),
    Rule(
        "odd_hours",
        _("Sales outside the hours"),
        _("Receipts of weekends and holidays, or before or after the hours of the counters."),
        ("day_begins", "day_ends"),
        money.outside_hours,
    ),
)


@dataclass(frozen=True)
class Finding:
    """A rule and what it found: at most so many cases, and whether there are more."""

    rule: Rule
    cases: list[Case]
    note: str
    has_more: bool


@dataclass(frozen=True)
class Looked:
    """All rules over a period, and the people who are named."""

    period: Period
    findings: list[Finding]
    people: dict[int, User]


def look(period: Period, today: date, most: int = MOST_CASES) -> Looked:
    """Go through all rules; each asks the database a fixed number of questions."""
    frame = Frame(period.first, period.last, today, working_calendar().is_open_day, most)
    with reading() as session:
        findings = [_finding(rule, rule.find(session, frame), most) for rule in RULES]
        named = {case.person_id for one in findings for case in one.cases}
        return Looked(period, findings, accounts.names(named))


def bounded(period: Period, longest: timedelta = LONGEST) -> Period:
    """The period, cut to its last days where it is longer; the file takes a year of it."""
    if period.last - period.first < longest:
        return period
    return Period(CHOSEN, period.last - longest + timedelta(days=1), period.last)


def _finding(rule: Rule, found: Found, most: int) -> Finding:
    return Finding(rule, found.cases[:most], found.note, len(found.cases) > most)
