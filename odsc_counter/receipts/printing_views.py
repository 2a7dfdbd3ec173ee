"""The doors of papers: how a print is chosen, and many receipts as one document."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from odsc_counter.accounts.access import centre_door
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.receipts import paper, printing
from odsc_counter.receipts.blueprint import blueprint
from odsc_counter.receipts.printing import NothingToPrint

PRINT_LASTS = timedelta(minutes=10)
"""How long a recorded print can be fetched: later it is a new copy with a new number."""


def chosen_paper(sent: Mapping[str, str]) -> tuple[str, str]:
    """The language and the format that a print form chose; both languages on A5 unless told."""
    language, paper_format = sent.get("language", ""), sent.get("format", "")
    return (
        language if language in ("lo", "en") else "both",
        paper_format if paper_format in printing.FORMATS else printing.A5,
    )


def refuse_old_print(at: datetime) -> None:
    """Raise NotFound for a print that was recorded too long ago to be fetched."""
    if clock.now() - at > PRINT_LASTS:
        raise NotFound


def shown(pdf: bytes, name: str) -> Response:
    """A PDF in the browser's window."""
    return Response(
        pdf,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )


def parts_of(day: date | None) -> list[tuple[str, str]]:
    """The documents that a day's receipts make, to choose from: their number and what they hold.

    Nothing without a day, and for a day without receipts.
    """
    count = printing.count_of_day(day) if day is not None else 0
    most = printing.MOST_TOGETHER
    return [
        (str(part + 1), f"{part * most + 1}–{min(count, (part + 1) * most)}")
        for part in range(-(-count // most))
    ]


@blueprint.post("/c/<centre>/receipts/print-day")
@centre_door("receipt.view")
@once
def print_day(centre: Centre) -> ResponseReturnValue:
    """Record prints of a day's receipts, or of a till's on it, then show them as one document."""
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError as error:
        raise NotFound from error
    till = request.form.get("till", type=uuid.UUID)
    language, paper_format = chosen_paper(request.form)
    part = request.form.get("part", 1, type=int)
    try:
        document = printing.print_day(day, language, paper_format, till_id=till, part=part)
    except NothingToPrint as error:
        flash(str(error), "warning")
        return redirect(url_for(".index", day=day.isoformat()), 303)
    return redirect(url_for(".pdf_of_many", document=document), 303)


@blueprint.get("/c/<centre>/receipts/printed/<uuid:document>")
@centre_door("receipt.view")
def pdf_of_many(centre: Centre, document: uuid.UUID) -> ResponseReturnValue:
    """The papers of a recorded print of many receipts."""
    printed = printing.printed_together(document)
    refuse_old_print(printed.at)
    labels = printing.receipts_by_id([receipt for receipt, _ in printed.prints])
    first = labels[printed.prints[0][0]].label
    return shown(
        paper.receipts_pdf(printed.prints, printed.language, paper_format=printed.paper_format),
        f"{first}-{len(printed.prints)}",
    )
