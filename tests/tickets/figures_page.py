"""The page of definitions in the docs, made from the code.

python -m tests.tickets.figures_page > docs/figures.md
"""

from flask import Flask
from flask_babel import Babel, force_locale

from odsc_counter.tickets.measures import CHAPTERS, REMARKS

HEAD = """# Figures of the hall

What each figure counts, over what, and what it leaves out. This page is made from
`odsc_counter/tickets/measures.py` by `python -m tests.tickets.figures_page > docs/figures.md`; the
product shows the same at `/c/<centre>/hall/reports/definitions`, in Lao and English.
"""
UNITS = {"count": "number", "minutes": "minutes", "hours": "hours", "share": "share"}


def page() -> str:
    """The whole page in English."""
    app = Flask(__name__)
    Babel(app)
    with app.app_context(), force_locale("en"):
        parts = [HEAD, *(f"- {remark}" for remark in REMARKS), ""]
        for chapter in CHAPTERS:
            parts += [f"## {chapter.title}", ""]
            for measure in chapter.measures:
                text = f"**{measure.label}** ({UNITS[measure.unit]}, `{measure.code}`): "
                text += str(measure.counts)
                if measure.of:
                    text += f" *Counted over:* {measure.of}"
                if measure.leaves_out:
                    text += f" *Left out:* {measure.leaves_out}"
                parts += [text, ""]
        return "\n".join(parts)


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - this is what the command is for
