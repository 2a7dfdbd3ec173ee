"""How much a request may bring: little, except where a route says that it takes files.

Three limits hold before a route runs: a body that announces too much is refused unread, one
that never says its length is cut off at the same mark, and of no single file more than its
limit (and one byte, which tells) ever reaches the disk. A body that ends too early is told.
"""

from collections.abc import Callable
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any, TypeVar

from flask import Flask, Request, current_app, request
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import ClientDisconnected
from werkzeug.formparser import FormDataParser

from odsc_counter.config import Settings
from odsc_counter.platform.errors import DomainError

View = TypeVar("View", bound=Callable[..., Any])
MEGABYTE = 1024 * 1024
IN_MEMORY = 500_000
"""Bytes of one file that are held before it goes into a nameless temporary file."""


class Interrupted(DomainError):
    """The connection ended before the last byte that was announced."""

    slug = "upload-interrupted"
    status = 400
    message = _("Not everything arrived, so nothing was saved. Please send it again.")


class CappedFile(SpooledTemporaryFile[bytes]):
    """Keeps one byte more than is taken, so that it shows, and lets the rest go by."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(max_size=IN_MEMORY, mode="w+b")
        self._most_bytes = most_bytes

    def write(self, data: Any) -> int:
        """Say that all was written; what is beyond the limit is not."""
        room = self._most_bytes + 1 - self.tell()
        if room > 0:
            super().write(data[:room])
        return len(data)


class LimitedRequest(Request):
    """A request that holds to what its route takes."""

    @property
    def most_files(self) -> int:
        """How many files of the largest size the route takes at once; mostly none."""
        view = current_app.view_functions.get(self.endpoint or "")
        return int(getattr(view, "most_files", 0))

    def make_form_data_parser(self) -> FormDataParser:
        """Where files are taken, a form that ends too early is an error and not an empty one."""
        parser = super().make_form_data_parser()
        parser.silent = not self.most_files
        return parser

    def _get_file_stream(self, *told: Any, **more: Any) -> IO[bytes]:
        if self.most_files:
            return CappedFile(_most_bytes())
        return super()._get_file_stream(*told, **more)

    def _load_form_data(self) -> None:
        try:
            super()._load_form_data()
        except (ValueError, ConnectionError, ClientDisconnected) as error:
            self._refuse(error)
        except OSError as error:
            if error.errno is not None:  # our disk, not their line
                raise
            self._refuse(error)

    def _refuse(self, error: Exception) -> None:
        # The page that tells of it must not read the broken body again.
        empty = self.parameter_storage_class
        self.__dict__.update(stream=BytesIO(), form=empty(), files=empty())
        raise Interrupted from error


def takes_files(most: int) -> Callable[[View], View]:
    """A route that takes up to so many files of the largest size in one request."""

    def mark(view: View) -> View:
        view.most_files = most  # type: ignore[attr-defined]  # read before the body is
        return view

    return mark


def install(app: Flask) -> None:
    """Set the limit of each request before anything reads its body (install before CSRF)."""
    app.request_class = LimitedRequest

    @app.before_request
    def widen() -> None:
        most = getattr(request, "most_files", 0)
        if most:
            # One more megabyte for the other fields and the seams between the parts.
            request.max_content_length = most * _most_bytes() + MEGABYTE


def _most_bytes() -> int:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.upload_max_mb * MEGABYTE
