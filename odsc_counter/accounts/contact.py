"""How a person is reached at the office: their own words, for the directory."""

import re

from flask_babel import lazy_gettext as _
from sqlalchemy import update

from odsc_counter.accounts.models import User
from odsc_counter.accounts.reach import record
from odsc_counter.platform.errors import InvalidInput
from odsc_counter.platform.lao import european_digits
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import unit_of_work

PHONE = re.compile(r"[+0-9][0-9 ()-]{2,19}")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def set_contact(user_id: int, office_phone: str, email: str, *, wants_digest: bool = False) -> None:
    """Keep a person's office phone and e-mail; an empty one is taken out of the directory.

    `wants_digest`: the morning page comes by e-mail, too. Raises InvalidInput for what no
    telephone and no post would take.
    """
    office_phone = european_digits(office_phone).strip()
    email = email.strip()
    wrong = {}
    if office_phone and not PHONE.fullmatch(office_phone):
        wrong["office_phone"] = str(_("Please write digits and blanks alone."))
    if email and not EMAIL.fullmatch(email):
        wrong["email"] = str(_("Please write an address such as name@office.gov.la."))
    if wrong:
        raise InvalidInput(wrong)
    with reference_scope(), unit_of_work() as work:
        work.session.execute(
            update(User)
            .where(User.id == user_id)
            .values(office_phone=office_phone, email=email, wants_digest=wants_digest)
        )
        record(work, "contact_set", user_id)
