"""One answer for each error: a page for people, a problem document (RFC 9457) for programs."""

import logging
from urllib.parse import urlsplit

from flask import Flask, Response, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from odsc_counter.accounts.access import NotSignedIn, is_api
from odsc_counter.platform.errors import DomainError, InvalidInput, NotFound
from odsc_counter.platform.work import DatabaseBusy

logger = logging.getLogger("odsc_counter.problems")


def problem(error: DomainError) -> Response:
    """A DomainError as a problem document."""
    body: dict[str, object] = {
        "type": f"urn:odsc-counter:problem:{error.slug}",
        "title": str(error),
        "status": error.status,
        "instance": f"urn:odsc-counter:request:{g.get('request_id', '')}",
    }
    if isinstance(error, InvalidInput) and error.fields:
        body["errors"] = error.fields
    response = jsonify(body)
    response.status_code = error.status
    response.content_type = "application/problem+json"
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if error.status == 503:
        response.headers["Retry-After"] = "2"
    return response


def answer(error: DomainError) -> Response:
    """A DomainError as whoever asked can read it."""
    if is_api():
        return problem(error)
    if isinstance(error, NotSignedIn):
        return redirect(url_for("accounts.sign_in"))  # type: ignore[return-value]  # werkzeug's
    page = render_template(
        "error.html",
        title=str(error),
        status=error.status,
        message=_most_that_is_taken() if error.status == 413 else "",
        back=_page_before(),
    )
    return Response(page, error.status, mimetype="text/html")


def _most_that_is_taken() -> str:
    most = (request.max_content_length or 0) // (1024 * 1024)
    text = _("At most %(megabytes)s MB can be sent at once. Send fewer or smaller.", megabytes=most)
    return str(text)


def _page_before() -> str:
    """The page of ours that a refused form stood on; empty when the browser doesn't say."""
    before = urlsplit(request.referrer or "")
    is_ours = before.netloc == request.host and before.path.startswith("/")
    return before.path if request.method == "POST" and is_ours else ""


class UnusualRequest(DomainError):
    """A request that HTTP itself refuses: wrong method, too large, malformed."""

    slug = "unusual-request"


UNUSUAL = {
    400: _l("The request can't be understood."),
    405: _l("This address does not take this method."),
    413: _l("What was sent is too large."),
    415: _l("This kind of content is not taken here."),
    429: _l("Too many requests came at once. Please wait a moment."),
}


def install(app: Flask) -> None:
    """Register the handlers. Nothing ever shows a trace."""
    app.register_error_handler(DomainError, answer)

    @app.errorhandler(CSRFError)
    def stale_form(_error: CSRFError) -> Response:
        flash(_("The page was open for too long. Please do it again."), "warning")
        return redirect(request.path if request.method == "GET" else "/")  # type: ignore[return-value]  # werkzeug's

    @app.errorhandler(OperationalError)
    def database_gone(error: OperationalError) -> Response:
        logger.error("database", exc_info=error)
        return answer(DatabaseBusy())

    @app.errorhandler(DataError)
    @app.errorhandler(OverflowError)
    def beyond_the_database(_error: Exception) -> Response:
        # A number of twenty digits or a NUL: no column holds it, so it came from outside.
        return answer(InvalidInput())

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        if error.code == 404:
            return answer(NotFound())
        unusual = UnusualRequest()
        unusual.status = error.code or 500
        unusual.message = UNUSUAL.get(unusual.status, unusual.message)
        response = answer(unusual)
        if error.code == 405 and getattr(error, "valid_methods", None):
            response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]  # 405 only
        return response

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Response:
        logger.error("fault", exc_info=error, extra={"request_id": g.get("request_id", "")})
        broken = DomainError()
        broken.slug, broken.status = "fault", 500
        broken.message = _("Something went wrong on our side. Nothing was saved.")
        return answer(broken)
