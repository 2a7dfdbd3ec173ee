"""The blueprint that the web doors of this room are put on, and its words for templates."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Blueprint

from odsc_counter.catalogue import fee_words
from odsc_counter.catalogue.models import FeeLine
from odsc_counter.platform.lao import language_now

blueprint = Blueprint("catalogue", __name__, template_folder="templates")


@blueprint.app_template_filter()
def fee_rule(line: FeeLine) -> list[str]:
    """A fee's rule in words, one text a line."""
    return fee_words.rule_in_words(line.tariff, language_now())


@blueprint.app_template_filter()
def fees_in_short(lines: Sequence[FeeLine]) -> str:
    """The base fees of a service in a few words; empty where none is published."""
    return fee_words.lines_in_short(lines, language_now())


@blueprint.app_template_filter()
def percent(basis_points: int) -> str:
    """Basis points as people write a percentage."""
    return fee_words.percent(basis_points)


@blueprint.app_template_filter()
def last_day(valid_to: date | None) -> date | None:
    """The last day on which a row holds that ends before `valid_to`."""
    return None if valid_to is None else valid_to - timedelta(days=1)
