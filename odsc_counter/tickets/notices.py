"""The lines on the board: what the centre tells people today, and which services are closed."""

import uuid
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import or_, select

from odsc_counter.catalogue.models import OfferedService
from odsc_counter.platform import clock
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import reading, unit_of_work
from odsc_counter.tickets.hall_models import HallNotice
from odsc_counter.tickets.queries import service_names, today

LONGEST = 300
"""Letters of a notice: what three pages of the board hold."""


@dataclass(frozen=True)
class NoticeRow:
    """A notice with the name of the service that it is about; both names None without one."""

    notice: HallNotice
    service_lo: str | None
    service_en: str | None

    def service(self, language: str) -> str | None:
        """The service's name in a language."""
        return self.service_lo if language == "lo" else self.service_en


def notices_on(day: date) -> list[NoticeRow]:
    """What is shown on a day: closed services first, then the newest. At most two statements."""
    return _rows(HallNotice.shown_from <= day, _not_over(day), day=day)


def standing_notices() -> list[NoticeRow]:
    """What is shown today or from a later day on, for whoever sets the notices up."""
    day = today()
    return _rows(_not_over(day), day=day)


def _not_over(day: date) -> object:
    return or_(HallNotice.shown_until.is_(None), HallNotice.shown_until > day)


def _rows(*conditions: object, day: date) -> list[NoticeRow]:
    with reading() as session:
        found = session.scalars(
            select(HallNotice)
            .where(*conditions)  # type: ignore[arg-type]  # conditions made above
            .order_by(HallNotice.closes_service.desc(), HallNotice.created_at.desc())
        ).all()
        wanted = {one.service_id for one in found if one.service_id is not None}
        names = service_names(session, wanted, day) if wanted else {}
    return [
        NoticeRow(one, name.name_lo if name else None, name.name_en if name else None)
        for one, name in ((one, names.get(one.service_id or 0)) for one in found)
    ]


def add_notice(
    *,
    text_lo: str,
    text_en: str = "",
    shown_from: date | None = None,
    shown_until: date | None = None,
    service_id: int | None = None,
    closes_service: bool = False,
) -> HallNotice:
    """Put up a notice, from today and until it is taken down unless told otherwise.

    `shown_until` is the last day plus one. While a notice that closes a service stands, no
    numbers are given for it. Raises InvalidInput for a missing or too long text, for days in
    the wrong order and for a closure of no service; NotFound for a service that the centre
    does not offer.
    """
    text_lo, text_en = lao_normalize(text_lo), lao_normalize(text_en)
    shown_from = shown_from or today()
    _refuse_wrong(text_lo, text_en, shown_from, shown_until, service_id, closes_service)
    with unit_of_work() as work:
        if (
            service_id is not None
            and not work.session.scalars(
                select(OfferedService.service_id).where(OfferedService.service_id == service_id)
            ).one_or_none()
        ):
            raise NotFound
        notice = HallNotice(
            text_lo=text_lo,
            text_en=text_en,
            service_id=service_id,
            closes_service=closes_service,
            shown_from=shown_from,
            shown_until=shown_until,
            created_at=clock.now(),
            created_by_id=current_actor().user_id,
        )
        work.session.add(notice)
        work.session.flush()
        work.record(
            "put_up",
            subject_kind="hall_notice",
            subject_id=str(notice.id),
            data={"text": text_lo, "service_id": service_id, "closes_service": closes_service},
        )
    return notice


def _refuse_wrong(
    text_lo: str,
    text_en: str,
    shown_from: date,
    shown_until: date | None,
    service_id: int | None,
    closes_service: bool,
) -> None:
    wrong = {}
    if not text_lo:
        wrong["text_lo"] = _("Please write the notice in Lao.")
    for field, text in (("text_lo", text_lo), ("text_en", text_en)):
        if len(text) > LONGEST:
            wrong[field] = _("At most %(most)s letters.", most=LONGEST)
    if shown_until is not None and shown_until <= shown_from:
        wrong["last_day"] = _("The last day is before the first.")
    if closes_service and service_id is None:
        wrong["service"] = _("Choose the service that is closed.")
    if wrong:
        raise InvalidInput(wrong)


def take_down(notice_id: uuid.UUID) -> None:
    """Take a notice down, from now on; one that is down already stays so. Raises NotFound."""
    day = today()
    with unit_of_work() as work:
        notice = work.session.scalars(
            select(HallNotice).where(HallNotice.id == notice_id).with_for_update()
        ).one_or_none()
        if notice is None:
            raise NotFound
        if notice.shown_until is not None and notice.shown_until <= day:
            return
        notice.shown_until = day
        work.record("take_down", subject_kind="hall_notice", subject_id=str(notice.id))
