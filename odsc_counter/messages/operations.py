"""What people do with messages: try one again, and keep a file silent or not."""

import uuid

from sqlalchemy import delete, select

from odsc_counter.applications.queries import locked
from odsc_counter.messages.lifecycle import DUE, LIFECYCLE
from odsc_counter.messages.models import Delivery, Message, SilentFile
from odsc_counter.messages.patience import not_at_night
from odsc_counter.messages.words import OPTED_OUT
from odsc_counter.messages.writing import OF_USE_FOR
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.tenancy import ScopedSession
from odsc_counter.platform.work import unit_of_work


def retry(delivery_id: uuid.UUID) -> Delivery:
    """Try a message once more that was given up, with all attempts before it.

    It keeps its key: a gateway that had taken it after all does not send it twice. Raises
    NotFound, AlreadyChanged (it was not given up).
    """
    now = clock.now()
    with unit_of_work() as work:
        delivery = work.session.scalars(
            select(Delivery).where(Delivery.id == delivery_id).with_for_update()
        ).one_or_none()
        if delivery is None:
            raise NotFound
        delivery.tries, delivery.reason = 0, ""
        delivery.next_try_at = not_at_night(now)
        delivery.too_late_at = max(delivery.too_late_at, now + OF_USE_FOR)
        work.change(delivery, LIFECYCLE, "retry")
    return delivery


def keep_silent(application_id: uuid.UUID, *, silent: bool) -> None:
    """Send the applicant no more messages about a file, or send them again.

    What waits to be sent is stopped. Nothing changes where it is so already. Raises NotFound.
    """
    with unit_of_work() as work:
        application = locked(work.session, application_id)
        known = work.session.scalars(
            select(SilentFile).where(SilentFile.application_id == application.id)
        ).one_or_none()
        if silent == (known is not None):
            return
        if known is None:
            work.session.add(SilentFile(application_id=application.id, since=clock.now()))
        else:
            work.session.execute(
                delete(SilentFile).where(SilentFile.application_id == application.id)
            )
        work.record(
            "stop_messages" if silent else "allow_messages",
            subject_kind="application",
            subject_id=str(application.id),
        )
        for delivery in _waiting(work.session, application.id) if silent else ():
            delivery.next_try_at, delivery.reason = None, OPTED_OUT
            work.change(delivery, LIFECYCLE, "stop", reason=OPTED_OUT)


def _waiting(session: ScopedSession, application_id: uuid.UUID) -> list[Delivery]:
    of_file = select(Message.id).where(
        Message.centre_id == Delivery.centre_id, Message.application_id == application_id
    )
    return list(
        session.scalars(
            select(Delivery)
            .where(Delivery.state.in_(DUE), Delivery.message_id.in_(of_file))
            .order_by(Delivery.id)
            .with_for_update()
        )
    )
