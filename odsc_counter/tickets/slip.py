"""What stands on a printed ticket, in the holder's language: the same on every kind of paper."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from odsc_counter.catalogue import fee_words
from odsc_counter.catalogue.queries import OfferedRow, offered_services
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.lao import Language
from odsc_counter.tickets.lifecycle import WAITING
from odsc_counter.tickets.place import Place
from odsc_counter.tickets.words import REASONS, STATES


@dataclass(frozen=True)
class SlipService:
    """A service on the ticket, with its fee in a few words."""

    name: str
    fee: str


@dataclass(frozen=True)
class Slip:
    """A ticket as lines of text. Empty texts are left out on paper."""

    language: str
    centre: str
    heading: str
    label: str
    copy: str
    """Says that an earlier print exists, and the how-manieth copy this is."""
    services: tuple[SlipService, ...]
    files: str
    priority: str
    place: str
    wait: str
    papers_heading: str
    papers: tuple[str, ...]
    example: str
    """Said where papers or fees are examples that nobody has confirmed."""
    issued: str
    scan: str
    address: str
    """Where the QR code leads: the phone status page."""


def slip_of(centre: Centre, place: Place, address: str) -> Slip:
    """The ticket as it is printed now, in the language in which the number was taken."""
    ticket = place.ticket
    language: Language = "en" if ticket.language == "en" else "lo"
    by_id = {row.service.id: row for row in offered_services(ticket.day)}
    rows = [by_id[one.service_id] for one in place.services if one.service_id in by_id]
    with force_locale(language):
        return Slip(
            language=language,
            centre=centre.name(language),
            heading=_("Your number"),
            label=ticket.label,
            copy=_("COPY %(number)s", number=ticket.print_count - 1)
            if ticket.print_count > 1
            else "",
            services=tuple(
                SlipService(one.name(language), _fee_of(by_id.get(one.service_id), language))
                for one in place.services
            ),
            files=_("For %(number)s households or files", number=place.files)
            if place.files > 1
            else "",
            priority=str(REASONS[ticket.priority_reason]) if ticket.priority_reason else "",
            place=_place_in_words(place),
            wait=_("Wait: %(wait)s", wait=place.wait_words) if place.wait else "",
            papers_heading=_("Papers to prepare"),
            papers=papers_of(rows, language) or (_("No papers are asked for."),),
            example=_("Example, not confirmed") if any(row.is_illustrative for row in rows) else "",
            issued=f"{clock.local(ticket.issued_at):%d/%m/%Y %H:%M}",
            scan=_("Scan the code to follow your number on your phone."),
            address=address,
        )


def papers_of(rows: Iterable[OfferedRow], language: str) -> tuple[str, ...]:
    """The papers that services ask for, each once, in their order."""
    return tuple(
        dict.fromkeys(
            paper.document_type.name(language) for row in rows for paper in row.version.papers
        )
    )


def _place_in_words(place: Place) -> str:
    if place.ticket.state != WAITING:
        return str(STATES[place.ticket.state])
    if place.ahead is None:
        return ""
    if place.ahead == 0:
        return str(_("You are next."))
    return str(
        ngettext("%(num)s person is ahead of you.", "%(num)s people are ahead of you.", place.ahead)
    )


def _fee_of(row: OfferedRow | None, language: Language) -> str:
    told = fee_words.lines_in_short(row.fee_lines, language) if row is not None else ""
    return str(_("Fee: %(fee)s", fee=told)) if told else ""
