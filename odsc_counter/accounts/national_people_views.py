"""All accounts of the nation, as the national administrator looks after them."""

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts import operations, queries, words
from odsc_counter.accounts.access import national_door
from odsc_counter.accounts.blueprint import blueprint
from odsc_counter.accounts.forms import NationalRoleForm, NewAccountForm
from odsc_counter.accounts.people_views import carried_out, language, offer_roles, show_link
from odsc_counter.accounts.permissions import ROLES
from odsc_counter.platform.errors import DomainError, InvalidInput

BIGGEST_ID = 2**31 - 1


@blueprint.get("/national/people")
@national_door("national.users")
def national_people() -> ResponseReturnValue:
    """All accounts, by pages, with a search."""
    search = request.args.get("q", "")[:80]
    page = min(max(request.args.get("page", 1, type=int), 1), 100_000)
    rows, pages = queries.everyone(search, page)
    return render_template(
        "accounts/national_people.html",
        rows=rows,
        page=page,
        pages=pages,
        search=search,
        role_name=words.role,
    )


@blueprint.route("/national/people/new", methods=["GET", "POST"])
@national_door("national.users")
def new_national_person() -> ResponseReturnValue:
    """Make an account; roles are given on its page."""
    form = NewAccountForm()
    if request.method == "POST" and form.validate():
        try:
            user = operations.create_user(
                form.text("username"), form.text("name_lo"), form.text("name_en")
            )
        except InvalidInput as error:
            form.take(error)
        else:
            flash(_("The account is made. Give it a role, then make a one-time link."), "success")
            return redirect(url_for(".national_person", user=user.id), 303)
    status = 422 if form.errors else 200
    return render_template("accounts/new_national_person.html", form=form), status


def _page(user: int, form: NationalRoleForm, status: int = 200) -> ResponseReturnValue:
    units, centres = queries.places()
    page = render_template(
        "accounts/person.html",
        page=queries.person(user),
        form=offer_roles(form, ROLES),
        units=units,
        centres=centres,
        language=language(),
        role_name=words.role,
        national=True,
    )
    return page, status


@blueprint.get("/national/people/<int:user>")
@national_door("national.users")
def national_person(user: int) -> ResponseReturnValue:
    """One account."""
    return _page(user, NationalRoleForm(formdata=None))


@blueprint.post("/national/people/<int:user>/roles")
@national_door("national.users")
def national_grant(user: int) -> ResponseReturnValue:
    """Give a role anywhere."""
    queries.person(user)
    form = NationalRoleForm()
    offer_roles(form, ROLES)
    if not form.validate():
        return _page(user, form, 422)
    kind, _colon, number = form.text("place").partition(":")
    place = int(number) if number.isascii() and number.isdigit() else 0
    try:
        operations.grant_role(
            user,
            form.text("role"),
            centre_id=min(place, BIGGEST_ID) if kind == "centre" else None,
            unit_id=min(place, BIGGEST_ID) if kind != "centre" else None,
            ministry_id=form.ministry_id.data,
            office_level=form.office_level.data or "",
        )
    except InvalidInput as error:
        form.take(error)
        return _page(user, form, 422)
    except DomainError as error:
        form.refuse(str(error))
        return _page(user, form, 422)
    flash(_("The role is in force now."), "success")
    return redirect(url_for(".national_person", user=user), 303)


@blueprint.post("/national/people/<int:user>/roles/<int:grant>/end")
@national_door("national.users")
def national_end_role(user: int, grant: int) -> ResponseReturnValue:
    """End a role anywhere, at once."""
    carried_out(partial(operations.end_role, user_id=user), grant, _("The role has ended."))
    return redirect(url_for(".national_person", user=user), 303)


@blueprint.post("/national/people/<int:user>/disable")
@national_door("national.users")
def national_disable(user: int) -> ResponseReturnValue:
    """Shut an account."""
    carried_out(operations.disable_user, user, _("The account is disabled."))
    return redirect(url_for(".national_person", user=user), 303)


@blueprint.post("/national/people/<int:user>/enable")
@national_door("national.users")
def national_enable(user: int) -> ResponseReturnValue:
    """Open an account again."""
    carried_out(operations.enable_user, user, _("The account is open again."))
    return redirect(url_for(".national_person", user=user), 303)


@blueprint.post("/national/people/<int:user>/second-step/reset")
@national_door("national.users")
def national_reset_second_step(user: int) -> ResponseReturnValue:
    """Forget a lost phone."""
    carried_out(operations.reset_second_factor, user, _("The second step is reset."))
    return redirect(url_for(".national_person", user=user), 303)


@blueprint.post("/national/people/<int:user>/link")
@national_door("national.users")
def national_link(user: int) -> ResponseReturnValue:
    """Make a one-time link and show it."""
    try:
        return show_link(user, url_for(".national_person", user=user))
    except operations.NotForOneself as error:
        flash(str(error), "danger")
        return redirect(url_for(".national_person", user=user), 303)
