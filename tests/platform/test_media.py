"""Only whole, harmless pictures and PDFs are taken, whatever they are called."""

import io
import struct
import zipfile
import zlib

import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from odsc_counter import schema
from odsc_counter.platform import media
from odsc_counter.platform.media import (
    ActivePdf,
    BadFile,
    EmptyFile,
    LockedPdf,
    TooManyDots,
    TooManyPages,
    UnknownKind,
)  # fmt: skip
from tests.applications.files import a_pdf, a_picture, written


def _pdf_with(**entries: object) -> bytes:
    writer = PdfWriter(io.BytesIO(a_pdf()))
    for key, value in entries.items():
        writer.root_object[NameObject(f"/{key}")] = value
    return written(writer)


def _action(kind: str) -> DictionaryObject:
    return DictionaryObject({NameObject("/S"): NameObject(f"/{kind}")})


def _hidden_script() -> bytes:
    """A script in an object that no page leads to."""
    writer = PdfWriter(io.BytesIO(a_pdf()))
    writer._add_object(DictionaryObject({NameObject("/JS"): TextStringObject("app.alert(1)")}))
    return written(writer)


def _spelled_otherwise() -> bytes:
    """`/JavaScript` as `/J#61vaScript`, which every reader takes for the same."""
    return _pdf_with(OpenAction=_action("JavaScript")).replace(b"/JavaScript", b"/J#61vaScript")


def _with_script() -> bytes:
    action = _action("JavaScript")
    action[NameObject("/JS")] = TextStringObject("app.alert(1)")
    return _pdf_with(OpenAction=action)


def _with_attachment() -> bytes:
    writer = PdfWriter(io.BytesIO(a_pdf()))
    writer.add_attachment("tool.exe", b"MZ")
    return written(writer)


def _locked() -> bytes:
    writer = PdfWriter(io.BytesIO(a_pdf()))
    writer.encrypt("secret", algorithm="RC4-128")
    return written(writer)


def _archive() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(1_000_000))
    return target.getvalue()


def _png_that_claims(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


ATTACKS = {
    "nothing at all": (b"", EmptyFile),
    "a page": (b"<html><script>alert(1)</script>", UnknownKind),
    "a drawing with a script": (b"<svg onload='alert(1)'/>", UnknownKind),
    "a program": (b"MZ\x90\x00" + bytes(500), UnknownKind),
    "an archive": (_archive(), UnknownKind),
    "a GIF": (b"GIF89a" + bytes(50), UnknownKind),
    "a page before a picture": (b"<html>" + a_picture(), UnknownKind),
    "a PDF behind other bytes": (b"GIF89a" + a_pdf(), UnknownKind),
    "only the first bytes of a JPEG": (b"\xff\xd8\xff\xe0", BadFile),
    "half a JPEG": (a_picture(size=(400, 300))[:-200], BadFile),
    "half a PNG": (a_picture("PNG", (400, 300))[:-30], BadFile),
    "half a WebP": (a_picture("WEBP", (400, 300))[:-30], BadFile),
    "a page that begins like a JPEG": (b"\xff\xd8\xff<script>alert(1)</script>", BadFile),
    "a sound that begins like a WebP": (b"RIFF\x24\x00\x00\x00WEBPxxxx" + bytes(40), BadFile),
    "a bomb of 10 000 million dots": (_png_that_claims(100_000, 100_000), TooManyDots),
    "a bomb just above the limit": (_png_that_claims(7_751, 7_751), TooManyDots),
    "a PDF's first bytes": (b"%PDF-1.7\n", BadFile),
    "half a PDF": (a_pdf(3)[:120], BadFile),
    "a page that begins like a PDF": (b"%PDF-1.4 <html><script>", BadFile),
    "a PDF with an archive behind": (a_pdf() + _archive(), ActivePdf),
    "a PDF with a script": (_with_script(), ActivePdf),
    "a PDF with a script under another spelling": (_spelled_otherwise(), ActivePdf),
    "a PDF with a script that nothing leads to": (_hidden_script(), ActivePdf),
    "a PDF that starts a program": (_pdf_with(OpenAction=_action("Launch")), ActivePdf),
    "a PDF that sends a form": (_pdf_with(OpenAction=_action("SubmitForm")), ActivePdf),
    "a PDF with a file inside": (_with_attachment(), ActivePdf),
    "a locked PDF": (_locked(), LockedPdf),
    "a PDF of 51 pages": (a_pdf(51), TooManyPages),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_what_is_not_a_harmless_scan_is_refused_in_both_languages(name: str) -> None:
    content, expected = ATTACKS[name]
    with pytest.raises(BadFile) as caught:
        media.checked(content)
    assert type(caught.value) is expected
    said = set()
    app = Flask(__name__)
    Babel(app, default_translation_directories=str(schema.shipped("translations")))
    with app.test_request_context():
        for language in ("lo", "en"):
            with force_locale(language):
                said.add(str(caught.value))
    assert len(said) == 2
    assert all("%(" not in text for text in said)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_are_kept_without_what_the_phone_wrote_into_them(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "The maker of the phone"
    exif.get_ifd(0x8825)[1] = "N"
    sent = a_picture(kind, (60, 40), exif=exif) + b"PK\x03\x04 hidden behind the picture"
    kept = media.checked(sent)
    assert kept.media_type == media.JPEG
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert picture.size == (40, 60)
        assert not picture.getexif()
    assert b"hidden" not in kept.content and b"maker" not in kept.content


def test_a_long_picture_is_made_smaller_and_gets_a_thumbnail() -> None:
    kept = media.checked(a_picture(size=(6000, 1500)))
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert picture.size == (3000, 750)
    with Image.open(io.BytesIO(kept.thumbnail or b"")) as small:
        assert small.size == (320, 80)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_every_kind_of_png_becomes_a_picture_that_can_be_read(mode: str) -> None:
    picture = Image.new("L", (50, 50), 255).convert("I" if mode == "I;16" else mode)
    if mode == "I;16":
        picture = picture.point(lambda value: value * 200).convert("I;16")
    target = io.BytesIO()
    picture.save(target, "PNG")
    kept = media.checked(target.getvalue())
    with Image.open(io.BytesIO(kept.content)) as found:
        assert found.convert("L").getpixel((9, 9)) > 190
        assert found.format == ("PNG" if mode == "1" else "JPEG")


def test_a_pdf_is_kept_as_it_came() -> None:
    sent = a_pdf(50)
    kept = media.checked(sent)
    assert (kept.content, kept.pages, kept.thumbnail) == (sent, 50, None)
    assert media.checked(sent).media_type == media.PDF
