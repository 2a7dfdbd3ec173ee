"""A typeface whose usual letters are packed for PDFs once, not again for each document.

ReportLab numbers the letters of a font anew in every document, cuts the font down to them and
packs it. Papers of an office use the same two hundred glyphs: here they have fixed numbers, and
the packed font (12 KB a weight, no more than the letters of one receipt) is kept. Letters beyond
them are added by ReportLab's own way, into a second part of the font.
"""

import zlib
from functools import cached_property
from typing import Any, NamedTuple, cast

from reportlab.pdfbase import pdfdoc, ttfonts
from reportlab.pdfbase.ttfonts import TTFont

USUAL_SIGNS = "–—‘’“”…₭×·"
FIRST_CODE = 128
"""Below stand the ASCII letters, each at its own number."""
LETTERS_OF_A_PART = 256
_FREE = (*range(FIRST_CODE, LETTERS_OF_A_PART), *range(1, 32))


class _Part(NamedTuple):
    """256 letters of a font, packed: the glyphs, what they stand for, how wide they are."""

    file: bytes
    length: int
    meanings: bytes
    widths: bytes


class ReadyFont(TTFont):
    """A TrueType font with its usual letters numbered and packed beforehand."""

    @cached_property
    def _codes(self) -> dict[int, int]:
        codes = {letter: code for code, letter in enumerate(self._usual) if letter}
        return {0: 0, **codes}

    def number_letters(self) -> None:
        """Give every glyph its letter and every usual letter its number, before any text is shaped.

        Otherwise they would be numbered as texts come, and a document that is drawn again
        after others would not be the same to the last byte.
        """
        _ = self._codes

    def usual_codes(self, letters: str) -> bytes | None:
        """The letters as numbers within the font's first part; None if one lies beyond it."""
        codes = [self._codes.get(ord(letter)) for letter in letters]
        return None if None in codes else bytes(cast(list[int], codes))

    def splitString(self, text: str, doc: Any, encoding: str = "utf-8") -> Any:
        """As TTFont's, with the usual letters known from the start."""
        self._know_usual(doc)
        return super().splitString(text, doc, encoding)

    def getSubsetInternalName(self, subset: int, doc: Any) -> Any:
        """As TTFont's, with the usual letters known from the start."""
        self._know_usual(doc)
        return super().getSubsetInternalName(subset, doc)

    def addObjects(self, doc: Any) -> None:
        """Write the font into a document; its first part as it was packed once for all."""
        state = self._know_usual(doc)
        state.frozen = 1
        fonts = doc.idToObject["BasicFonts"].dict
        for number, letters in enumerate(state.subsets):
            internal = self.getSubsetInternalName(number, doc)[1:]
            prefix = ttfonts.SUBSETN(number)
            name = (prefix + b"+" + self.face.name + self.face.subfontNameX).decode("pdfdoc")
            part = self._first_part if number == 0 else self._part(letters)
            font: Any = pdfdoc.PDFTrueTypeFont()
            font.Name = internal
            font.BaseFont = name
            font.FirstChar = 0
            font.LastChar = len(letters) - 1
            font.Widths = _Written(part.widths)
            meanings = _stream(part.meanings)
            font.ToUnicode = doc.Reference(meanings, f"toUnicodeCMap:{name}")
            descriptor = self._descriptor(doc, name, _stream(part.file, Length1=part.length))
            font.FontDescriptor = doc.Reference(descriptor, f"fontDescriptor:{name}")
            doc.Reference(font, internal)
            fonts[internal] = font
        del self.state[doc]

    def _know_usual(self, doc: Any) -> Any:
        state = self.state.get(doc)
        if state is None:
            state = self.state[doc] = cast(Any, TTFont.State(None, self))
            state.assignments = dict(self._codes)
            state.subsets = [list(self._usual)]
            state.nextCode = LETTERS_OF_A_PART
        return state

    @cached_property
    def _usual(self) -> list[int]:
        """The usual letters in the order of their numbers; 0 where a number stands for none."""
        # The shaper puts other glyphs in a letter's place: they get private letters, as ReportLab
        # itself gives them to those that it meets.
        font: Any = self  # the stubs know nothing of shaping
        shaper = font.hbFont()
        for glyph in range(font.hbFace.glyph_count):
            if not font.face.glyphToChar.get(glyph):
                name = shaper.glyph_to_string(glyph)
                font.hbAddPrivate(name, glyph, shaper.get_glyph_h_advance(glyph))
        known = self.face.charToGlyph
        usual = dict.fromkeys(
            (
                *(code for code in known if 0x0E80 <= code <= 0x0EFF),
                *(ord(letter) for letter in USUAL_SIGNS),
                *(code for code in known if 0xE000 <= code <= 0xF8FF),
            )
        )
        beyond = [code for code in usual if code >= FIRST_CODE and code in known]
        letters = [0] * LETTERS_OF_A_PART
        letters[32:FIRST_CODE] = [code if code in known else 0 for code in range(32, FIRST_CODE)]
        for place, code in zip(_FREE, beyond, strict=False):
            letters[place] = code
        return letters

    @cached_property
    def _first_part(self) -> _Part:
        return self._part(self._usual)

    def _part(self, letters: list[int]) -> _Part:
        file = self.face.makeSubset(letters)
        meanings: Any = ttfonts.makeToUnicodeCMap(self.fontName, letters)
        face: Any = self.face
        widths = " ".join(f"{face.getCharWidth(letter):g}" for letter in letters)
        return _Part(
            zlib.compress(file, 9),
            len(file),
            zlib.compress(meanings.encode()),
            f"[{widths}]".encode(),
        )

    def _descriptor(self, doc: Any, name: str, file: Any) -> Any:
        face = self.face
        return pdfdoc.PDFDictionary(
            {
                "Type": "/FontDescriptor",
                "Ascent": face.ascent,
                "CapHeight": face.capHeight,
                "Descent": face.descent,
                "Flags": (face.flags & ~ttfonts.FF_NONSYMBOLIC) | ttfonts.FF_SYMBOLIC,
                "FontBBox": pdfdoc.PDFArray(face.bbox),
                "FontName": pdfdoc.PDFName(name),
                "ItalicAngle": face.italicAngle,
                "StemV": face.stemV,
                "FontFile2": doc.Reference(file, f"fontFile:{face.filename}({name})"),
                "MissingWidth": face.defaultWidth,
            }
        )


class _Written(pdfdoc.PDFObject):
    """A part of a PDF that is written already."""

    def __init__(self, written: bytes) -> None:
        self._written = written

    def format(self, _document: Any) -> bytes:
        return self._written


def _stream(packed: bytes, **more: Any) -> Any:
    # A new one for each document: ReportLab writes the document's name for it into it.
    stream: Any = pdfdoc.PDFStream(content=packed)
    stream.dictionary["Filter"] = pdfdoc.PDFName("FlateDecode")
    for name, value in more.items():
        stream.dictionary[name] = value
    return stream
