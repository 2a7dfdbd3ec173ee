"""The page of indicators in the docs, made from the code.

python -m tests.monitoring.figures_page > docs/indicators.md
"""

from flask import Flask
from flask_babel import Babel, force_locale

from odsc_counter.monitoring.figure_tables import unit_of
from odsc_counter.monitoring.indicators import INDICATORS, THEMES

HEAD = """# Indicators of the nation

What each indicator counts, over what, and what it leaves out. This page is made from
`odsc_counter/monitoring/indicators.py` by `python -m tests.monitoring.figures_page >
docs/indicators.md`; the product shows the same at `/a/<unit>/figures/indicators`, in Lao and
English.

- Every figure is formed from sums that are kept by centre and day, by centre and month, and by
  centre, month and service; a rate is formed from sums, never from rates.
- A sum is counted anew from the records whenever an event touched them, never added to.
  `odsc-counter check` counts all again and must agree.
- A late or corrected record changes the figures of the days that it counts to.
- A centre without figures is absent and never nought. A rate of fewer than 30 cases is marked and
  not ranked.
- The day is the centre's own. Periods are read from whole months and the days at their edges.
"""


def page() -> str:
    """The whole page in English."""
    app = Flask(__name__)
    Babel(app)
    with app.app_context(), force_locale("en"):
        parts = [HEAD]
        for theme, name in THEMES.items():
            parts += [f"## {name}", ""]
            for one in INDICATORS:
                if one.theme != theme:
                    continue
                above = " + ".join(one.numerator) + "".join(f" - {name}" for name in one.less)
                below = f" / ({' + '.join(one.denominator)})" if one.denominator else ""
                text = f"**{one.label}** ({unit_of(one)}, `{one.code}` = `{above}{below}`): "
                text += str(one.meaning)
                if one.over:
                    text += f" *Counted over:* {one.over}"
                if one.leaves_out:
                    text += f" *Left out:* {one.leaves_out}"
                if one.better:
                    text += f" *Good is* {one.better}."
                text += f" *From the records of:* {', '.join(one.sources)}."
                parts += [text, ""]
        return "\n".join(parts)


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - this is what the command is for
