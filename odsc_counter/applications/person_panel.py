"""The card of applications on a person's page."""

from flask import render_template
from markupsafe import Markup

from odsc_counter.applications import words
from odsc_counter.applications.of_person import MOST_SHOWN, applications_of
from odsc_counter.people import panels
from odsc_counter.people.models import Person


@panels.contribute
def panel(person: Person) -> Markup:
    """A person's applications with their states."""
    page = render_template(
        "applications/_of_person.html",
        applications=applications_of(person.id),
        states=words.STATES,
        most_shown=MOST_SHOWN,
    )
    return Markup(page)  # noqa: S704 - made by a template
