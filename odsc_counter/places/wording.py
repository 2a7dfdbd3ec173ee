"""How places are called on pages: always with the unit above, since names repeat."""

from flask_babel import get_locale
from flask_babel import gettext as _

from odsc_counter.places.models import Unit


def language() -> str:
    """The language of this page: lo or en."""
    return "en" if str(get_locale()) == "en" else "lo"


def place(unit: Unit) -> str:
    """A unit with its rank and the unit above: ເມືອງຈັນທະບູລີ, ນະຄອນຫຼວງວຽງຈັນ."""
    name = unit.name(language())
    if unit.kind == "province":
        return str(_("%(name)s Province", name=name))
    if unit.kind == "district" and unit.parent is not None:
        above = unit.parent.name(language())
        if unit.parent.kind == "capital":
            return str(_("%(name)s District, %(capital)s", name=name, capital=above))
        return str(_("%(name)s District, %(province)s Province", name=name, province=above))
    return name


def short_place(unit: Unit) -> str:
    """A unit with its rank alone, where the unit above stands right beside it."""
    name = unit.name(language())
    if unit.kind == "province":
        return str(_("%(name)s Province", name=name))
    return str(_("%(name)s District", name=name)) if unit.kind == "district" else name
