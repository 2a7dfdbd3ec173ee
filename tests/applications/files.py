"""Small files of each kind, good and bad, and a scan of a paper that was brought."""

import io
import uuid

from PIL import Image
from pypdf import PdfWriter
from sqlalchemy import select

from odsc_counter.applications import scan_files, scans
from odsc_counter.applications.models import ApplicationPaper
from odsc_counter.applications.scan_models import PaperScan
from odsc_counter.catalogue.models import DocumentType
from odsc_counter.places.models import Centre
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    """A picture of one colour."""
    target = io.BytesIO()
    Image.new("RGB", size, "navy").save(target, kind, **options)
    return target.getvalue()


def a_pdf(pages: int = 1) -> bytes:
    """A PDF with empty pages."""
    return written(_blank(pages))


def written(writer: PdfWriter) -> bytes:
    """The bytes of a PDF."""
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _blank(pages: int) -> PdfWriter:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    return writer


def a_scan(centre: Centre, application_id: uuid.UUID) -> PaperScan:
    """A scan of a paper of the application, which gets that paper unless it has one."""
    with reference_scope(), unit_of_work() as work:
        kind = work.session.scalars(select(DocumentType).limit(1)).one_or_none()
        if kind is None:
            kind = DocumentType(code="SCANNED", name_en="Paper", name_lo="ເອກະສານ")
            work.session.add(kind)
    with centre_scope(centre.id):
        with reading() as session:
            known = session.scalars(
                select(ApplicationPaper.document_type_id).where(
                    ApplicationPaper.application_id == application_id
                )
            ).first()
        if known is None:
            with unit_of_work() as work:
                work.session.add(
                    ApplicationPaper(
                        application_id=application_id,
                        document_type_id=kind.id,
                        position=0,
                        is_present=True,
                    )
                )
        file = scan_files.keep(a_picture(), "paper.jpg", most_megabytes=10)
        return scans.add_scan(centre, application_id, known or kind.id, file)
