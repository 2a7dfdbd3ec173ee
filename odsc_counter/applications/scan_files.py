"""The way of a file from the counter to the store, and whether it is still what was kept."""

import logging
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from odsc_counter.applications.scan_models import LONGEST_NAME, PaperScan
from odsc_counter.places.models import Centre
from odsc_counter.platform import media
from odsc_counter.platform.errors import DomainError
from odsc_counter.platform.file_store import current_store
from odsc_counter.platform.lao import lao_normalize
from odsc_counter.platform.tenancy import centre_scope, current_scope
from odsc_counter.platform.virus_scan import assert_clean
from odsc_counter.platform.work import reading

MEGABYTE = 1024 * 1024
logger = logging.getLogger("odsc_counter.scan_files")


class FileTooLarge(DomainError):
    """More bytes than the installation takes of one file."""

    slug = "file-too-large"
    status = 413
    message = _("The file is too large: at most %(megabytes)s MB.")


class NotStored(DomainError):
    """The disk refused: it is full, or we may not write."""

    slug = "file-not-stored"
    status = 507
    message = _("The file could not be stored, so nothing was saved. Tell your centre manager.")


@dataclass(frozen=True)
class KeptFile:
    """A file that was looked at, cleaned and stored; no record names it yet."""

    sha256: str
    thumbnail_sha256: str | None
    media_type: str
    size_bytes: int
    pages: int
    name: str


def keep(
    content: bytes, name: str, *, most_megabytes: int, clamd: str = "", small: bool = True
) -> KeptFile:
    """Check what was sent and store it for the centre in scope, or for the unit's office.

    `small`: whether a picture's small one is kept with it. Takes its time, so it belongs before
    the transaction. A file that no record names later is swept after a day. Raises FileTooLarge,
    media.BadFile, VirusFound, NotScanned, NotStored.
    """
    if len(content) > most_megabytes * MEGABYTE:
        raise FileTooLarge(megabytes=most_megabytes)
    if not content:
        raise media.EmptyFile
    assert_clean(content, clamd)
    good = media.checked(content)
    return KeptFile(
        sha256=_stored(good.content),
        thumbnail_sha256=_stored(good.thumbnail) if small and good.thumbnail else None,
        media_type=good.media_type,
        size_bytes=len(good.content),
        pages=good.pages,
        name=shown_name(name),
    )


def shown_name(name: str) -> str:
    """A device's file name fit for a page: no folders, no control or direction letters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    return lao_normalize(visible).replace("\n", " ").strip()[:LONGEST_NAME]


def faults() -> Iterator[str]:
    """Every scan of the centre in scope whose file is gone or is not the one that was kept."""
    with reading() as session:
        kept = _kept(session)
    for identity, *digests in kept:
        for digest in filter(None, digests):
            fault = current_store().fault(_centre_id(), digest)
            if fault is not None:
                yield f"scan {identity}: its file {digest} is {fault}"


def sweep() -> int:
    """Remove the old files of all centres that no record names. Gives their number."""
    store = current_store()
    swept = store.sweep_unfinished()
    with reading() as session:
        centres = list(session.scalars(select(Centre.id)))
    for centre_id in centres:
        with centre_scope(centre_id), reading() as session:
            known = {digest for _id, *digests in _kept(session) for digest in digests if digest}
        swept += store.sweep_unknown(centre_id, known)
    return swept


def _stored(content: bytes) -> str:
    try:
        scope = current_scope()
        if scope.area_id is not None:
            return current_store().of_units.keep(scope.area_id, content)
        return current_store().keep(_centre_id(), content)
    except OSError as error:
        logger.error("the file store refused", exc_info=error)
        raise NotStored from error


def _kept(session: Session) -> list[tuple[object, str, str | None]]:
    rows = session.execute(select(PaperScan.id, PaperScan.sha256, PaperScan.thumbnail_sha256))
    return [(row[0], row[1], row[2]) for row in rows]


def _centre_id() -> int:
    centre_id = current_scope().centre_id
    if centre_id is None:
        raise RuntimeError("files belong to a centre")
    return centre_id
