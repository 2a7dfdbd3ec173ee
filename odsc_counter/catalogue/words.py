"""How the parts of a service are called on pages."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

LEVEL_NAMES: dict[str, LazyString] = {
    "village": _("Village"),
    "district": _("District office"),
    "province": _("Provincial department"),
    "nation": _("Ministry"),
}
