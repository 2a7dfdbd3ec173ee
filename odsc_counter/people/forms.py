"""What a clerk types about a person or a business."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form, IntegerField, RadioField, SelectField, StringField
from wtforms.fields import HiddenField
from wtforms.validators import InputRequired, Length, Optional

from odsc_counter.people.consents import HOW, PURPOSES
from odsc_counter.people.details import LONGEST, Details, birth_text
from odsc_counter.people.models import BUSINESS, PERSON, Person
from odsc_counter.people.words import HOWS, KINDS
from odsc_counter.people.words import PURPOSES as PURPOSE_WORDS
from odsc_counter.platform.errors import InvalidInput

TOO_LONG = _("This is too long.")
NOT_LISTED = _("Choose one of the list.")


def _short(field: str) -> Length:
    return Length(max=LONGEST[field], message=TOO_LONG)


class PersonForm(Form):
    """Who somebody is. Only the name is required; formats of numbers are not verified."""

    kind = RadioField(
        _("Who applies"),
        [Optional()],
        choices=[(PERSON, KINDS[PERSON]), (BUSINESS, KINDS[BUSINESS])],
        default=PERSON,
    )
    full_name = StringField(
        _("Full name"), [InputRequired(_("Write the name.")), _short("full_name")]
    )
    phone = StringField(_("Phone number"), [Optional(), _short("phone")])
    id_number = StringField(_("ID card number"), [Optional(), _short("id_number")])
    family_book = StringField(_("Family book number"), [Optional(), _short("family_book")])
    business_number = StringField(
        _("Business registration number"), [Optional(), _short("business_number")]
    )
    birth = StringField(_("Date or year of birth"), [Optional()])
    unit = IntegerField(_("Province and district"), [Optional()])
    village = StringField(_("Village"), [Optional(), _short("village")])

    def __init__(self, *values: Any, **more: Any) -> None:
        super().__init__(*values, **more)
        # One of the two is always chosen; whoever sends neither means a person.
        self.kind.flags.required = True

    def details(self) -> Details:
        """What was typed."""
        return Details(
            full_name=self.full_name.data or "",
            kind=self.kind.data or PERSON,
            phone=self.phone.data or "",
            id_number=self.id_number.data or "",
            family_book=self.family_book.data or "",
            business_number=self.business_number.data or "",
            birth=self.birth.data or "",
            unit_id=self.unit.data,
            village=self.village.data or "",
        )


def typed(person: Person) -> dict[str, object]:
    """The values with which a form shows what is known of a person."""
    return {
        "kind": person.kind,
        "full_name": person.full_name,
        "phone": person.phone,
        "id_number": person.id_number,
        "family_book": person.family_book,
        "business_number": person.business_number,
        "birth": birth_text(person),
        "unit": person.unit_id,
        "village": person.village,
    }


class EditForm(PersonForm):
    """A change of a record, as it was when the clerk looked at it."""

    version = HiddenField()


class ConsentForm(Form):
    """What a person agrees to or takes back."""

    purpose = SelectField(_("Purpose"), choices=[(one, PURPOSE_WORDS[one]) for one in PURPOSES])
    decision = RadioField(
        _("The person"),
        [InputRequired(NOT_LISTED)],
        choices=[("given", _("agrees")), ("withdrawn", _("withdraws the consent"))],
    )
    how = SelectField(_("How"), choices=[(one, HOWS[one]) for one in HOW])
    paper_reference = StringField(
        _("Where the signed paper lies"), [Optional(), Length(max=60, message=TOO_LONG)]
    )


def mark(form: Form, error: InvalidInput) -> None:
    """Put what the rules refused beside its field."""
    for name, message in error.fields.items():
        if name in form:
            form[name].errors = [message]
        else:
            form.form_errors.append(message)
