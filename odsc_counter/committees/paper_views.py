"""The doors of a meeting's papers: sent in, looked at, withdrawn; and its invitation."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import IO, Any

from flask import current_app, flash, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from odsc_counter.accounts.access import seat_door
from odsc_counter.applications import scan_files
from odsc_counter.applications.scan_files import KeptFile
from odsc_counter.committees import papers, queries
from odsc_counter.committees.blueprint import blueprint, to_meeting
from odsc_counter.committees.forms import as_key
from odsc_counter.committees.meeting_views import MOST_FILES, meeting_page
from odsc_counter.config import Settings
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock, media
from odsc_counter.platform.errors import DomainError, InvalidInput, NotFound
from odsc_counter.platform.file_store import NotThere, current_store
from odsc_counter.platform.idempotency import once
from odsc_counter.web.body_limits import MEGABYTE, takes_files
from odsc_counter.web.headers import shut_in


def received(view: Callable[..., Any]) -> Callable[..., Any]:
    """Check and store the files that were sent, before the view's transaction begins.

    All or none: at the first file that is refused the person is told which and why.
    """

    @wraps(view)
    def wrapper(*, unit: Unit, meeting: uuid.UUID, **arguments: Any) -> Any:
        queries.meeting(unit, meeting)
        sent = [file for file in request.files.getlist("papers") if file.filename]
        try:
            if not sent:
                raise InvalidInput({"papers": _("Choose a picture or a PDF file.")})
            if len(sent) > MOST_FILES:
                too_many = _("At most %(most)s files at once.", most=MOST_FILES)
                raise InvalidInput({"papers": too_many})
            files = [_kept(file.stream, file.filename or "") for file in sent]
            return view(unit=unit, meeting=meeting, files=files, **arguments)
        except NotFound:
            raise
        except InvalidInput as error:
            return meeting_page(
                unit, meeting, error.status, error=error.fields.get("papers", str(error))
            )
        except DomainError as error:
            return meeting_page(unit, meeting, error.status, error=str(error))

    return wrapper


def _kept(stream: IO[bytes], name: str) -> KeptFile:
    settings: Settings = current_app.config["SETTINGS"]
    content = stream.read(settings.upload_max_mb * MEGABYTE + 1)
    try:
        return scan_files.keep(
            content,
            name,
            most_megabytes=settings.upload_max_mb,
            clamd=settings.clamd,
            small=False,
        )
    except DomainError as error:
        raise InvalidInput({"papers": f"{scan_files.shown_name(name)}: {error}"}) from error


@blueprint.post("/a/<unit>/meetings/<uuid:meeting>/papers")
@seat_door("committee.run")
@takes_files(MOST_FILES)
@received
@once
def add_papers(unit: Unit, meeting: uuid.UUID, files: list[KeptFile]) -> ResponseReturnValue:
    """Lay files on the table, of the meeting or of one point."""
    item = as_key(request.form.get("item", ""))
    for file in files:
        papers.add(unit, meeting, file, item)
    flash(ngettext("One paper is added.", "%(num)s papers are added.", len(files)), "success")
    return to_meeting(meeting)


@blueprint.get("/a/<unit>/meetings/<uuid:meeting>/papers/<uuid:paper>")
@seat_door("committee.attend")
def show_paper(unit: Unit, meeting: uuid.UUID, paper: uuid.UUID) -> ResponseReturnValue:
    """The paper itself."""
    found = papers.paper(unit, meeting, paper)
    try:
        file = current_store().of_units.open(unit.id, found.file_hash)
    except NotThere as error:
        raise NotFound from error
    about = queries.meeting(unit, meeting)
    response = send_file(
        file,
        mimetype=found.media_type,
        # A name of our own making: the sender's has no place in a header.
        download_name=f"{unit.code}-{about.year}-{about.number:02}-{found.id.hex[-8:]}"
        f".{media.ENDINGS[found.media_type]}",
        # Browsers show no PDF in a sandbox, and without one none is shown under our address.
        as_attachment=found.media_type == media.PDF,
        max_age=None,
    )
    return shut_in(response)


@blueprint.post("/a/<unit>/meetings/<uuid:meeting>/papers/<uuid:paper>/withdraw")
@seat_door("committee.run")
@once
def withdraw_paper(unit: Unit, meeting: uuid.UUID, paper: uuid.UUID) -> ResponseReturnValue:
    """Take a paper off the table."""
    papers.withdraw(unit, meeting, paper)
    return to_meeting(meeting)


@blueprint.get("/a/<unit>/meetings/<uuid:meeting>/invitation")
@seat_door("committee.attend")
def invitation(unit: Unit, meeting: uuid.UUID) -> ResponseReturnValue:
    """The invitation as a text to print, copy or send."""
    page = queries.meeting_page(unit, meeting)
    return render_template(
        "committees/invitation.html",
        unit=unit,
        page=page,
        committee=queries.board(unit).committee,
        day=clock.local(page.meeting.starts_at).date(),
    )
