"""What kinds, purposes and reasons are called on pages."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from odsc_counter.accounts import words
from odsc_counter.places.models import Centre, Unit
from odsc_counter.places.queries import UnitNode, unit_tree
from odsc_counter.places.wording import language, short_place

KINDS = words.VALUES["kind"]
PURPOSES = words.VALUES["purpose"]
HOWS = words.VALUES["how"]

WHY: dict[str, LazyString] = {
    "card": _("Same ID card number"),
    "business": _("Same business registration number"),
    "phone": _("Same phone number"),
    "birth": _("Same name and year of birth"),
    "village": _("Same name and village"),
}
"""Why two records may be of one person."""
WHY_GROUPED: dict[str, LazyString] = {**WHY, "phone": _("Same name and phone number")}


def place_choices(centre: Centre) -> list[tuple[str, list[tuple[int, str]]]]:
    """Provinces with their districts to choose from, the centre's own province first."""
    provinces = sorted(
        unit_tree(language()).children, key=lambda node: not _holds(node, centre.unit)
    )
    return [
        (
            short_place(node.unit),
            [(node.unit.id, str(_("%(place)s, district not known", place=short_place(node.unit))))]
            + [(child.unit.id, short_place(child.unit)) for child in node.children],
        )
        for node in provinces
    ]


def _holds(node: UnitNode, unit: Unit) -> bool:
    return unit.id in (node.unit.id, *(child.unit.id for child in node.children))
