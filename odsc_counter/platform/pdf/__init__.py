"""PDFs with right Lao: fonts, styles, letterhead, QR code, and ReportLab corrected.

Rooms write `document(buffer, A5, title, language, story)` with flowables in the styles of
`styles_for(size)`; everything else is done here.
"""

from odsc_counter.platform.pdf.fonts import (
    BOLD,
    REGULAR,
    PdfNotReady,
    missing_glyphs,
    prepare,
    register_fonts,
)
from odsc_counter.platform.pdf.letterhead import Letterhead
from odsc_counter.platform.pdf.pages import MARGIN, document, self_test
from odsc_counter.platform.pdf.qr import QRCode
from odsc_counter.platform.pdf.shaping import install, text_width
from odsc_counter.platform.pdf.styles import LINE, Styles, paragraph_style, styles_for, table_style

__all__ = [
    "BOLD",
    "LINE",
    "MARGIN",
    "REGULAR",
    "Letterhead",
    "PdfNotReady",
    "QRCode",
    "Styles",
    "document",
    "install",
    "missing_glyphs",
    "paragraph_style",
    "prepare",
    "register_fonts",
    "self_test",
    "styles_for",
    "table_style",
    "text_width",
]
