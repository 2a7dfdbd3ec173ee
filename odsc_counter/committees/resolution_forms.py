"""What is typed about resolutions, minutes and their sign-off."""

import uuid
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    Form,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from odsc_counter.committees import resolution_words as words
from odsc_counter.committees.models import AgendaItem, CommitteeMember, Resolution
from odsc_counter.committees.resolutions import Ballot, Decision, Proposal
from odsc_counter.committees.signing import Signer
from odsc_counter.places.models import Unit
from odsc_counter.platform.errors import DomainError, InvalidInput

NEEDED = _("Required.")
TEXT = 10_000
"""Letters of a resolution's text."""
MOST_VOTES = 1000


def _key(value: Any) -> uuid.UUID | None:
    return uuid.UUID(str(value)) if value else None


class Refusable(Form):
    """A form that shows what an operation refused at its field, or above the form."""

    def take(self, error: DomainError) -> None:
        """Show an error of the operation."""
        fields = error.fields if isinstance(error, InvalidInput) else {}
        for name, message in fields.items():
            self[name].errors = [*self[name].errors, message]
        if not fields:
            self.form_errors.append(str(error))


class ProposalForm(Refusable):
    """A resolution as it is proposed."""

    title_lo = StringField(_("Title in Lao"), [InputRequired(NEEDED), Length(max=300)])
    title_en = StringField(_("Title in English"), [Length(max=300)])
    text_lo = TextAreaField(_("Text in Lao"), [InputRequired(NEEDED), Length(max=TEXT)])
    text_en = TextAreaField(_("Text in English"), [Length(max=TEXT)])
    proposer_id = SelectField(_("Proposed by"), [Optional()], coerce=_key)
    proposer_name = StringField(
        _("Proposed by, in words"),
        [Length(max=200)],
        description=_("Where it is no member: a ministry, an office, a guest."),
    )
    agenda_item_id = SelectField(_("Point of the agenda"), [Optional()], coerce=_key)
    corrects_id = SelectField(_("Corrects an earlier resolution"), [Optional()], coerce=_key)
    goes_down = BooleanField(_("Goes down to all centres as a guideline"))
    acknowledge_by = DateField(
        _("To be acknowledged by"),
        [Optional()],
        description=_("Needed for a guideline: the day by which all centres must have read it."),
    )

    def __init__(
        self,
        formdata: Any = None,
        *,
        members: list[CommitteeMember],
        items: list[AgendaItem],
        earlier: list[Resolution],
        unit: Unit,
        language: str,
        **more: Any,
    ) -> None:
        super().__init__(formdata, **more)
        self.proposer_id.choices = [
            ("", _("Somebody else")),
            *((one.id, f"{_name(one, language)}, {_post(one, language)}") for one in members),
        ]
        self.agenda_item_id.choices = [
            ("", _("None")),
            *((one.id, f"{one.position}. {_title(one, language)}") for one in items),
        ]
        self.corrects_id.choices = [
            ("", _("None")),
            *(
                (one.id, f"{words.label(one, unit)} {words.title(one, language)}"[:120])
                for one in earlier
            ),
        ]

    @property
    def proposal(self) -> Proposal:
        """What was typed, for the operation."""
        return Proposal(
            title_lo=self.title_lo.data or "",
            title_en=self.title_en.data or "",
            text_lo=self.text_lo.data or "",
            text_en=self.text_en.data or "",
            proposer_id=self.proposer_id.data,
            proposer_name=self.proposer_name.data or "",
            agenda_item_id=self.agenda_item_id.data,
            corrects_id=self.corrects_id.data,
            goes_down=bool(self.goes_down.data),
            acknowledge_by=self.acknowledge_by.data,
        )


class DecisionForm(Refusable):
    """What became of a proposal, as in the workshop's form."""

    decision = RadioField(
        _("Decision"), [InputRequired(NEEDED)], choices=list(words.VERBS.items()), default="confirm"
    )
    amended_lo = TextAreaField(
        _("Amended text in Lao"),
        [Length(max=TEXT)],
        description=_("For a confirmation with amendments. The proposal stays beside it."),
    )
    amended_en = TextAreaField(_("Amended text in English"), [Length(max=TEXT)])
    reason = TextAreaField(
        _("Reason"),
        [Length(max=1000)],
        description=_("For what is deferred or rejected."),
    )
    way = RadioField(
        _("How it was decided"),
        [InputRequired(NEEDED)],
        choices=list(words.WAYS.items()),
        default="consensus",
    )
    votes_for = IntegerField(_("For"), [Optional(), NumberRange(0, MOST_VOTES)])
    votes_against = IntegerField(_("Against"), [Optional(), NumberRange(0, MOST_VOTES)])
    votes_abstained = IntegerField(_("Abstained"), [Optional(), NumberRange(0, MOST_VOTES)])

    @property
    def ruling(self) -> Decision:
        """What was typed, for the operation."""
        votes = (self.votes_for.data, self.votes_against.data, self.votes_abstained.data)
        return Decision(
            verb=self.decision.data,
            ballot=Ballot("vote", *votes) if self.way.data == "vote" else Ballot(),
            amended_lo=self.amended_lo.data or "",
            amended_en=self.amended_en.data or "",
            reason=self.reason.data or "",
        )


class SignForm(Refusable):
    """Who signs the minutes, and the secretary's own word."""

    chair_name = StringField(_("Name of the chair"), [InputRequired(NEEDED), Length(2, 60)])
    chair_post = StringField(_("Office of the chair"), [Length(max=80)])
    secretary_name = StringField(
        _("Name of who takes the minutes"), [InputRequired(NEEDED), Length(2, 60)]
    )
    secretary_post = StringField(_("Office of who takes the minutes"), [Length(max=80)])
    own_password = PasswordField(_("Your password"), [InputRequired(NEEDED)])
    own_code = StringField(_("Code from your phone"))

    @property
    def signers(self) -> tuple[Signer, Signer]:
        """The chair and the secretary, for the operation."""
        return (
            Signer(self.chair_name.data or "", self.chair_post.data or ""),
            Signer(self.secretary_name.data or "", self.secretary_post.data or ""),
        )


def _name(member: CommitteeMember, language: str) -> str:
    return (member.name_en if language == "en" else "") or member.name_lo


def _post(member: CommitteeMember, language: str) -> str:
    return (member.post_en if language == "en" else "") or member.post_lo


def _title(item: AgendaItem, language: str) -> str:
    return (item.title_en if language == "en" else "") or item.title_lo
