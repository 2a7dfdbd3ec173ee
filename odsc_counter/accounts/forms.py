"""What people fill in about accounts. Fields are listed one by one: nothing else ever binds."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms import Form as WTForm
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from odsc_counter.platform.errors import InvalidInput

REQUIRED = InputRequired(_("Fill this in."))
WHY = _("Write the reason, in 5 to 300 characters.")


class SecondPersonForm(WTForm):
    """What a second person proves themselves with on another one's page (see signing_in)."""

    approver = StringField(_("User name of the second person"), [InputRequired(_("Required."))])
    approver_password = PasswordField(
        _("Password of the second person"), [InputRequired(_("Required."))]
    )
    approver_code = StringField(_("Code from the second person's phone"))


class ApprovedForm(SecondPersonForm):
    """A deed with money that says why and takes two."""

    reason = StringField(_("Reason"), [InputRequired(WHY), Length(5, 300, message=WHY)])


class Form(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """A form whose fields can also take the errors that an operation raises."""

    form_errors: list[Any]

    def text(self, name: str) -> str:
        """What was typed into a field."""
        return self[name].data or ""

    def take(self, error: InvalidInput) -> None:
        """Show the errors of an operation at their fields, or above the form."""
        loose = []
        for name, message in error.fields.items():
            if name in self:
                self[name].errors = [*self[name].errors, message]
            else:
                loose.append(message)
        if loose or not error.fields:
            self.form_errors = [*self.form_errors, *(loose or [str(error)])]

    def refuse(self, message: str) -> None:
        """Show an error that belongs to no field."""
        self.form_errors = [*self.form_errors, message]


def _password(label: Any) -> PasswordField:
    return PasswordField(label, [REQUIRED, Length(max=200)])


class SignInForm(Form):
    """User name and password."""

    username = StringField(_("Username"), [REQUIRED, Length(max=60)])
    password = _password(_("Password"))


class CodeForm(Form):
    """The second step."""

    code = StringField(_("Code"), [REQUIRED, Length(max=40)])


class UnlockForm(Form):
    """The password alone."""

    password = _password(_("Password"))


class NewPasswordForm(Form):
    """A new password, twice."""

    password = _password(_("New password"))
    again = _password(_("Confirm password"))

    def validate_again(self, field: Any) -> None:
        """Both must be the same."""
        if field.data != self.password.data:
            raise ValidationError(str(_("The two passwords are not the same.")))


class ChangePasswordForm(NewPasswordForm):
    """The password that is left, then the new one."""

    current = _password(_("Current password"))


class ContactForm(Form):
    """How one is reached at the office."""

    office_phone = TelField(_("Office phone"), [Optional(), Length(max=20)])
    email = EmailField(_("Office e-mail"), [Optional(), Length(max=120)])
    wants_digest = BooleanField(
        _("Send me the page of today each working morning, for the areas where I have a role")
    )


class RoleForm(Form):
    """A role at the centre that the page is about."""

    role = SelectField(_("Role"), [REQUIRED])
    ministry_id = SelectField(
        _("Ministry (for ministry officers and committee members)"),
        [Optional()],
        coerce=lambda value: int(value) if value not in ("", None) else None,
    )
    office_level = SelectField(
        _("Office (for ministry officers)"),
        [Optional()],
        choices=[
            ("", _("Every office of the ministry here")),
            ("district", _("District office")),
            ("province", _("Provincial department")),
            ("nation", _("Ministry")),
        ],
    )


class StaffForm(RoleForm):
    """A new member of staff."""

    name_lo = StringField(_("Name in Lao"), [REQUIRED, Length(max=160)])
    name_en = StringField(_("Name in English"), [REQUIRED, Length(max=160)])
    username = StringField(_("Username"), [REQUIRED, Length(max=60)])


class BringInForm(RoleForm):
    """Somebody who has an account already."""

    existing = StringField(_("Username"), [REQUIRED, Length(max=60)])


class NationalRoleForm(RoleForm):
    """A role anywhere. The place is `centre:7` or `unit:12`."""

    place = SelectField(_("Place"), [REQUIRED], validate_choice=False)


class NewAccountForm(Form):
    """A new account without a role yet."""

    name_lo = StringField(_("Name in Lao"), [REQUIRED, Length(max=160)])
    name_en = StringField(_("Name in English"), [REQUIRED, Length(max=160)])
    username = StringField(_("Username"), [REQUIRED, Length(max=60)])


class EnterForm(Form):
    """Which centre an auditor enters, and why."""

    centre_id = IntegerField(_("Centre"), [REQUIRED])
    reason = TextAreaField(_("Reason"), [REQUIRED, Length(max=300)])
