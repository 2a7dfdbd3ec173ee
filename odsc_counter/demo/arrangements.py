"""How the named halls of the demonstration are set up: rules, work profiles, skills."""

from odsc_counter.accounts.models import User
from odsc_counter.platform.tenancy import Actor, acting_as
from odsc_counter.tickets import profiles, queries, rules
from odsc_counter.tickets.models import Counter
from odsc_counter.tickets.profiles import NewRule
from odsc_counter.tickets.rules import RULES, NewRules

PROFILES = (
    # name in Lao and English, rules (place, letter, after minutes), helps all others
    (
        "ທະບຽນ ແລະ ບັດປະຈຳຕົວ",
        "Registration and identity",
        ((1, "A", 0), (1, "B", 0), (2, "E", 10)),
        True,
    ),
    (
        "ທຸລະກິດ, ທີ່ດິນ ແລະ ພາຫະນະ",
        "Business, land and vehicles",
        ((1, "C", 0), (1, "D", 0), (2, "E", 0), (3, "B", 20)),
        True,
    ),
    ("ບໍລິການດ່ວນ", "Quick services", ((1, "F", 0), (2, "A", 15), (2, "B", 15)), True),
)


def arrange(counters: list[Counter], clerks: list[User], manager: User) -> None:
    """Set up the hall in scope as its manager would, who leaves the first counter to everybody."""
    with acting_as(Actor(manager.name_lo, manager.id, "127.0.0.1")):
        kept = {name: getattr(rules.hall_rules(), name) for name in RULES}
        reasons = tuple(kept["reasons"])
        rules.save_rules(NewRules(**{**kept, "reasons": reasons, "target_wait_minutes": 25}))
        groups = {group.letter: group.id for group in queries.service_groups()}
        made = [
            profiles.save_profile(
                None,
                name_lo=name_lo,
                name_en=name_en,
                helps_others=helps,
                rules=[
                    NewRule(place, group_id=groups[letter], after_minutes=after)
                    for place, letter, after in wanted
                ],
            )
            for name_lo, name_en, wanted, helps in PROFILES
        ]
        for counter, profile in zip(counters[1:], made, strict=False):
            profiles.give_profile(counter.id, profile.id)
        profiles.set_skills(clerks[-1].id, [groups[letter] for letter in "ABCDE"])
