"""The rules of a hall, as its manager sets them: within bounds, recorded with what they were."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.tickets.hall_models import DAY_CLOSES, HallRules
from odsc_counter.tickets.models import PRIORITY_REASONS
from odsc_counter.tickets.order import default_rules, rules_of

BOUNDS: Mapping[str, tuple[int, int]] = {
    "ordinary_per_priority": (0, 20),
    "ageing_minutes": (1, 600),
    "target_wait_minutes": (1, 600),
    "no_show_calls": (1, 9),
    "call_gap_seconds": (0, 900),
    "hold_minutes": (1, 600),
    "undo_seconds": (0, 3600),
    "appointment_grace_minutes": (0, 240),
    "printer_port": (1, 65_535),
}
"""The least and the most of each number."""
PRINTER_WIDTHS = (576, 384)
HOST_NAME = re.compile(r"(?=.{1,120}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.(?!\Z)|\Z))+")


@dataclass(frozen=True)
class NewRules:
    """All rules of a hall as they shall be; see `HallRules` for what each means."""

    ordinary_per_priority: int
    ageing_minutes: int
    target_wait_minutes: int
    no_show_calls: int
    call_gap_seconds: int
    hold_minutes: int
    undo_seconds: int
    day_close: str
    reasons: tuple[str, ...]
    kiosk_gives_priority: bool
    appointment_grace_minutes: int
    speaks: bool
    says_twice: bool
    printer_host: str
    printer_port: int
    printer_dots: int


RULES = tuple(field.name for field in fields(NewRules))


def hall_rules() -> HallRules:
    """The rules in force in the centre in scope."""
    with reading() as session:
        return rules_of(session)


def save_rules(wanted: NewRules) -> HallRules:
    """Set the rules of the hall; they hold from the next call and the next number on.

    Records each rule that changed, from what to what; nothing when none did. Raises
    InvalidInput with the fields that are out of bounds.
    """
    values = _checked(wanted)
    with unit_of_work() as work:
        rules = work.session.scalars(select(HallRules).with_for_update()).one_or_none()
        if rules is None:
            rules = default_rules()
            work.session.add(rules)
        changes = {
            name: {"from": getattr(rules, name), "to": value}
            for name, value in values.items()
            if getattr(rules, name) != value
        }
        for name, value in values.items():
            setattr(rules, name, value)
        work.session.flush()
        if changes:
            work.record(
                "set", subject_kind="hall_rules", subject_id="hall", data={"changes": changes}
            )
    return rules


def _checked(wanted: NewRules) -> dict[str, Any]:
    values = {name: getattr(wanted, name) for name in RULES}
    values["printer_host"] = host = values["printer_host"].strip().lower()
    # In the one order in which all lists show them.
    values["reasons"] = [reason for reason in PRIORITY_REASONS if reason in wanted.reasons]
    wrong = {
        name: _("From %(least)s to %(most)s.", least=least, most=most)
        for name, (least, most) in BOUNDS.items()
        if not least <= values[name] <= most
    }
    if wanted.day_close not in DAY_CLOSES:
        wrong["day_close"] = _("Please choose one.")
    if not set(wanted.reasons) <= set(PRIORITY_REASONS):
        wrong["reasons"] = _("Please choose one.")
    if wanted.printer_dots not in PRINTER_WIDTHS:
        wrong["printer_dots"] = _("Please choose one.")
    if host and not is_printer_address(host):
        wrong["printer_host"] = _(
            "Write the printer's address in the centre's own network, such as 192.168.1.50."
        )
    if wrong:
        raise InvalidInput(wrong)
    return values


def is_printer_address(host: str) -> bool:
    """Whether a printer of the centre may stand there.

    An address of a private network, or a name; never this computer itself nor an address of
    the internet: the server sends there whatever is printed.
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        last = host.rsplit(".", 1)[-1]
        # What begins with a digit may be read as an address: 0x7f000001 is this computer.
        is_name = HOST_NAME.fullmatch(host) is not None and last[0].isalpha()
        return is_name and last != "localhost"
    return address.is_private and not (
        address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or address.is_reserved
    )
