"""Whether the centre offers a service on a day, and what the service is then."""

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from odsc_counter.catalogue import queries as catalogue
from odsc_counter.catalogue.models import OfferedService, ServiceVersion
from odsc_counter.catalogue.register_queries import Suspended, suspension
from odsc_counter.platform.errors import DomainError


class NotOffered(DomainError):
    """The centre does not offer the service on that day."""

    slug = "service-not-offered"
    status = 409
    message = _("This centre does not offer this service today.")


def offered_version(session: Session, service_id: int, day: date) -> ServiceVersion:
    """What the service is on a day on which the centre offers it.

    Raises NotOffered, Suspended.
    """
    offered = session.scalars(
        select(OfferedService).where(
            OfferedService.service_id == service_id,
            OfferedService.offered_from <= day,
            (OfferedService.offered_until.is_(None)) | (OfferedService.offered_until > day),
        )
    ).one_or_none()
    if offered is None:
        suspended = suspension(service_id, day)
        raise NotOffered if suspended is None else Suspended(suspended)
    return catalogue.service_on(service_id, day)
