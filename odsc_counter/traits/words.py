"""What traits and their answers are called on pages."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

NOT_SAID = _("Not said")
TRAITS: dict[str, LazyString] = {
    "sex": _("Sex"),
    "age": _("Age group"),
    "disability": _("Disability"),
    "language": _("Language spoken at home"),
    "distance": _("From the village to the centre"),
}
ANSWERS: dict[str, dict[str, LazyString]] = {
    "sex": {"female": _("Female"), "male": _("Male")},
    "age": {
        "under_18": _("Under 18 years"),
        "18_29": _("18 to 29 years"),
        "30_44": _("30 to 44 years"),
        "45_59": _("45 to 59 years"),
        "60_up": _("60 years and over"),
    },
    "disability": {"yes": _("With a disability"), "no": _("Without a disability")},
    "language": {
        "lao": _("Lao"),
        "khmu": _("Khmu"),
        "hmong": _("Hmong"),
        "other": _("Another language"),
    },
    "distance": {
        "up_to_5": _("Up to 5 km"),
        "5_20": _("5 to 20 km"),
        "20_50": _("20 to 50 km"),
        "over_50": _("Over 50 km"),
    },
}
