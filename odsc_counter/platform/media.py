"""What an uploaded file is, judged by its bytes and never by its name or the browser's word.

Pictures are decoded and written anew: turned upright, at most 3000 dots long, without the place
and device that phones put into them, and without whatever else was hidden behind the picture.
A PDF is kept as it came, so it must be harmless as it is (see `pdf_inspection`).
"""

import io
import json
import subprocess
import sys
import threading
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path

from flask_babel import lazy_gettext as _
from PIL import Image, ImageOps

from odsc_counter.platform.errors import DomainError

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
ENDINGS = {JPEG: "jpg", PNG: "png", PDF: "pdf"}
"""What is kept, and the ending under which it is handed out."""

MOST_DOTS = 60_000_000
"""A phone's largest picture has 50 million; a file of a few bytes may claim billions."""
LONGEST_SIDE = 3000
"""Dots: an A4 page at 250 to the inch."""
THUMBNAIL_SIDE = 320
MOST_PAGES = 50
PDF_SECONDS = 20
INSPECTION = Path(__file__).with_name("pdf_inspection.py")
_SIGNATURES = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"))
_one_at_a_time = threading.Lock()
"""A decoded picture takes up to 240 MB; two clerks' pictures must not double that."""
_one_pdf_at_a_time = threading.Lock()
"""The process that looks into one may take a gigabyte."""


class BadFile(DomainError):
    """A file that is not taken; the message says why, in the words of the counter."""

    slug = "bad-file"
    status = 422
    message = _("The file is damaged. Take the picture or scan again.")


class EmptyFile(BadFile):
    """No bytes at all."""

    slug = "empty-file"
    message = _("The file is empty. Take the picture or scan again.")


class UnknownKind(BadFile):
    """Neither picture nor PDF, whatever it calls itself."""

    slug = "unknown-kind-of-file"
    message = _("Only pictures (JPEG, PNG, WebP) and PDF files are taken.")


class TooManyDots(BadFile):
    """More picture than any camera makes: it would fill the memory."""

    slug = "too-many-dots"
    message = _("The picture is too large: at most %(millions)s million dots.")


class TooManyPages(BadFile):
    """A PDF that is a book."""

    slug = "too-many-pages"
    message = _("The PDF has too many pages: at most %(pages)s.")


class LockedPdf(BadFile):
    """A PDF that only opens with a password."""

    slug = "locked-pdf"
    message = _("The PDF is locked with a password. Save it without one.")


class ActivePdf(BadFile):
    """A PDF with programs, commands or other files inside."""

    slug = "active-pdf"
    message = _("The PDF holds a program or another file, so it is not taken. Scan the paper.")


@dataclass(frozen=True)
class Checked:
    """A file as it may be kept."""

    content: bytes
    media_type: str
    pages: int = 1
    thumbnail: bytes | None = None
    """A small JPEG; None for a PDF."""


def checked(content: bytes) -> Checked:
    """The file as it may be kept. Raises BadFile or one of its kinds."""
    if not content:
        raise EmptyFile
    if content.startswith(b"%PDF-"):
        return _checked_pdf(content)
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return _checked_picture(content, "WEBP")
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return _checked_picture(content, kind)
    raise UnknownKind


def _checked_picture(content: bytes, kind: str) -> Checked:
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our limit is lower
        try:
            with Image.open(io.BytesIO(content), formats=[kind]) as picture:
                if picture.width * picture.height > MOST_DOTS:
                    raise TooManyDots(millions=MOST_DOTS // 1_000_000)
                upright = _upright(picture)
        except Image.DecompressionBombError as error:
            raise TooManyDots(millions=MOST_DOTS // 1_000_000) from error
        except (OSError, SyntaxError, ValueError, EOFError, IndexError) as error:
            raise BadFile from error  # what Pillow raises for bytes that are no picture
        # Black on white stays sharp and small; all else is a photo.
        media_type = PNG if upright.mode == "1" else JPEG
        written = _written(upright, media_type)
        small = upright.convert("L") if upright.mode == "1" else upright
        small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        return Checked(written, media_type, thumbnail=_written(small, JPEG))


def _upright(picture: Image.Image) -> Image.Image:
    """The first picture of the file, decoded whole, as a person holds it."""
    # A JPEG is decoded at a fraction of its size where that is still more than is kept.
    picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
    picture.load()
    turned = ImageOps.exif_transpose(picture)
    if turned.mode.startswith("I"):  # 16 bits of grey
        turned = turned.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif turned.has_transparency_data:
        turned = turned.convert("RGBA")
        paper = Image.new("RGBA", turned.size, "white")
        turned = Image.alpha_composite(paper, turned).convert("RGB")
    elif turned.mode not in ("1", "L", "RGB"):
        turned = turned.convert("RGB")
    if max(turned.size) > LONGEST_SIDE:
        if turned.mode == "1":
            turned = turned.convert("L")
        turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return turned


def _written(picture: Image.Image, media_type: str) -> bytes:
    # A picture of its own: what the file told about camera and place is not carried over.
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    target = io.BytesIO()
    if media_type == PNG:
        clean.save(target, "PNG", optimize=True)
    else:
        clean.save(target, "JPEG", quality=85, optimize=True)
    return target.getvalue()


def _checked_pdf(content: bytes) -> Checked:
    if zipfile.is_zipfile(io.BytesIO(content)):  # a PDF in front, an archive behind
        raise ActivePdf
    found = _inspected(content)
    if found.get("locked"):
        raise LockedPdf
    if found.get("active"):
        raise ActivePdf
    pages = int(found.get("pages", 0))
    if pages > MOST_PAGES:
        raise TooManyPages(pages=MOST_PAGES)
    if pages < 1:
        raise BadFile
    return Checked(content, PDF, pages)


def _inspected(content: bytes) -> dict[str, int | bool]:
    """What a process of its own finds: a hostile PDF may hang or swell, and dies alone there."""
    command = [sys.executable, "-I", str(INSPECTION)]
    try:
        with _one_pdf_at_a_time:
            told = subprocess.run(  # noqa: S603 - our own words
                command, input=content, capture_output=True, timeout=PDF_SECONDS, check=True
            )
        found: dict[str, int | bool] = json.loads(told.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise BadFile from error
    return found
