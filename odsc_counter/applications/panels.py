"""Places on an application's page that upper rooms fill: the fee, for one.

This room knows no receipts; the cash office offers its panel here and is asked to draw it.
"""

from collections.abc import Callable

from markupsafe import Markup

from odsc_counter.applications.models import Application

Panel = Callable[[Application], Markup]
_panels: list[Panel] = []
_public_panels: list[Panel] = []


def contribute(panel: Panel) -> Panel:
    """Offer a panel for every application's page."""
    if panel not in _panels:
        _panels.append(panel)
    return panel


def drawn(application: Application) -> list[Markup]:
    """All panels for an application, in the order in which they were offered."""
    return [panel(application) for panel in _panels]


def contribute_public(panel: Panel) -> Panel:
    """Offer a panel for the page on which a citizen follows a file: nothing personal on it."""
    if panel not in _public_panels:
        _public_panels.append(panel)
    return panel


def drawn_in_public(application: Application) -> list[Markup]:
    """All panels for whoever holds the file's number, in the order in which they were offered."""
    return [panel(application) for panel in _public_panels]
