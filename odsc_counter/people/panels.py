"""Places on a person's page that upper rooms fill: the applications, for one."""

from collections.abc import Callable

from markupsafe import Markup

from odsc_counter.people.models import Person

Panel = Callable[[Person], Markup]
_panels: list[Panel] = []


def contribute(panel: Panel) -> Panel:
    """Offer a panel for every person's page."""
    if panel not in _panels:
        _panels.append(panel)
    return panel


def drawn(person: Person) -> list[Markup]:
    """All panels for a person, in the order in which they were offered."""
    return [panel(person) for panel in _panels]
