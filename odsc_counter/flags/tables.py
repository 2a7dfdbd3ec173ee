"""The list of flags as a table for spreadsheets."""

from collections.abc import Mapping

from flask_babel import gettext as _

from odsc_counter.accounts.models import User
from odsc_counter.flags import words
from odsc_counter.flags.queries import FlagRow
from odsc_counter.flags.rules import RULES
from odsc_counter.places.wording import place
from odsc_counter.platform.spreadsheet import Cell


def flags_table(
    rows: list[FlagRow], owners: Mapping[int, User], language: str
) -> tuple[list[str], list[list[Cell]]]:
    """Heads and lines of a list of flags; days as ISO dates, numbers in the rule's own unit."""
    columns = [
        _("Rule"),
        _("About"),
        _("Place"),
        _("State"),
        _("Lies with"),
        _("Who takes care"),
        _("Raised on"),
        _("Answer due"),
        _("Late"),
        _("Measured"),
        _("Threshold"),
        _("Unit"),
        _("No longer found since"),
        _("Answer"),
        _("Put right by"),
    ]
    lines: list[list[Cell]] = []
    for row in rows:
        flag = row.flag
        owner = owners.get(flag.owner_id or 0)
        rule = RULES.get(flag.rule)
        lines.append(
            [
                words.rule_name(flag.rule),
                words.subject(row),
                place(row.place),
                str(words.STATES[flag.state]),
                place(row.holder),
                owner.name(language) if owner else None,
                flag.raised_on.isoformat(),
                flag.answer_due_on.isoformat(),
                _("Yes") if row.is_late else _("No"),
                flag.figures.get("measured"),
                flag.figures.get("allowed"),
                str(words.UNITS[rule.unit]) if rule else None,
                flag.subsided_on.isoformat() if flag.subsided_on else None,
                flag.answer or None,
                flag.promised_on.isoformat() if flag.promised_on else None,
            ]
        )
    return columns, lines
