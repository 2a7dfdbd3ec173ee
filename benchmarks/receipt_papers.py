"""What a receipt's PDF costs, beside plain ReportLab and two other engines, in one run.

    python -m benchmarks.receipt_papers [--papers 100]

The same receipt in Lao and English on A5, three fees, a QR code with a seal; each paper has its
own names, number and seal. Engines take turns paper by paper, so that all meet the same load;
plain ReportLab in a process of its own, where our corrections are not installed.
The others lay out the same texts at the same sizes; "plain" is ReportLab as it comes, without
shaping, so its Lao is wrong. The QR code's pattern is fixed for all, or the others would pay
ten milliseconds more. Needs the optional dependencies `bench`.
"""

import argparse
import json
import random
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from html import escape
from io import BytesIO
from multiprocessing import Pool
from pathlib import Path
from time import perf_counter

import fpdf
import segno
import typst
import weasyprint
from reportlab import rl_config
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from odsc_counter.platform.pdf.fonts import FONT_FOLDER
from odsc_counter.receipts.paper import papers_pdf
from odsc_counter.receipts.paper_content import Content, Paper, Proof
from odsc_counter.receipts.paper_words import speech
from tests.receipts.papers import PROOF, a_sale

SYLLABLES = (
    *("ຄຳ", "ພູ", "ສົມ", "ບຸນ", "ແກ້ວ", "ມະນີ", "ວົງ", "ສະ", "ຫວັນ", "ພອນ"),
    *("ໄຊ", "ນ້ອຍ", "ຈັນ", "ທະ", "ລາ", "ປຸ້ຍ", "ຊູ້", "ງື່ມ", "ໝີ່", "ເພັດ"),
)
REGULAR, BOLD = (FONT_FOLDER / f"NotoSansLao-{weight}.ttf" for weight in ("Regular", "Bold"))
MARGIN = 11 * mm
WIDTH = A5[0] - 2 * MARGIN

Text = tuple[str, float, bool, str]
"""A text, its size, whether bold, how aligned."""


def papers(count: int) -> Iterator[Paper]:
    """Receipts that all differ in what differs from day to day."""
    chance = random.Random(1)  # names, not secrets
    for number in range(count):
        name = "".join(chance.sample(SYLLABLES, 3)) + " " + "".join(chance.sample(SYLLABLES, 5))
        sale = a_sale(lines=3, name=f"ນາງ {name}", number=number)
        seal = "".join(chance.sample(PROOF.qr, len(PROOF.qr)))
        yield Paper(sale, Proof(seal, PROOF.key_id, f"{number:064x}"))


def texts(paper: Paper) -> tuple[list[Text], list[list[str]], list[Text]]:
    """What stands above the fees, the fees' rows, and what stands below."""
    content = Content(paper.values, speech("both"))
    above = [(line, 9.0, True, "center") for line in content.state]
    above += [(line, 8.5, True, "left") for line in content.bodies]
    above += [(content.number, 8.5, True, "right"), (content.place_and_date, 8.5, False, "right")]
    above.append((content.title, 13.0, True, "center"))
    above += [(f"{word}: {said}", 8.5, False, "left") for word, said in content.facts()]
    rows = [
        ["\n".join((*line.names, *line.details)), line.quantity, line.unit, line.amount]
        for line in content.lines()
    ]
    below = [(" ".join(total), 10.5, True, "right") for total in content.sums()]
    said = [*content.in_words(), ", ".join(content.payment()), content.code]
    said += [*content.proof(paper.proof), *content.cashier, content.counter]
    below += [(line, 8.5, False, "left") for line in said]
    return above, rows, below


def modules(paper: Paper) -> list[bytes]:
    """The QR code's rows."""
    return [bytes(row) for row in segno.make(paper.proof.qr, error="m", micro=False, mask=3).matrix]


# --- ReportLab as it comes ---------------------------------------------------------------------


class PlainCode(Flowable):
    """A QR code by ReportLab's own drawing."""

    def __init__(self, rows: list[bytes]) -> None:
        super().__init__()
        self.rows = rows
        self.width = self.height = 25 * mm

    def draw(self) -> None:
        """Draw the dark modules."""
        draw_code(self.canv, self.rows, 0, 0)


def draw_code(canvas: Canvas, rows: list[bytes], left: float, low: float) -> None:
    """Runs of dark modules as rectangles of one path."""
    side = 25 * mm / (len(rows) + 8)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        start = 0
        while (start := row.find(1, start)) >= 0:
            end = row.find(0, start)
            end = len(row) if end < 0 else end
            up = low + (len(rows) + 3 - number) * side
            path.rect(left + (start + 4) * side, up, (end - start) * side, side)
            start = end
    canvas.drawPath(path, stroke=0, fill=1)


def plain_platypus(paper: Paper) -> bytes:
    """ReportLab's paragraphs and tables, unshaped."""
    above, rows, below = texts(paper)

    def written(text: Text) -> Paragraph:
        said, size, bold, align = text
        style = ParagraphStyle(
            "x",
            fontName="Plain-Bold" if bold else "Plain",
            fontSize=size,
            leading=size * 1.65,
            alignment={"left": 0, "center": 1, "right": 2}[align],
        )
        return Paragraph(escape(said).replace("\n", "<br/>"), style)

    table = Table(
        [[written((cell, 8.5, False, "left")) for cell in row] for row in rows],
        colWidths=[WIDTH * share for share in (0.49, 0.14, 0.17, 0.2)],
        style=[
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, "#000000"),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ],
    )
    story = [*map(written, above), table, *map(written, below), Spacer(0, 6)]
    buffer = BytesIO()
    SimpleDocTemplate(
        buffer,
        pagesize=A5,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
    ).build([*story, PlainCode(modules(paper))])
    return buffer.getvalue()


def plain_canvas(paper: Paper) -> bytes:
    """ReportLab's canvas, unshaped, no lines broken: the least that it can do."""
    above, rows, below = texts(paper)
    buffer = BytesIO()
    canvas = Canvas(buffer, A5)
    top = A5[1] - MARGIN

    def write(text: Text) -> None:
        nonlocal top
        said, size, bold, align = text
        for line in said.split("\n"):
            if top < MARGIN:
                canvas.showPage()
                top = A5[1] - MARGIN
            canvas.setFont("Plain-Bold" if bold else "Plain", size)
            top -= size * 1.65
            if align == "center":
                canvas.drawCentredString(A5[0] / 2, top, line)
            elif align == "right":
                canvas.drawRightString(A5[0] - MARGIN, top, line)
            else:
                canvas.drawString(MARGIN, top, line)

    for text in above:
        write(text)
    for name, *figures in rows:
        write((name, 8.5, False, "left"))
        write((" ".join(figures), 8.5, False, "right"))
        canvas.line(MARGIN, top - 4, A5[0] - MARGIN, top - 4)
    for text in below:
        write(text)
    draw_code(canvas, modules(paper), MARGIN, MARGIN)
    canvas.save()
    return buffer.getvalue()


# --- other engines, shaped ---------------------------------------------------------------------


def by_fpdf(paper: Paper) -> bytes:
    """fpdf2 with HarfBuzz."""
    above, rows, below = texts(paper)
    made = fpdf.FPDF(unit="pt", format=A5)
    made.set_margin(MARGIN)
    made.add_font("lao", fname=REGULAR)
    made.add_font("lao", style="B", fname=BOLD)
    made.add_page()
    made.set_font("lao", size=8.5)
    made.set_text_shaping(True)

    def write(text: Text) -> None:
        said, size, bold, align = text
        made.set_font("lao", "B" if bold else "", size)
        made.multi_cell(
            WIDTH, size * 1.65, said, align=align[0].upper(), new_x="LMARGIN", new_y="NEXT"
        )

    for text in above:
        write(text)
    made.set_font("lao", "", 8.5)
    with made.table(
        col_widths=(49, 14, 17, 20), first_row_as_headings=False, line_height=14
    ) as table:
        for row in rows:
            table.row(row)
    for text in below:
        write(text)
    grid = modules(paper)
    side = 25 * mm / (len(grid) + 8)
    low = made.get_y()
    for number, row in enumerate(grid):
        start = 0
        while (start := row.find(1, start)) >= 0:
            end = row.find(0, start)
            end = len(row) if end < 0 else end
            made.rect(
                MARGIN + start * side, low + number * side, (end - start) * side, side, style="F"
            )
            start = end
    return bytes(made.output())


def code_as_svg(paper: Paper) -> str:
    """The QR code as a picture."""
    code = segno.make(paper.proof.qr, error="m", micro=False, mask=3)
    return code.svg_inline(scale=1, border=4, omitsize=True)


def by_weasyprint(paper: Paper) -> bytes:
    """HTML and CSS by WeasyPrint, its fonts set up once."""
    above, rows, below = texts(paper)

    def written(text: Text) -> str:
        said, size, bold, align = text
        weight = "bold" if bold else "normal"
        return f'<p style="font:{weight} {size}pt/1.65 lao;text-align:{align}">{escape(said)}</p>'

    cells = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    html = (
        "<html lang=lo><body>"
        + "".join(map(written, above))
        + f"<table>{cells}</table>"
        + "".join(map(written, below))
        + f'<div style="width:25mm">{code_as_svg(paper)}</div></body></html>'
    )
    made: bytes = weasyprint.HTML(string=html).write_pdf(stylesheets=[SHEET], font_config=FONTS)
    return made


FONTS = weasyprint.text.fonts.FontConfiguration()
SHEET = weasyprint.CSS(
    string=f"""
    @font-face {{ font-family: lao; src: url({REGULAR.as_uri()}) }}
    @font-face {{ font-family: lao; font-weight: bold; src: url({BOLD.as_uri()}) }}
    @page {{ size: A5; margin: 11mm }} body {{ font: 8.5pt/1.65 lao }} p {{ margin: 0 }}
    table {{ width: 100%; border-collapse: collapse }} td {{ border-bottom: 0.4pt solid;
    white-space: pre-line; vertical-align: top }}""",
    font_config=FONTS,
)

TYPST = """
#set page(width: 148mm, height: 210mm, margin: 11mm)
#set text(font: "Noto Sans Lao", size: 8.5pt, lang: "lo")
#let data = json("paper.json")
#let written(t) = align(eval(t.at(3)), text(
  size: t.at(1) * 1pt, weight: if t.at(2) { "bold" } else { "regular" }, t.at(0)))
#for t in data.above { written(t) }
#table(columns: (49%, 14%, 17%, 20%), stroke: (bottom: 0.4pt), ..data.rows.flatten())
#for t in data.below { written(t) }
#image("code.svg", width: 25mm)
"""


def by_typst(folder: Path) -> Callable[[Paper], bytes]:
    """Typst, its compiler kept from paper to paper."""
    (folder / "paper.typ").write_text(TYPST)
    (folder / "paper.json").write_text('{"above": [], "rows": [], "below": []}')
    (folder / "code.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>")
    compiler = typst.Compiler(str(folder / "paper.typ"), font_paths=[str(FONT_FOLDER)])

    def make(paper: Paper) -> bytes:
        above, rows, below = texts(paper)
        values = {"above": above, "rows": rows, "below": below}
        (folder / "paper.json").write_text(json.dumps(values, ensure_ascii=False))
        code = segno.make(paper.proof.qr, error="m", micro=False, mask=3)
        code.save(str(folder / "code.svg"), border=4, omitsize=True)
        made: bytes = compiler.compile(format="pdf")
        return made

    return make


PLAIN: dict[str, Callable[[Paper], bytes]] = {
    "plain ReportLab, paragraphs, unshaped": plain_platypus,
    "plain ReportLab, canvas, unshaped": plain_canvas,
}


def begin_plain() -> None:
    """A process where ReportLab is as it comes, but for the streams' coding, as ours is."""
    rl_config.useA85 = 0
    pdfmetrics.registerFont(TTFont("Plain", str(REGULAR), shapable=False))
    pdfmetrics.registerFont(TTFont("Plain-Bold", str(BOLD), shapable=False))


def timed(make: Callable[[Paper], bytes], paper: Paper) -> tuple[float, int]:
    """Milliseconds taken, and bytes made."""
    begun = perf_counter()
    made = make(paper)
    return (perf_counter() - begun) * 1000, len(made)


def main() -> None:
    """Measure all engines in turns and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=100)
    count = parser.parse_args().papers
    taken: dict[str, list[float]] = defaultdict(list)
    sizes: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder, Pool(1, begin_plain) as unpatched:
        shaped: dict[str, Callable[[Paper], bytes]] = {
            "ours, A5": lambda paper: papers_pdf([paper], "both"),
            "ours, 80 mm": lambda paper: papers_pdf([paper], "both", paper_format="80mm"),
            "fpdf2, shaped": by_fpdf,
            "WeasyPrint": by_weasyprint,
            "Typst": by_typst(Path(folder)),
        }
        for number, paper in enumerate(papers(count + 3)):
            results = {
                name: unpatched.apply(timed, (make, paper)) for name, make in PLAIN.items()
            } | {name: timed(make, paper) for name, make in shaped.items()}
            for name, (milliseconds, size) in results.items():
                sizes[name] = size
                if number >= 3:  # the first ones load fonts
                    taken[name].append(milliseconds)
    paragraphs, canvas = (statistics.median(taken[name]) for name in PLAIN)
    print("| engine | median ms | 90 % up to | × paragraphs | × canvas | KB |")
    print("|---|---|---|---|---|---|")
    for name, times in taken.items():
        median, most = statistics.median(times), statistics.quantiles(times, n=10)[-1]
        print(
            f"| {name} | {median:.1f} | {most:.1f} | {median / paragraphs:.2f}"
            f" | {median / canvas:.2f} | {sizes[name] / 1000:.0f} |"
        )


if __name__ == "__main__":
    main()
