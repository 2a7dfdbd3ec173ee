"""What accounts, postings and Z-series are called on the pages of this room."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from odsc_counter.ledger import accounts
from odsc_counter.platform.lao import language_now
from odsc_counter.platform.work import reading
from odsc_counter.treasury.booking import ministry_accounts

ACCOUNTS: dict[str, LazyString] = {
    accounts.TILL: _("Cash in tills"),
    accounts.SAFE: _("Safe"),
    accounts.BANK: _("Bank"),
    accounts.QR: _("Lao QR"),
    accounts.TREASURY: _("Treasury"),
    accounts.CENTRE: _("Share of the centre"),
    accounts.DIFFERENCE: _("Differences of counts"),
    accounts.FUND: _("Change fund"),
}
KINDS: dict[str, LazyString] = {
    accounts.RECEIPT: _("Receipt"),
    accounts.FLOAT: _("Float"),
    accounts.MOVEMENT: _("Cash moved"),
    accounts.CLOSE: _("Till signed off"),
    accounts.DEPOSIT: _("Deposit"),
    accounts.FUNDING: _("Change fund"),
    accounts.SETTLEMENT: _("Share paid out"),
    accounts.CORRECTION: _("Correction"),
}


def account_names() -> dict[str, str]:
    """All accounts of this centre in the language of the page, those of its ministries too."""
    with reading() as session:
        ministries = ministry_accounts(session)
    language = language_now()
    return {
        **{account: str(name) for account, name in ACCOUNTS.items()},
        **{
            account: row.name_lo if language == "lo" else row.name_en
            for account, row in ministries.items()
        },
    }
