"""A receipt on paper, made from the receipt's canonical text and nothing else."""

import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from typing import Any

from flask import request, url_for
from reportlab.pdfgen.canvas import Canvas

from odsc_counter.platform import pdf
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.pdf.sheets import sheets
from odsc_counter.receipts import paper_a5, paper_roll, seal
from odsc_counter.receipts.models import Receipt
from odsc_counter.receipts.paper_content import Paper, Proof, title_of
from odsc_counter.receipts.paper_words import WORDS, Speech, marks_of, speech
from odsc_counter.receipts.printing import A5, ROLL, receipts_by_id, voided_among

_DRAWN: dict[str, Callable[[Canvas, Paper, Speech], None]] = {
    A5: paper_a5.draw,
    ROLL: paper_roll.draw,
}


def receipt_pdf(
    receipt_id: uuid.UUID,
    language: str = "both",
    *,
    copy: int | None = None,
    paper_format: str = A5,
) -> bytes:
    """The receipt as a PDF on one page or more. Changes nothing.

    `language` is lo, en or both; `paper_format` a5, or 80mm for thermal paper. `copy` is the
    number that `printing.print_paper` gave: 0 for the original, n for COPY n; without it the
    paper is marked COPY, for nobody recorded a print. Needs a request, for the address in the
    QR code. Raises NotFound.
    """
    return receipts_pdf([(receipt_id, copy)], language, paper_format=paper_format)


def receipts_pdf(
    prints: Sequence[tuple[uuid.UUID, int | None]],
    language: str = "both",
    *,
    paper_format: str = A5,
) -> bytes:
    """Many receipts in one PDF, each beginning a page; pairs of receipt and `copy`.

    As `receipt_pdf` in all else. Raises NotFound if one is not there.
    """
    ids = [receipt_id for receipt_id, _ in prints]
    receipts, voided = receipts_by_id(ids), voided_among(ids)
    if any(receipt_id not in receipts for receipt_id in ids):
        raise NotFound
    papers = [
        _paper(receipts[receipt_id], copy, is_voided=receipt_id in voided)
        for receipt_id, copy in prints
    ]
    return papers_pdf(papers, language, paper_format=paper_format)


def papers_pdf(papers: Iterable[Paper], language: str = "both", *, paper_format: str = A5) -> bytes:
    """Papers as one PDF, from their values alone. At least one."""
    pdf.prepare()
    say = speech(language)
    papers = list(papers)
    title = title_of(papers[0], say.first) if len(papers) == 1 else WORDS["many"][say.first]
    buffer = BytesIO()
    with sheets(buffer, title, say.first) as canvas:
        for paper in papers:
            _DRAWN[paper_format](canvas, paper, say)
    return buffer.getvalue()


def _paper(receipt: Receipt, copy: int | None, *, is_voided: bool) -> Paper:
    values: dict[str, Any] = json.loads(receipt.body)
    marks = marks_of(copy, is_voided=is_voided, is_example=values["illustrative"])
    return Paper(values, _proof(receipt, values), marks)


def _proof(receipt: Receipt, values: dict[str, Any]) -> Proof:
    """What the paper can be checked by: its seal; of receipts before seals, the page alone."""
    if receipt.seal:
        address = seal.address(request.host_url, receipt.seal)
    else:
        code = values["centre"]["code"]
        address = url_for("receipts.check", centre=code, code=receipt.public_code, _external=True)
    return Proof(address, key_id=receipt.key_id, receipt_hash=receipt.hash)
