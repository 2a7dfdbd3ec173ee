"""What the manager fills in about the hall: its rules and its work profiles."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Form, IntegerField, RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.tickets.hall_models import AT_FIRST_NUMBER, BY_HAND
from odsc_counter.tickets.models import WorkRule
from odsc_counter.tickets.profiles import NewRule
from odsc_counter.tickets.rules import BOUNDS, RULES, NewRules
from odsc_counter.tickets.words import PRIORITY_REASONS


class MultiCheckboxField(SelectMultipleField):
    """Several of a few choices, a box for each."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _number(name: str, label: Any, hint: Any) -> IntegerField:
    least, most = BOUNDS[name]
    says = lazy_gettext("From %(least)s to %(most)s.", least=least, most=most)
    return IntegerField(
        label,
        (InputRequired(says), NumberRange(least, most, says)),
        description=hint,
        render_kw={"min": least, "max": most, "inputmode": "numeric"},
    )


class RulesForm(Form):
    """The rules of a hall."""

    ordinary_per_priority = _number(
        "ordinary_per_priority",
        _("Ordinary people after each with priority"),
        _(
            "With 2, each counter calls one person with priority, then two ordinary ones, and so "
            "on. With 0, people with priority always go first. From 0 to 20."
        ),
    )
    ageing_minutes = _number(
        "ageing_minutes",
        _("Minutes after which a wait gives priority"),
        _(
            "Who has waited so long is treated as having priority, so that nobody is left "
            "behind. From 1 to 600."
        ),
    )
    reasons = MultiCheckboxField(
        _("Reasons for priority that this centre grants"), choices=list(PRIORITY_REASONS.items())
    )
    kiosk_gives_priority = BooleanField(
        _("People may claim priority at the kiosk themselves"),
        description=_("Otherwise staff alone give it, at the desk."),
    )
    target_wait_minutes = _number(
        "target_wait_minutes",
        _("Target for the wait in minutes"),
        _(
            "Everybody should be called within this time. The hall page and the reports measure "
            "waits against it. From 1 to 600."
        ),
    )
    no_show_calls = _number(
        "no_show_calls",
        _("Calls before a no-show"),
        _("So often a number is called before the clerk can say that nobody came. From 1 to 9."),
    )
    call_gap_seconds = _number(
        "call_gap_seconds",
        _("Seconds between two calls"),
        _("The time that people need to walk to the counter. From 0 to 900."),
    )
    hold_minutes = _number(
        "hold_minutes",
        _("Minutes that a hold lasts"),
        _(
            "Who fetches a copy or a photograph comes back into the queue by themselves after "
            "this time, at the front. The clerk can choose another time. From 1 to 600."
        ),
    )
    undo_seconds = _number(
        "undo_seconds",
        _("Seconds in which a step can be taken back"),
        _("A clerk can take back their own last step for so long. From 0 to 3600."),
    )
    appointment_grace_minutes = _number(
        "appointment_grace_minutes",
        _("Minutes that one may be late for an appointment"),
        _("Who comes later waits like everybody else. From 0 to 240."),
    )
    day_close = RadioField(
        _("How a day ends"),
        (InputRequired(_("Please choose one.")),),
        choices=[
            (AT_FIRST_NUMBER, _("By itself: the first number of a day closes what was left open")),
            (BY_HAND, _("By hand: people keep their place until the manager closes the day")),
        ],
        description=_("Tickets that are closed so count neither as served nor as no-show."),
    )
    speaks = BooleanField(
        _("Boards speak the calls"), description=_("Where the words have been recorded.")
    )
    says_twice = BooleanField(_("Each call is said twice"))
    printer_host = StringField(
        _("Address of the printer"),
        (Length(max=120),),
        description=_(
            "A ticket printer in the centre's own network, such as 192.168.1.50 or printer.local. "
            "Without one, the kiosk's browser prints."
        ),
        render_kw={"maxlength": 120},
    )
    printer_port = _number(
        "printer_port", _("Port of the printer"), _("Nearly always 9100. From 1 to 65535.")
    )
    printer_dots = RadioField(
        _("Width of the paper"),
        (InputRequired(_("Please choose one.")),),
        coerce=int,
        choices=[(576, _("80 mm paper")), (384, _("58 mm paper"))],
    )

    def rules(self) -> NewRules:
        """What was filled in, once it is valid."""
        values = {name: self[name].data for name in RULES}
        values["reasons"] = tuple(values["reasons"] or ())
        values["printer_host"] = values["printer_host"] or ""
        return NewRules(**values)

    def take(self, error: InvalidInput) -> None:
        """Put what the rules refused beside its field."""
        for name, message in error.fields.items():
            self[name].errors = [message]


MOST_RULES = 20
SPARE_LINES = 3
"""Empty lines that a form offers for further rules."""


@dataclass(frozen=True)
class RuleLine:
    """One line of the form of a profile, as it was typed."""

    place: str = ""
    who: str = ""
    """`group:<key>`, `service:<number>`, or nothing: a line that is not used."""
    after: str = "0"


@dataclass(frozen=True)
class ProfileForm:
    """What the form of a work profile holds."""

    name_lo: str = ""
    name_en: str = ""
    helps_others: bool = False
    lines: tuple[RuleLine, ...] = ()

    @property
    def shown(self) -> tuple[RuleLine, ...]:
        """The used lines and some empty ones, each with the place that comes next."""
        used = [line for line in self.lines if line.who]
        places = [int(line.place) for line in used if line.place.isdecimal()]
        first = max(places, default=0) + 1
        spare = min(SPARE_LINES, MOST_RULES - len(used))
        return (*used, *(RuleLine(str(first + number)) for number in range(spare)))

    def rules(self) -> list[NewRule]:
        """The rules in the lines. Raises InvalidInput, and NotFound for a key that is none."""
        return [_rule(line) for line in self.lines if line.who]


def profile_form(sent: Mapping[str, str]) -> ProfileForm:
    """The form of a profile as a browser sent it."""
    return ProfileForm(
        name_lo=sent.get("name_lo", "")[:80],
        name_en=sent.get("name_en", "")[:80],
        helps_others=bool(sent.get("helps_others")),
        lines=tuple(
            RuleLine(
                sent.get(f"place-{number}", "")[:3].strip(),
                sent.get(f"who-{number}", "")[:60],
                sent.get(f"after-{number}", "")[:5].strip(),
            )
            for number in range(MOST_RULES)
        ),
    )


def rule_lines(rules: Sequence[WorkRule]) -> tuple[RuleLine, ...]:
    """The lines that say what is kept."""
    return tuple(
        RuleLine(
            str(rule.position),
            f"group:{rule.group_id}" if rule.group_id else f"service:{rule.service_id}",
            str(rule.after_minutes),
        )
        for rule in rules
    )


def _rule(line: RuleLine) -> NewRule:
    kind, _colon, key = line.who.partition(":")
    place = line.place or "1"
    if not place.isdecimal() or not 1 <= int(place) <= MOST_RULES:
        raise InvalidInput({"rules": gettext("Give each rule a place from 1 to 20.")})
    after = line.after or "0"
    if not after.isdecimal():
        raise InvalidInput({"rules": gettext("Write the wait in whole minutes.")})
    if kind == "service" and key.isdecimal() and len(key) < 10:
        return NewRule(int(place), service_id=int(key), after_minutes=int(after))
    try:
        return NewRule(int(place), group_id=uuid.UUID(key), after_minutes=int(after))
    except ValueError as error:
        raise NotFound from error
