"""A file is begun before the visit; the counter confirms it when it takes the application."""

import uuid
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from odsc_counter.applications.answers import check as check_answers
from odsc_counter.applications.lifecycle import DRAFT, PRE_LIFECYCLE
from odsc_counter.applications.models import Application
from odsc_counter.applications.offered import offered_version
from odsc_counter.applications.pre_models import PreRegistration
from odsc_counter.applications.tracking import unused_number
from odsc_counter.people.details import Details, checked
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import AlreadyChanged, InvalidInput, NotFound
from odsc_counter.platform.tenancy import ScopedSession
from odsc_counter.platform.work import Work, unit_of_work

ONLINE, PHONE, POST = "online", "phone", "post"
SHOWN_FOR = timedelta(days=30)
"""After so long nobody is expected any more: an older draft is kept, but no longer shown."""


def register(
    centre: Centre,
    service_id: int,
    applicant: Details,
    answers: dict[str, Any],
    channel: str = ONLINE,
) -> PreRegistration:
    """Begin a file for a service that the centre offers today; `code` is what is told.

    Name, and telephone or ID card number, must be there: by them the counter sees whose it is.
    Raises InvalidInput, by field and by `answers.<name>`, NotOffered, Suspended.
    """
    now = clock.now()
    day = clock.business_day(now, centre.day_starts_minute)
    with unit_of_work() as work:
        version = offered_version(work.session, service_id, day)
        said, wrong = _checked(applicant)
        try:
            check_answers(version, answers, day)
        except InvalidInput as error:
            wrong |= error.fields
        if wrong:
            raise InvalidInput(wrong)
        draft = PreRegistration(
            code=unused_number(work.session, PreRegistration.code),
            service_id=service_id,
            answers=answers,
            channel=channel,
            created_at=now,
            **said,
        )
        work.begin(
            draft, PRE_LIFECYCLE, "register", day=day, service=version.service.code, channel=channel
        )
    return draft


def withdraw(centre: Centre, draft_id: uuid.UUID, reason: str) -> None:
    """End a draft that comes to nothing. Raises NotFound, AlreadyChanged, InvalidInput."""
    now = clock.now()
    if not reason.strip():
        raise InvalidInput({"reason": _("Write the reason, in 5 to 300 characters.")})
    with unit_of_work() as work:
        draft = _locked(work.session, PreRegistration.id == draft_id)
        work.change(
            draft,
            PRE_LIFECYCLE,
            "withdraw",
            day=clock.business_day(now, centre.day_starts_minute),
            reason=reason.strip(),
        )


def held(session: ScopedSession, code: str) -> PreRegistration:
    """The draft of which a file is made now, held until the transaction ends.

    First of all locks: two clerks who take it at once wait here. Raises NotFound, and
    AlreadyChanged where it was confirmed or withdrawn before.
    """
    draft = _locked(session, PreRegistration.code == code)
    if draft.state != DRAFT:
        raise AlreadyChanged
    return draft


def confirm(work: Work, draft: PreRegistration, application: Application) -> None:
    """The draft has become this file; part of the transaction that takes it."""
    draft.application_id = application.id
    work.change(
        draft, PRE_LIFECYCLE, "confirm", day=application.submitted_on, label=application.label
    )


def _checked(applicant: Details) -> tuple[dict[str, str], dict[str, str]]:
    """What is kept of the applicant, and what is wrong with it by field."""
    try:
        values = checked(applicant)
    except InvalidInput as error:
        return {}, dict(error.fields)
    said = {name: values[name] for name in ("full_name", "phone", "id_number", "village")}
    if not said["phone"] and not said["id_number"]:
        return said, {"phone": _("Write your telephone number, or the number of your ID card.")}
    return said, {}


def _locked(session: ScopedSession, which: Any) -> PreRegistration:
    draft = session.scalars(
        select(PreRegistration)
        .where(which)
        .with_for_update(of=PreRegistration)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if draft is None:
        raise NotFound
    return draft
