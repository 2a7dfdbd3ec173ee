"""A place on a till's page that the cash office fills: the receipts of the drawer.

This room knows no receipts; whoever writes them offers the list here.
"""

from collections.abc import Callable

from markupsafe import Markup

from odsc_counter.tills.models import TillSession

Panel = Callable[[TillSession], Markup]
_panels: list[Panel] = []


def contribute(panel: Panel) -> Panel:
    """Offer a panel for every till's page."""
    if panel not in _panels:
        _panels.append(panel)
    return panel


def drawn(till: TillSession) -> list[Markup]:
    """All panels for a till, in the order in which they were offered."""
    return [panel(till) for panel in _panels]
