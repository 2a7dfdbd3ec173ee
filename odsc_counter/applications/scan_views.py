"""The web doors of scans: send files in, look at them, strike one out."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import IO, Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from odsc_counter.accounts.access import centre_door
from odsc_counter.applications import panels, queries, scan_files, scan_queries, scans
from odsc_counter.applications.blueprint import back_to, may_in
from odsc_counter.applications.lifecycle import OPEN
from odsc_counter.applications.models import Application
from odsc_counter.applications.papers import owed
from odsc_counter.applications.scan_files import KeptFile
from odsc_counter.applications.scan_models import PaperScan
from odsc_counter.config import Settings
from odsc_counter.places.models import Centre
from odsc_counter.platform import media
from odsc_counter.platform.errors import DomainError, InvalidInput, NotFound
from odsc_counter.platform.file_store import NotThere, current_store
from odsc_counter.platform.idempotency import once
from odsc_counter.web.body_limits import MEGABYTE, takes_files
from odsc_counter.web.headers import shut_in

MOST_AT_ONCE = 5
blueprint = Blueprint("scans", __name__)


@panels.contribute
def scans_panel(application: Application) -> Markup:
    """The scans on the application's own page."""
    settings: Settings = current_app.config["SETTINGS"]
    takes = may_in(g.centre)("application.take")
    scanned = scan_queries.of_application(application.id)
    panel = render_template(
        "applications/scans.html",
        application=application,
        scans=scanned,
        owed=owed([row.paper for row in scanned.papers]),
        adds=takes and application.state in OPEN,
        strikes=takes,
        most_files=MOST_AT_ONCE,
        most_megabytes=settings.upload_max_mb,
    )
    return Markup(panel)  # noqa: S704 - made by a template


def received(view: Callable[..., Any]) -> Callable[..., Any]:
    """Check and store the files that were sent, before the view's transaction begins.

    All or none: at the first file that is refused the person is told which and why.
    """

    @wraps(view)
    def wrapper(*, application: uuid.UUID, **arguments: Any) -> Any:
        queries.application(application)
        sent = [file for file in request.files.getlist("scans") if file.filename]
        try:
            if not sent:
                raise InvalidInput({"scans": _("Choose a picture or a PDF file.")})
            if len(sent) > MOST_AT_ONCE:
                too_many = _("At most %(most)s files at once.", most=MOST_AT_ONCE)
                raise InvalidInput({"scans": too_many})
            files = [_kept(file.stream, file.filename or "") for file in sent]
            return view(application=application, files=files, **arguments)
        except NotFound:
            raise
        except InvalidInput as error:
            flash(error.fields.get("scans", str(error)), "danger")
        except DomainError as error:
            flash(str(error), "danger")
        return back_to(application)  # its top, where the refusal stands

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
        )
    except DomainError as error:
        raise InvalidInput({"scans": f"{scan_files.shown_name(name)}: {error}"}) from error


@blueprint.post(
    "/c/<centre>/applications/<uuid:application>/papers/<int:document_type>/scans",
)
@centre_door("application.take")
@takes_files(MOST_AT_ONCE)
@received
@once
def add(
    centre: Centre, application: uuid.UUID, document_type: int, files: list[KeptFile]
) -> ResponseReturnValue:
    """Add one or several scans of one paper."""
    for file in files:
        scans.add_scan(centre, application, document_type, file)
    flash(ngettext("One scan is kept.", "%(num)s scans are kept.", len(files)), "success")
    return _to_scans(application)


@blueprint.post("/c/<centre>/scans/<uuid:scan>/strike")
@centre_door("application.take")
@once
def strike(centre: Centre, scan: uuid.UUID) -> ResponseReturnValue:
    """Strike out a mistaken scan."""
    application = scan_queries.scan(scan).application_id
    try:
        scans.strike_scan(centre, scan, request.form.get("reason", ""))
    except InvalidInput as error:
        flash(error.fields.get("reason", str(error)), "danger")
        return back_to(application)
    return _to_scans(application)


@blueprint.get("/c/<centre>/scans/<uuid:scan>")
@centre_door("application.view")
def show(centre: Centre, scan: uuid.UUID) -> ResponseReturnValue:
    """The scan itself."""
    found = scan_queries.scan(scan)
    return _streamed(centre, found, found.sha256, found.media_type)


@blueprint.get("/c/<centre>/scans/<uuid:scan>/thumbnail")
@centre_door("application.view")
def thumbnail(centre: Centre, scan: uuid.UUID) -> ResponseReturnValue:
    """A small picture of the scan; there is none of a PDF."""
    found = scan_queries.scan(scan)
    if found.thumbnail_sha256 is None:
        raise NotFound
    return _streamed(centre, found, found.thumbnail_sha256, media.JPEG)


def _streamed(centre: Centre, scan: PaperScan, digest: str, media_type: str) -> Response:
    try:
        file = current_store().open(centre.id, digest)
    except NotThere as error:
        raise NotFound from error
    label = queries.application(scan.application_id).label
    # A name of our own making: the sender's has no place in a header.
    name = f"{label}-{scan.id.hex[-8:]}.{media.ENDINGS[media_type]}"
    response = send_file(
        file,
        mimetype=media_type,
        download_name=name,
        # Browsers show no PDF in a sandbox, and without one none is shown under our address.
        as_attachment=media_type == media.PDF,
        max_age=None,
    )
    return shut_in(response)


def _to_scans(application: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("applications.detail", application=application, _anchor="scans"), 303)
