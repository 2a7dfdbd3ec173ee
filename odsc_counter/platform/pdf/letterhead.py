"""The head of a Lao official paper: the two state lines, the body that issues it, number, date."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape  # only writes: no document is parsed here

from reportlab.platypus import Flowable, HRFlowable, Paragraph, Spacer, Table

from odsc_counter.platform.pdf.styles import INK, Styles


@dataclass(frozen=True)
class Letterhead:
    """What stands above the title; plain text, not markup. Empty lines are left out.

    `state_lines`: the name of the State and its motto, centred. `body_lines`: the superior body
    and the body that issues the paper, on the left. `number` and `place_and_date`: on the right.
    """

    state_lines: Sequence[str]
    body_lines: Sequence[str]
    number: str = ""
    place_and_date: str = ""

    def flowables(self, width: float, styles: Styles) -> list[Flowable]:
        """The head for a page whose text is `width` points wide."""
        size = styles.body.fontSize
        flowables: list[Flowable] = [
            Paragraph(escape(line), styles.state) for line in self.state_lines if line
        ]
        if flowables:
            flowables.append(
                HRFlowable(
                    width=width * 0.28,
                    thickness=0.8,
                    color=INK,
                    spaceBefore=size * 0.4,
                    spaceAfter=0,
                )
            )
        left = [Paragraph(escape(line), styles.bold) for line in self.body_lines if line]
        right = [
            Paragraph(escape(line), styles.right)
            for line in (self.number, self.place_and_date)
            if line
        ]
        if left or right:
            flowables.append(Spacer(0, size * 0.6))
            flowables.append(
                Table(
                    [[left, right]],
                    colWidths=[width * 0.54, width * 0.46],
                    style=[
                        ("VALIGN", (0, 0), (-1, -1), "TOP"),
                        ("LEFTPADDING", (0, 0), (-1, -1), 0),
                        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                        ("TOPPADDING", (0, 0), (-1, -1), 0),
                        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
                    ],
                )
            )
        flowables.append(Spacer(0, size))
        return flowables
