"""The staff of a centre, as its manager looks after them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from odsc_counter.accounts import operations, queries, second_factor, words
from odsc_counter.accounts.access import centre_door
from odsc_counter.accounts.blueprint import blueprint
from odsc_counter.accounts.credentials import LINK_LASTS
from odsc_counter.accounts.forms import BringInForm, RoleForm, StaffForm
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import DomainError, InvalidInput


def language() -> str:
    """The language of this page."""
    return "en" if str(get_locale()) == "en" else "lo"


def offer_roles(form: RoleForm, roles: tuple[str, ...]) -> RoleForm:
    """Fill the choices of a form: these roles, and the ministries of today."""
    form.role.choices = [(role, words.role(role)) for role in roles]
    position = 1 if language() == "lo" else 2
    form.ministry_id.choices = [
        ("", "—"),
        *((str(row[0]), str(row[position])) for row in queries.ministries()),
    ]
    return form


def show_link(user_id: int, back: str) -> str:
    """The page that shows a new one-time link, this once."""
    person = queries.person(user_id)
    token = operations.issue_one_time_link(user_id)
    link = url_for("accounts.one_time_link", token=token, _external=True)
    return render_template(
        "accounts/new_link.html",
        person=person.user,
        link=link,
        qr=second_factor.qr_image(link),
        until=clock.now() + LINK_LASTS,
        back=back,
    )


def carried_out(action: Callable[[int], Any], subject: int, done: str) -> None:
    """Do something to an account and say so, or say why not."""
    try:
        action(subject)
    except (operations.NotForOneself, operations.BelongsElsewhere) as error:
        flash(str(error), "danger")
    else:
        flash(done, "success")


@blueprint.get("/c/<centre>/people")
@centre_door("user.manage")
def people(centre: Centre) -> ResponseReturnValue:
    """Who works at the centre, and who did."""
    present, former = queries.staff()
    return render_template(
        "accounts/people.html", present=present, former=former, role_name=words.role
    )


def _new_page(
    staff: StaffForm | None, known: BringInForm | None, status: int = 200
) -> ResponseReturnValue:
    staff = staff or StaffForm(formdata=None)
    known = known or BringInForm(formdata=None, prefix="known-")
    offer_roles(staff, queries.CENTRE_ROLES)
    offer_roles(known, queries.CENTRE_ROLES)
    return render_template("accounts/new_person.html", form=staff, known=known), status


@blueprint.get("/c/<centre>/people/new")
@centre_door("user.manage")
def new_person(centre: Centre) -> ResponseReturnValue:
    """The form for a new member of staff."""
    return _new_page(None, None)


@blueprint.post("/c/<centre>/people/new")
@centre_door("user.manage")
def create_person(centre: Centre) -> ResponseReturnValue:
    """Make the account with its first role."""
    form = StaffForm()
    offer_roles(form, queries.CENTRE_ROLES)
    if not form.validate():
        return _new_page(form, None, 422)
    try:
        user = operations.create_staff(
            form.text("username"),
            form.text("name_lo"),
            form.text("name_en"),
            form.text("role"),
            ministry_id=form.ministry_id.data,
            office_level=form.office_level.data or "",
        )
    except InvalidInput as error:
        form.take(error)
        return _new_page(form, None, 422)
    flash(_("The account is made. Now make a one-time link for the password."), "success")
    return redirect(url_for(".person", user=user.id), 303)


@blueprint.post("/c/<centre>/people/bring-in")
@centre_door("user.manage")
def bring_in(centre: Centre) -> ResponseReturnValue:
    """Give a role here to somebody who has an account."""
    form = BringInForm(prefix="known-")
    offer_roles(form, queries.CENTRE_ROLES)
    if not form.validate():
        return _new_page(None, form, 422)
    try:
        user = operations.bring_in(
            form.text("existing"),
            form.text("role"),
            ministry_id=form.ministry_id.data,
            office_level=form.office_level.data or "",
        )
    except InvalidInput as error:
        form.take(error)
        return _new_page(None, form, 422)
    except DomainError as error:
        form.refuse(str(error))
        return _new_page(None, form, 422)
    flash(_("The role is in force now."), "success")
    return redirect(url_for(".person", user=user.id), 303)


def _person_page(user: int, form: RoleForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "accounts/person.html",
        page=queries.person(user),
        form=offer_roles(form, queries.CENTRE_ROLES),
        role_name=words.role,
        national=False,
    )
    return page, status


@blueprint.get("/c/<centre>/people/<int:user>")
@centre_door("user.manage")
def person(centre: Centre, user: int) -> ResponseReturnValue:
    """One member of staff."""
    return _person_page(user, RoleForm(formdata=None))


@blueprint.post("/c/<centre>/people/<int:user>/roles")
@centre_door("user.manage")
def grant_role(centre: Centre, user: int) -> ResponseReturnValue:
    """Give a role at the centre."""
    queries.person(user)
    form = RoleForm()
    offer_roles(form, queries.CENTRE_ROLES)
    if not form.validate():
        return _person_page(user, form, 422)
    try:
        operations.grant_role(
            user,
            form.text("role"),
            ministry_id=form.ministry_id.data,
            office_level=form.office_level.data or "",
        )
    except InvalidInput as error:
        form.take(error)
        return _person_page(user, form, 422)
    except (operations.NotForOneself, operations.RoleHeldAlready) as error:
        form.refuse(str(error))
        return _person_page(user, form, 422)
    flash(_("The role is in force now."), "success")
    return redirect(url_for(".person", user=user), 303)


@blueprint.post("/c/<centre>/people/<int:user>/roles/<int:grant>/end")
@centre_door("user.manage")
def end_role(centre: Centre, user: int, grant: int) -> ResponseReturnValue:
    """End a role at the centre, at once."""
    carried_out(partial(operations.end_role, user_id=user), grant, _("The role has ended."))
    return redirect(url_for(".person", user=user), 303)


@blueprint.post("/c/<centre>/people/<int:user>/disable")
@centre_door("user.manage")
def disable_person(centre: Centre, user: int) -> ResponseReturnValue:
    """Shut the account of a member of staff."""
    carried_out(operations.disable_user, user, _("The account is disabled."))
    return redirect(url_for(".person", user=user), 303)


@blueprint.post("/c/<centre>/people/<int:user>/enable")
@centre_door("user.manage")
def enable_person(centre: Centre, user: int) -> ResponseReturnValue:
    """Open the account of a member of staff again."""
    carried_out(operations.enable_user, user, _("The account is open again."))
    return redirect(url_for(".person", user=user), 303)


@blueprint.post("/c/<centre>/people/<int:user>/second-step/reset")
@centre_door("user.manage")
def reset_second_step(centre: Centre, user: int) -> ResponseReturnValue:
    """Forget a lost phone."""
    carried_out(operations.reset_second_factor, user, _("The second step is reset."))
    return redirect(url_for(".person", user=user), 303)


@blueprint.post("/c/<centre>/people/<int:user>/link")
@centre_door("user.manage")
def make_link(centre: Centre, user: int) -> ResponseReturnValue:
    """Make a one-time link and show it."""
    try:
        return show_link(user, url_for(".person", user=user))
    except (operations.NotForOneself, operations.BelongsElsewhere) as error:
        flash(str(error), "danger")
        return redirect(url_for(".person", user=user), 303)
