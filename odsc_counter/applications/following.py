"""How a citizen finds their own file: by tracking number and four digits, or by its QR code.

A wrong number and wrong digits get one and the same answer, and both count: by the number, so
that nobody tries all four digits, and by the address, so that nobody tries many numbers.
"""

import hashlib
import hmac
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from odsc_counter.accounts import throttle
from odsc_counter.accounts.throttle import Attempt, Ladder
from odsc_counter.applications import queries
from odsc_counter.applications.models import Application
from odsc_counter.applications.tracking import is_mistyped, read_code
from odsc_counter.people.models import Person
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import DomainError, InvalidInput, NotFound
from odsc_counter.platform.lao import european_digits
from odsc_counter.platform.tenancy import current_actor

DIGITS = 4
"""So many last digits of the telephone or the ID number stand for the person."""
BY_NUMBER = Ladder(5, 30, 900, timedelta(days=1), starts_afresh=True)
BY_ADDRESS = Ladder(60, 30, 900, timedelta(hours=1))
"""Many phones share one address of a mobile network."""


class NoSuchPair(DomainError):
    """There is no such file, or the digits are not its applicant's: which, nobody is told."""

    slug = "no-such-pair"
    status = 422
    message = _l(
        "The number and the four digits do not belong together."
        " Compare both with your slip, or ask at the centre."
    )


def file_of(centre: Centre, number: str, digits: str) -> Application:
    """The file with this tracking number, for whoever knows the digits of its applicant.

    `digits`: the last four of the telephone or of the ID card or family book number. Raises
    InvalidInput (the number's check character or the count of digits is wrong), NoSuchPair,
    TooManyAttempts.
    """
    number = read_code(number)
    digits = "".join(filter(str.isdecimal, european_digits(digits)))
    wrong = {}
    if is_mistyped(number):
        wrong["number"] = _(
            "A letter or digit of this number is wrong. Compare it with your slip once more."
        )
    if len(digits) != DIGITS:
        wrong["digits"] = _("Write the last four digits.")
    if wrong:
        raise InvalidInput(wrong)
    attempts = (_by_number(centre, number), _by_address())
    throttle.reserve(*attempts)
    try:
        application = queries.by_tracking_code(number)
    except NotFound:
        raise NoSuchPair from None
    if not _is_known_by(application.person, digits):
        raise NoSuchPair
    throttle.succeeded(*attempts)
    return application


def file_of_code(code: str) -> Application:
    """The file whose QR code leads here. Raises NotFound, TooManyAttempts (codes were guessed)."""
    throttle.refuse_waiting(_by_address())
    try:
        return queries.by_tracking_code(code)
    except NotFound:
        throttle.reserve(_by_address())
        raise


def _is_known_by(person: Person, digits: str) -> bool:
    numbers = (
        "".join(filter(str.isdecimal, european_digits(number)))
        for number in (person.phone, person.id_number)
    )
    endings = [number[-DIGITS:] for number in numbers if len(number) >= DIGITS]
    return any(hmac.compare_digest(ending, digits) for ending in endings)


def _by_number(centre: Centre, number: str) -> Attempt:
    digest = hashlib.sha256(f"{centre.code}:{number}".encode()).hexdigest()
    return Attempt(f"file:{digest[:32]}", BY_NUMBER)


def _by_address() -> Attempt:
    return Attempt(f"file-from:{current_actor().origin[:64]}", BY_ADDRESS)
