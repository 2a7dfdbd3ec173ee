"""What is done to accounts: made, given roles, given passwords, disabled."""

from sqlalchemy import update

from odsc_counter.accounts.models import User
from odsc_counter.platform.tenancy import reference_scope
from odsc_counter.platform.work import unit_of_work


def set_language(user_id: int, language: str) -> None:
    """Remember in which language a person reads the pages: 'lo' or 'en'."""
    with reference_scope(), unit_of_work() as work:
        work.session.execute(update(User).where(User.id == user_id).values(language=language))
