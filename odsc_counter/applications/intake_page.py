"""The page on which an application is taken: the service, who applies, and the papers.

Who applies is looked up, or typed; before a second record of somebody known is made, the clerk
is asked.
"""

import uuid
from dataclasses import dataclass

from flask import render_template, request
from flask_babel import gettext as _

from odsc_counter.applications.answers import Answers, flat, from_record
from odsc_counter.applications.blueprint import day_of
from odsc_counter.applications.intake import AT_THE_COUNTER
from odsc_counter.applications.papers import already_here
from odsc_counter.applications.pre_models import PreRegistration
from odsc_counter.applications.tracking import spaced
from odsc_counter.applications.words import CHANNELS
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.form_fields import fields_of
from odsc_counter.catalogue.queries import OfferedRow
from odsc_counter.catalogue.register_queries import suspended_services
from odsc_counter.people import queries as people
from odsc_counter.people import words
from odsc_counter.people.forms import PersonForm, typed
from odsc_counter.people.models import Person
from odsc_counter.people.queries import Likely
from odsc_counter.places.models import Centre
from odsc_counter.places.queries import provinces
from odsc_counter.places.wording import place
from odsc_counter.platform.errors import NotFound
from odsc_counter.tickets import queries as tickets
from odsc_counter.traits import form as traits
from odsc_counter.traits import words as trait_words

ANOTHER = "another"


@dataclass(frozen=True)
class Choice:
    """Whether a record was chosen, or a new one is wanted though others are alike."""

    person_id: uuid.UUID | None = None
    is_another: bool = False


def chosen_person(text: str) -> Choice:
    """What the form says about the record: nothing, an id, or another person.

    Raises NotFound for anything else.
    """
    if text in ("", ANOTHER):
        return Choice(is_another=text == ANOTHER)
    try:
        return Choice(uuid.UUID(text))
    except ValueError as error:
        raise NotFound from error


def asks_first(form: PersonForm, choice: Choice) -> list[Likely]:
    """Whom the clerk is asked about before a second record is made; nobody once it is decided."""
    if choice.person_id is not None or choice.is_another or not form.full_name.data:
        return []
    return people.likely_same(form.details())


def drawn(
    centre: Centre,
    service_id: int | None,
    ticket_id: uuid.UUID | None,
    *,
    form: PersonForm | None = None,
    person_id: uuid.UUID | None = None,
    text: str | None = None,
    present: set[int] | None = None,
    likely: list[Likely] | None = None,
    wrong: dict[str, str] | None = None,
    draft: PreRegistration | None = None,
    number: str = "",
    number_error: str | None = None,
) -> str:
    """The page; `form` holds what was typed and refused, `text` what is looked up.

    `wrong` says what is wrong with the answers to the service's own questions. `draft` was
    begun before the visit and fills the page; `number` is one under which there is none, and
    `number_error` says so.
    """
    known = _kept(person_id) if person_id is not None else None
    if form is None:
        form = PersonForm(data=_begins_with(known, draft))
    elif known is not None:
        form.full_name.data, form.kind.data = known.full_name, known.kind
    if draft is not None and service_id is None:
        service_id = draft.service_id
    offered = catalogue.offered_services(day_of(centre))
    chosen = next((row for row in offered if row.service.id == service_id), None)
    text = (text or "").strip()[:80]
    return render_template(
        "applications/new.html",
        form=form,
        offered=offered,
        suspended=suspended_services(day_of(centre)),
        chosen=chosen,
        fields=fields_of(chosen.version.form) if chosen else [],
        given=request.form or flat(_answers_begin_with(chosen, known, draft)),
        here=already_here(known.id, chosen.version.papers, day_of(centre))
        if known is not None and chosen is not None
        else {},
        wrong=wrong or {},
        provinces=provinces() if chosen else [],
        today=day_of(centre),
        ticket=tickets.ticket(ticket_id) if ticket_id else None,
        present=present or set(),
        known=known,
        likely=likely,
        person_error=_("Choose the person, or say that it is another.") if likely else None,
        why=words.WHY,
        place=place,
        places=words.place_choices(centre),
        looked_up=bool(text),
        draft=draft,
        draft_number=spaced(draft.code) if draft is not None else number,
        number_error=number_error,
        ways={way: CHANNELS[way] for way in AT_THE_COUNTER},
        traits=traits,
        trait_words=trait_words,
        who_came=request.form if traits.said_in(request.form) is not None else None,
        way=request.form.get("channel", AT_THE_COUNTER[0]),
        **_looked_up(text, service_id, ticket_id, draft.code if draft is not None else None),
    )


def _begins_with(known: Person | None, draft: PreRegistration | None) -> dict[str, object] | None:
    """What stands in the form at first: the record, and what was said online where it is silent.

    Nobody has checked what was said online, so it never replaces what the centre knows.
    """
    said: dict[str, object] = {}
    if draft is not None:
        said = {
            "full_name": draft.full_name,
            "phone": draft.phone,
            "id_number": draft.id_number,
            "village": draft.village,
        }
    if known is not None:
        said |= {name: value for name, value in typed(known).items() if value}
    return said or None


def _answers_begin_with(
    chosen: OfferedRow | None, known: Person | None, draft: PreRegistration | None
) -> Answers:
    """What the record says of the questions; what was said online for this file comes first."""
    answers: Answers = {}
    if chosen is not None and known is not None:
        answers = from_record(chosen.version.form, known)
    return answers | (draft.answers if draft is not None else {})


def known_people(
    text: str, service_id: int | None, ticket_id: uuid.UUID | None, draft_code: str | None = None
) -> str:
    """The list of people who were looked up, each a link that fills the form."""
    return render_template(
        "applications/_known_people.html",
        place=place,
        **_looked_up(text.strip()[:80], service_id, ticket_id, draft_code),
    )


def _looked_up(
    text: str, service_id: int | None, ticket_id: uuid.UUID | None, draft_code: str | None
) -> dict[str, object]:
    return {
        "text": text,
        "found": people.search(text),
        "service_id": service_id,
        "ticket_id": ticket_id,
        "draft_code": draft_code,
    }


def _kept(person_id: uuid.UUID) -> Person:
    """The record, or the one that it was merged into at last. Raises NotFound."""
    person = people.person(person_id)
    return person if person.merged_into_id is None else _kept(person.merged_into_id)
