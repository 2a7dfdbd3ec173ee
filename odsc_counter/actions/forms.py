"""What is typed about action items."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, Form, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from odsc_counter.actions.operations import Task
from odsc_counter.platform.lao import lao_normalize

REQUIRED = InputRequired(_("Required."))


def _clean(text: str | None) -> str:
    return lao_normalize(text or "").strip()


def _whole(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() else None


class ActionForm(Form):
    """A new action item: what, which office, who, until when."""

    task_lo = TextAreaField(
        _("What must be done, in Lao"), [REQUIRED, Length(3, 2000)], filters=[_clean]
    )
    task_en = TextAreaField(
        _("What must be done, in English"), [Optional(), Length(max=2000)], filters=[_clean]
    )
    place_id = SelectField(_("Place"), [REQUIRED])
    office_lo = StringField(
        _("Responsible office, in Lao"), [REQUIRED, Length(2, 200)], filters=[_clean]
    )
    office_en = StringField(
        _("Responsible office, in English"), [Optional(), Length(max=200)], filters=[_clean]
    )
    responsible_name = StringField(
        _("Responsible person"), [REQUIRED, Length(2, 160)], filters=[_clean]
    )
    responsible_id = SelectField(_("Account of the responsible person"), [Optional()])
    ministry_id = SelectField(_("Ministry"), [Optional()])
    due_on = DateField(_("Due on"), [REQUIRED])

    def __init__(
        self,
        *arguments: Any,
        places: list[tuple[str, str]],
        people: list[tuple[str, str]],
        ministries: list[tuple[str, str]],
        **more: Any,
    ) -> None:
        super().__init__(*arguments, **more)
        self.place_id.choices = places
        self.responsible_id.choices = [("", "–"), *people]
        self.ministry_id.choices = [("", "–"), *ministries]

    @property
    def task(self) -> Task:
        """The task as it was typed; call after `validate`."""
        due_on = self.due_on.data
        if due_on is None:
            raise ValueError("the form was not validated")
        return Task(
            place_id=_whole(self.place_id.data) or 0,
            task_lo=self.task_lo.data or "",
            task_en=self.task_en.data or "",
            office_lo=self.office_lo.data or "",
            office_en=self.office_en.data or "",
            responsible_name=self.responsible_name.data or "",
            responsible_id=_whole(self.responsible_id.data),
            ministry_id=_whole(self.ministry_id.data),
            due_on=due_on,
        )


class NoteForm(Form):
    """What is said about an action item."""

    text = TextAreaField(
        _("What has been done, what is missing"),
        [REQUIRED, Length(3, 2000, message=_("Write 3 to 2000 characters."))],
        filters=[_clean],
    )


class DueForm(NoteForm):
    """Another due day, and why."""

    due_on = DateField(_("Due on"), [REQUIRED])
