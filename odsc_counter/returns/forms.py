"""Forms: a comment for each finding and the signature; the coordinator's word."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form, HiddenField, PasswordField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from odsc_counter.platform.errors import DomainError, InvalidInput
from odsc_counter.returns import words
from odsc_counter.returns.models import APPROVE, SEND_BACK
from odsc_counter.returns.operations import LONGEST, Said
from odsc_counter.returns.rules import Finding

NEEDED = _("Please fill this in.")
PREFIX = "comment-"


class _Refusable(Form):
    def take(self, error: DomainError) -> None:
        """Show what an operation refused at its field, or above the form."""
        fields = error.fields if isinstance(error, InvalidInput) else {}
        for name, message in fields.items():
            key = name if name in self._fields else PREFIX + name
            self[key].errors = [*self[key].errors, message]
        if not fields:
            self.form_errors.append(str(error))


class SignForm(_Refusable):
    """The signature. `for_findings` adds a comment for each finding."""

    seen = HiddenField()
    note = TextAreaField(
        _("Note"),
        [Length(max=LONGEST)],
        description=_("What else the coordinator should know. No names of citizens."),
    )
    reason = TextAreaField(_("Why there is another version"), [Length(max=LONGEST)])
    own_password = PasswordField(_("Your password"), [InputRequired(NEEDED)])
    own_code = StringField(_("Code from your phone"))

    @property
    def said(self) -> Said:
        """What was typed, for the operation."""
        comments = {
            name.removeprefix(PREFIX): field.data or ""
            for name, field in self._fields.items()
            if name.startswith(PREFIX)
        }
        return Said(comments, self.note.data or "", self.reason.data or "")


def sign_form(
    findings: Sequence[Finding],
    formdata: Any = None,
    *,
    is_later: bool = False,
    values: Mapping[str, Any] | None = None,
) -> SignForm:
    """The form for a draft; `values` by the names of the fields, with `comment-` and the key.

    `is_later`: there is a version already, so this one needs a reason.
    """
    short = Length(max=LONGEST)
    needed = [InputRequired(NEEDED), short]
    fields = {
        PREFIX + finding.key: TextAreaField(
            words.finding(finding), needed if finding.must_explain else [short]
        )
        for finding in findings
    }
    if is_later:
        fields["reason"] = TextAreaField(_("Why there is another version"), needed)
    made: type[SignForm] = type("SignFormOfDraft", (SignForm,), fields)
    return made(formdata, data=values or {})


class ReviewForm(_Refusable):
    """The coordinator's word on one version."""

    version = HiddenField()
    seen = HiddenField()
    verdict = RadioField(
        _("What becomes of it"),
        [InputRequired(NEEDED)],
        choices=[
            (APPROVE, _("Approve: it is the official return of the month")),
            (SEND_BACK, _("Send back to the centre")),
        ],
    )
    words = TextAreaField(
        _("Words to the centre"),
        [Length(max=LONGEST)],
        description=_("Needed when it is sent back. No names of citizens."),
    )
