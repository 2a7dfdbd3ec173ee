"""What the form for pre-printed numbers shows: who may have served, what is entered already."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from odsc_counter.accounts.models import RoleGrant, User
from odsc_counter.accounts.permissions import PERMISSIONS
from odsc_counter.catalogue.models import ServiceVersion
from odsc_counter.platform.work import reading
from odsc_counter.tickets.models import Counter, Ticket
from odsc_counter.tickets.queries import service_names


def clerks(centre_id: int) -> list[User]:
    """Everybody who serves or has served at the counters of a centre, by name."""
    serving = select(RoleGrant.user_id).where(
        RoleGrant.at_centre_id == centre_id,
        RoleGrant.role.in_(PERMISSIONS["ticket.serve"].roles),
    )
    with reading() as session:
        return list(
            session.scalars(select(User).where(User.id.in_(serving)).order_by(User.name_en))
        )


@dataclass(frozen=True)
class EnteredRow:
    """A pre-printed number that is entered."""

    ticket: Ticket
    version: ServiceVersion
    counter: int | None


def entered(day: date) -> list[EnteredRow]:
    """The pre-printed numbers of a day, in the order of series and number."""
    with reading() as session:
        found = session.execute(
            select(Ticket, Counter.number)
            .outerjoin(
                Counter,
                (Counter.centre_id == Ticket.centre_id) & (Counter.id == Ticket.counter_id),
            )
            .where(Ticket.day == day, Ticket.is_paper)
            .order_by(Ticket.letter, Ticket.number)
        ).all()
        names = service_names(session, {ticket.service_id for ticket, _number in found}, day)
    return [EnteredRow(ticket, names[ticket.service_id], number) for ticket, number in found]
