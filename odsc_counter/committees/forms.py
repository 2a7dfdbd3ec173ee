"""What is typed about committees, seats and meetings."""

import uuid
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    DateField,
    Form,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from odsc_counter.committees import meeting_words as words
from odsc_counter.committees.meetings import Plan
from odsc_counter.committees.members import ROLES, Seat
from odsc_counter.committees.models import CommitteeMember, Meeting
from odsc_counter.platform import clock
from odsc_counter.platform.lao import lao_normalize


def _clean(text: str | None) -> str:
    return lao_normalize(text or "").strip()


def _whole(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() else None


REQUIRED = InputRequired(_("Required."))


class CommitteeForm(Form):
    """What the committee is called and when it may decide."""

    name_lo = StringField(_("Name in Lao"), [REQUIRED, Length(3, 200)], filters=[_clean])
    name_en = StringField(_("Name in English"), [Optional(), Length(max=200)], filters=[_clean])
    founded_by = StringField(
        _("Founding decision, with number and date"),
        [Optional(), Length(max=300)],
        filters=[_clean],
    )
    quorum_percent = IntegerField(
        _("It may decide when more than this share of the seats is present (percent)"),
        [REQUIRED, NumberRange(1, 100)],
        default=50,
    )


class MemberForm(Form):
    """Who has a seat, in which role, for how long."""

    name_lo = StringField(_("Name in Lao"), [REQUIRED, Length(2, 160)], filters=[_clean])
    name_en = StringField(_("Name in English"), [Optional(), Length(max=160)], filters=[_clean])
    post_lo = StringField(_("Post in Lao"), [REQUIRED, Length(2, 200)], filters=[_clean])
    post_en = StringField(_("Post in English"), [Optional(), Length(max=200)], filters=[_clean])
    role = SelectField(
        _("Role in the committee"),
        [REQUIRED],
        choices=[(role, words.ROLES[role]) for role in ROLES],
        default="member",
    )
    ministry_id = SelectField(_("Ministry"), [Optional()])
    user_id = SelectField(_("Account"), [Optional()])
    from_on = DateField(_("From day"), [REQUIRED])
    until_on = DateField(_("End of the term"), [Optional()])

    def __init__(
        self, *arguments: Any, ministries: list[Any], accounts: list[Any], **more: Any
    ) -> None:
        super().__init__(*arguments, **more)
        self.ministry_id.choices = [("", "–"), *ministries]
        self.user_id.choices = [("", "–"), *accounts]

    @property
    def seat(self) -> Seat:
        """The seat as it was typed."""
        return Seat(
            name_lo=self.name_lo.data or "",
            name_en=self.name_en.data or "",
            post_lo=self.post_lo.data or "",
            post_en=self.post_en.data or "",
            role=self.role.data,
            ministry_id=_whole(self.ministry_id.data),
            user_id=_whole(self.user_id.data),
            from_on=self.from_on.data,  # type: ignore[arg-type]  # required
            until_on=self.until_on.data,
        )


class EndForm(Form):
    """When and why a seat ends."""

    ended_on = DateField(_("First day without the seat"), [REQUIRED])
    reason = StringField(_("Reason"), [REQUIRED, Length(3, 300)], filters=[_clean])


class MeetingForm(Form):
    """When, where and about what a committee meets."""

    title_lo = StringField(_("Title in Lao"), [REQUIRED, Length(3, 300)], filters=[_clean])
    title_en = StringField(_("Title in English"), [Optional(), Length(max=300)], filters=[_clean])
    day = DateField(_("Day"), [REQUIRED])
    starts = TimeField(_("Begins at"), [REQUIRED])
    ends = TimeField(_("Ends at"), [REQUIRED])
    venue = StringField(_("Venue"), [REQUIRED, Length(2, 200)], filters=[_clean])
    chair_id = SelectField(_("In the chair"), [Optional()])

    def __init__(self, *arguments: Any, seats: list[CommitteeMember], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.chair_id.choices = [("", "–"), *((str(seat.id), seat.name_lo) for seat in seats)]

    @property
    def plan(self) -> Plan:
        """The meeting as it was typed; times are Vientiane's."""
        return Plan(
            title_lo=self.title_lo.data or "",
            title_en=self.title_en.data or "",
            starts_at=self._at(self.starts),
            ends_at=self._at(self.ends),
            venue=self.venue.data or "",
            chair_id=as_key(self.chair_id.data or ""),
        )

    def _at(self, field: TimeField) -> datetime:
        return datetime.combine(self.day.data, field.data, clock.VIENTIANE)  # type: ignore[arg-type]  # required


def as_key(text: str) -> uuid.UUID | None:
    """A key out of a form's field; None for what is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def of_meeting(meeting: Meeting) -> dict[str, Any]:
    """A meeting as the fields of its form."""
    starts, ends = clock.local(meeting.starts_at), clock.local(meeting.ends_at)
    return {
        "title_lo": meeting.title_lo,
        "title_en": meeting.title_en,
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "venue": meeting.venue,
        "chair_id": str(meeting.chair_id or ""),
    }


class TopicForm(Form):
    """Another matter for the agenda."""

    title_lo = StringField(_("Title in Lao"), [REQUIRED, Length(3, 300)], filters=[_clean])
    title_en = StringField(_("Title in English"), [Optional(), Length(max=300)], filters=[_clean])


class ReasonForm(Form):
    """Why something is called off."""

    reason = TextAreaField(_("Reason"), [REQUIRED, Length(5, 500)], filters=[_clean])
