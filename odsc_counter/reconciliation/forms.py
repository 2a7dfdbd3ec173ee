"""What is typed about statements: whose they are, and why a match is taken back.

A statement that was looked through travels with its page, packed, and comes back as it was: what
is taken is the file itself, whose hash says whether it was taken before.
"""

import base64
import binascii
import zlib

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Form, RadioField, StringField
from wtforms.validators import InputRequired, Length

from odsc_counter.ledger.accounts import QR_METHOD, TRANSFER_METHOD
from odsc_counter.platform.errors import InvalidInput

LARGEST_PACKED = 400_000
"""Letters of a packed file: a form brings half a megabyte at most."""
LARGEST = 10 * 1024 * 1024


class StatementForm(Form):
    """Which account the statement is of."""

    account = StringField(
        _("Name of the account"),
        [
            InputRequired(_("Required.")),
            Length(2, 80, message=_("Write the name of the account, in 2 to 80 letters.")),
        ],
    )
    method = RadioField(
        _("What arrives there"),
        [InputRequired(_("Required."))],
        choices=[(TRANSFER_METHOD, _("Bank transfers")), (QR_METHOD, _("Lao QR payments"))],
        default=TRANSFER_METHOD,
    )


class UnmatchForm(Form):
    """Why a match is taken back."""

    reason = StringField(
        _("Reason"), [Length(5, 300, message=_("Write the reason, in 5 to 300 characters."))]
    )


def packed(content: bytes) -> str:
    """A file as a field of a page. Raises InvalidInput for one that is too large."""
    text = base64.urlsafe_b64encode(zlib.compress(content, 9)).decode("ascii")
    if len(text) > LARGEST_PACKED or len(content) > LARGEST:
        raise InvalidInput(
            {"table": gettext("The file is too large: divide the statement into shorter periods.")}
        )
    return text


def unpacked(text: str) -> bytes:
    """The file that a page kept. Raises InvalidInput for what no page of ours sends."""
    try:
        content = zlib.decompressobj().decompress(base64.urlsafe_b64decode(text), LARGEST)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise InvalidInput({"table": gettext("Choose the file again.")}) from error
    return content
