"""A retry of the same click gives the same answer: request keys kept with their outcome.

The key is stored in the transaction of the action itself, so an action that was done but
whose answer got lost is found again, and one that failed leaves no trace.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from flask import Response, make_response, request
from flask_babel import lazy_gettext as _
from sqlalchemy import String, Text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from odsc_counter.platform import clock
from odsc_counter.platform.columns import AreaOwned, Base, CentreOwned
from odsc_counter.platform.errors import DomainError, InvalidInput
from odsc_counter.platform.tenancy import current_actor, current_scope
from odsc_counter.platform.work import reading, unit_of_work

KEPT_HEADERS = ("Location", "Content-Type")
LEFT_OUT = {"csrf_token", "approver_password", "approver_code", "own_password", "own_code"}
"""Form fields that don't tell one request from another. A password least of all: a quick hash
of it, kept in the database, could be guessed at leisure."""
COUNTED_APART = "who_came."
"""Form fields that begin so are left out, too. They say what is counted apart from identity, and
from a hash of a whole form all few answers could be tried out until one fits."""


class _Record:
    """What was answered to a request key."""

    request_key: Mapped[str] = mapped_column(String(100), primary_key=True)
    actor_id: Mapped[int] = mapped_column(primary_key=True)
    """0 for a machine of the hall, which nobody signed in to."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class RequestRecord(_Record, CentreOwned, Base):
    """What was answered in a centre."""

    __tablename__ = "request_record"


class AreaRequestRecord(_Record, AreaOwned, Base):
    """What was answered in an office of a unit."""

    __tablename__ = "area_request_record"


class KeyUsedOtherwise(DomainError):
    """The request key came before with another content."""

    slug = "idempotency-key-reused"
    status = 422
    message = _("This request key was already used for something else.")


RECORDS: dict[str, type[RequestRecord] | type[AreaRequestRecord]] = {
    "centre": RequestRecord,
    "area": AreaRequestRecord,
}


def request_key() -> str | None:
    """The key of this request: the header of a program, or the form's hidden field."""
    key = request.headers.get("Idempotency-Key") or request.form.get("request_key")
    if key is not None and not 8 <= len(key) <= 100:
        raise InvalidInput({"request_key": "8-100"})
    return key


def fingerprint() -> str:
    """What the request asks for, told apart from any other (see LEFT_OUT, COUNTED_APART)."""
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    if request.form or request.files:
        for name, values in sorted(request.form.lists()):
            if name not in LEFT_OUT and not name.startswith(COUNTED_APART):
                digest.update(f"{name}={values!r}\n".encode())
        for name, file in sorted(request.files.items(multi=True), key=lambda item: item[0]):
            file.stream.seek(0)  # whoever checked the file has read it
            content = hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]  # a file all the same
            file.stream.seek(0)
            digest.update(f"{name}={file.filename!r} {content}\n".encode())
    else:
        digest.update(request.get_data())
    return digest.hexdigest()


def _kept(key: str, mark: str) -> Response | None:
    scope = current_scope()
    kind = RECORDS[scope.kind]
    owner = scope.centre_id if scope.kind == "centre" else scope.area_id
    with reading() as session:
        record: Any = session.get(kind, (owner, key, current_actor().user_id or 0))
    if record is None:
        return None
    if record.fingerprint != mark:
        raise KeyUsedOtherwise
    return Response(record.body, record.status, {**record.headers, "Idempotent-Replay": "true"})


def once(view: Callable[..., Any]) -> Callable[..., Any]:
    """Do a POST once per request key, and give later copies the first answer.

    View, operation and stored answer share one transaction; an answer of 400 or above
    rolls it back and is not kept, so that the person can mend the form and send it again.
    Answers are kept in a centre or an area: where reference data is worked on, what a verb may
    do twice is up to its lifecycle alone.
    """

    @wraps(view)
    def wrapper(**arguments: Any) -> Response:
        key = request_key()
        if key is None or current_scope().kind not in RECORDS:
            return make_response(view(**arguments))
        mark = fingerprint()
        try:
            with unit_of_work() as work:
                # Insert first: a second copy that runs at the same moment waits here.
                record = RECORDS[current_scope().kind](
                    request_key=key,
                    actor_id=current_actor().user_id or 0,
                    fingerprint=mark,
                    status=0,
                    headers={},
                    body="",
                    created_at=clock.now(),
                )
                kept = _kept(key, mark)
                if kept is not None:
                    return kept
                work.session.add(record)
                work.session.flush()
                response = make_response(view(**arguments))
                if response.status_code >= 400:
                    work.doomed = True
                    return response
                record.status = response.status_code
                record.headers = {
                    name: response.headers[name]
                    for name in KEPT_HEADERS
                    if name in response.headers
                }
                record.body = response.get_data(as_text=True)
            return response
        except IntegrityError:
            kept = _kept(key, mark)
            if kept is None:
                raise
            return kept

    return wrapper
