"""Who serves whom: work profiles, the counters that go by them, and what clerks can serve."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts.access import centre_door
from odsc_counter.catalogue.queries import offered_services
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import InvalidInput, NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.lao import language_now
from odsc_counter.tickets import counter_queries, counters, previews, profiles, queries
from odsc_counter.tickets.blueprint import blueprint, key_or_none, told
from odsc_counter.tickets.forms import ProfileForm, profile_form, rule_lines
from odsc_counter.tickets.words import WHY


def _profiles_url(**_arguments: object) -> str:
    return url_for("tickets.profiles")


@blueprint.get("/c/<centre>/hall/profiles", endpoint="profiles")
@centre_door("hall.set_up")
def list_profiles(centre: Centre) -> ResponseReturnValue:
    """The work profiles, the counters that go by them, and whom each would call now."""
    rows = profiles.profiles()
    return render_template(
        "tickets/profiles.html",
        profiles=rows,
        counters=counter_queries.counters(),
        previews=previews.previews(rows),
        why_words=WHY,
        **_names(),
    )


def _names() -> dict[str, Any]:
    """What the groups and services of the centre are called."""
    groups = queries.service_groups()
    services = [
        (row.service.id, f"{row.group.letter} · {row.version.name(language_now())}")
        for row in offered_services(queries.today())
    ]
    return {
        "groups": groups,
        "services": services,
        "group_names": {one.id: f"{one.letter} · {one.name(language_now())}" for one in groups},
        "service_names": dict(services),
    }


def _profile_page(
    profile_id: uuid.UUID | None,
    form: ProfileForm,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> tuple[str, int]:
    page = render_template(
        "tickets/profile.html",
        profile_id=profile_id,
        form=form,
        errors=errors or {},
        **_names(),
    )
    return page, status


@blueprint.get("/c/<centre>/hall/profiles/new")
@centre_door("hall.set_up")
def new_profile(centre: Centre) -> ResponseReturnValue:
    """The form for a new work profile."""
    return _profile_page(None, ProfileForm())


@blueprint.get("/c/<centre>/hall/profiles/<uuid:profile>", endpoint="profile")
@centre_door("hall.set_up")
def show_profile(centre: Centre, profile: uuid.UUID) -> ResponseReturnValue:
    """The form of a work profile."""
    row = _row(profile)
    kept = row.profile
    lines = rule_lines(row.rules)
    return _profile_page(profile, ProfileForm(kept.name_lo, kept.name_en, kept.helps_others, lines))


def _row(profile_id: uuid.UUID) -> profiles.ProfileRow:
    for row in profiles.profiles():
        if row.profile.id == profile_id:
            return row
    raise NotFound


@blueprint.post("/c/<centre>/hall/profiles")
@centre_door("hall.set_up")
@once
def make_profile(centre: Centre) -> ResponseReturnValue:
    """Make a work profile."""
    return _save(None)


@blueprint.post("/c/<centre>/hall/profiles/<uuid:profile>")
@centre_door("hall.set_up")
@once
def change_profile(centre: Centre, profile: uuid.UUID) -> ResponseReturnValue:
    """Change a work profile."""
    _row(profile)
    return _save(profile)


def _save(profile_id: uuid.UUID | None) -> ResponseReturnValue:
    form = profile_form(request.form)
    try:
        profiles.save_profile(
            profile_id,
            name_lo=form.name_lo,
            name_en=form.name_en,
            rules=form.rules(),
            helps_others=form.helps_others,
        )
    except InvalidInput as error:
        return _profile_page(profile_id, form, error.fields, 422)
    flash(_("The work profile is saved."), "success")
    return redirect(_profiles_url(), 303)


@blueprint.post("/c/<centre>/hall/profiles/<uuid:profile>/remove")
@centre_door("hall.set_up")
@told(_profiles_url)
@once
def remove_profile(centre: Centre, profile: uuid.UUID) -> ResponseReturnValue:
    """Remove a work profile; its counters call everybody again."""
    profiles.remove_profile(profile)
    flash(_("The work profile is removed."), "success")
    return redirect(_profiles_url(), 303)


@blueprint.post("/c/<centre>/counters")
@centre_door("counter.set_up")
@told(_profiles_url)
@once
def add_counter(centre: Centre) -> ResponseReturnValue:
    """Set up one more counter."""
    text = request.form.get("number", "").strip()
    counter = counters.add_counter(int(text) if text.isdecimal() and len(text) < 6 else 0)
    flash(_("Counter %(number)s is set up.", number=counter.number), "success")
    return redirect(_profiles_url(), 303)


@blueprint.post("/c/<centre>/counters/<uuid:counter>/profile")
@centre_door("counter.set_up")
@told(_profiles_url)
@once
def give_profile(centre: Centre, counter: uuid.UUID) -> ResponseReturnValue:
    """Choose the work profile of a counter; none lets it call everybody."""
    profiles.give_profile(counter, key_or_none(request.form.get("profile", "")))
    flash(_("The changes are saved."), "success")
    return redirect(_profiles_url(), 303)


def _skills_url(**_arguments: object) -> str:
    return url_for("tickets.staff_skills")


@blueprint.get("/c/<centre>/hall/staff")
@centre_door("hall.set_up")
def staff_skills(centre: Centre) -> ResponseReturnValue:
    """Which groups each clerk can serve."""
    return render_template(
        "tickets/skills.html", clerks=profiles.clerks(), groups=queries.service_groups()
    )


@blueprint.post("/c/<centre>/hall/staff/<int:user>")
@centre_door("hall.set_up")
@told(_skills_url)
@once
def set_skills(centre: Centre, user: int) -> ResponseReturnValue:
    """Say which groups a clerk can serve; none chosen means all."""
    chosen = [key for text in request.form.getlist("group") if (key := key_or_none(text))]
    profiles.set_skills(user, chosen)
    flash(_("The changes are saved."), "success")
    return redirect(_skills_url(), 303)
