"""One's own account: password, second step, recovery codes, sign-ins on other devices."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts import (
    contact,
    operations,
    queries,
    second_factor,
    sessions,
    signing_in,
    words,
)
from odsc_counter.accounts.access import signed_in, signed_in_door
from odsc_counter.accounts.blueprint import blueprint
from odsc_counter.accounts.forms import ChangePasswordForm, CodeForm, ContactForm, UnlockForm
from odsc_counter.accounts.permissions import NEEDS_SECOND_FACTOR
from odsc_counter.accounts.sign_in_views import secret_to_show
from odsc_counter.accounts.throttle import TooManyAttempts
from odsc_counter.platform.errors import DomainError, Forbidden, InvalidInput, NotFound


def _role_asks_for_it() -> bool:
    return any(grant.role in NEEDS_SECOND_FACTOR for grant in signed_in().grants)


def _page(status: int = 200, **forms: Any) -> ResponseReturnValue:
    person = signed_in()
    page = render_template(
        "accounts/me.html",
        person=person.user,
        roles=queries.roles_of(person.user.id),
        role_name=words.role,
        desks=queries.desks_of(person.user.id),
        this_desk=person.session,
        codes_left=second_factor.recovery_codes_left(person.user.id),
        required=_role_asks_for_it(),
        contact_form=forms.get("contact_form") or ContactForm(formdata=None, obj=person.user),
        password_form=forms.get("password_form") or ChangePasswordForm(formdata=None),
        codes_form=forms.get("codes_form") or UnlockForm(formdata=None, prefix="codes-"),
        off_form=forms.get("off_form") or UnlockForm(formdata=None, prefix="off-"),
    )
    return page, status


@blueprint.get("/me")
@signed_in_door()
def me() -> ResponseReturnValue:
    """One's own account on one page."""
    return _page()


@blueprint.post("/me/contact")
@signed_in_door()
def set_own_contact() -> ResponseReturnValue:
    """Say how one is reached at the office, for the directory."""
    form = ContactForm()
    if not form.validate():
        return _page(422, contact_form=form)
    try:
        contact.set_contact(
            signed_in().user.id,
            form.text("office_phone"),
            form.text("email"),
            wants_digest=bool(form.wants_digest.data),
        )
    except InvalidInput as error:
        form.take(error)
        return _page(422, contact_form=form)
    flash(_("Saved. The directory shows it from now on."), "success")
    return redirect(url_for(".me"), 303)


@blueprint.post("/me/password")
@signed_in_door()
def change_password() -> ResponseReturnValue:
    """Change one's password; one's other sign-ins end."""
    form = ChangePasswordForm()
    person = signed_in()
    if not form.validate():
        return _page(422, password_form=form)
    try:
        signing_in.authenticate(person.user.username, form.text("current"))
        operations.set_password(person.user.id, form.text("password"), at=person.session)
    except signing_in.WrongCredentials:
        form.current.errors = [_("Wrong password.")]
        return _page(422, password_form=form)
    except InvalidInput as error:
        form.take(error)
        return _page(422, password_form=form)
    except TooManyAttempts as error:
        form.refuse(str(error))
        return _page(429, password_form=form)
    flash(_("Your password is changed. All other devices were signed out."), "success")
    return redirect(url_for(".me"), 303)


@blueprint.post("/me/second-step/start")
@signed_in_door()
def start_own_second_step() -> ResponseReturnValue:
    """Make a secret for one's phone."""
    second_factor.prepare(signed_in().user)
    return redirect(url_for(".own_second_step"), 303)


@blueprint.get("/me/second-step")
@signed_in_door()
def own_second_step() -> ResponseReturnValue:
    """Show the secret until a code has confirmed it."""
    return _own_second_step(CodeForm(), 200)


def _own_second_step(form: CodeForm, status: int) -> ResponseReturnValue:
    user = signed_in().user
    if user.totp_secret is None or user.totp_confirmed_at is not None:
        return redirect(url_for(".me"))
    shown = second_factor.code_shown_in_demonstration(user)
    page = render_template(
        "accounts/own_second_step.html", form=form, shown_code=shown, **secret_to_show(user)
    )
    return page, status


@blueprint.post("/me/second-step")
@signed_in_door()
def confirm_own_second_step() -> ResponseReturnValue:
    """Switch the second step on with a first code."""
    form = CodeForm()
    found = sessions.desk()
    if not form.validate() or found is None:
        return _own_second_step(form, 422)
    try:
        codes = second_factor.confirm(found.user, form.text("code"))
    except DomainError as error:
        form.refuse(str(error))
        return _own_second_step(form, 429 if isinstance(error, TooManyAttempts) else 422)
    sessions.end_all(found.user.id, but=found.session)
    sessions.pass_second_step(found)
    return render_template("accounts/recovery_codes.html", codes=codes, onward=url_for(".me"))


def _proved(form: UnlockForm) -> int | None:
    """None when the form holds the person's password, else the status to answer with."""
    if not form.validate():
        return 422
    try:
        signing_in.authenticate(signed_in().user.username, form.text("password"))
    except signing_in.WrongCredentials:
        form.password.errors = [_("Wrong password.")]
        return 422
    except TooManyAttempts as error:
        form.refuse(str(error))
        return 429
    return None


@blueprint.post("/me/second-step/off")
@signed_in_door()
def switch_off_own_second_step() -> ResponseReturnValue:
    """Switch the second step off, where no role asks for it."""
    if _role_asks_for_it():
        raise Forbidden
    form = UnlockForm(prefix="off-")
    refused = _proved(form)
    if refused is not None:
        return _page(refused, off_form=form)
    operations.remove_second_factor(signed_in().user)
    flash(_("The second step is switched off."), "success")
    return redirect(url_for(".me"), 303)


@blueprint.post("/me/recovery-codes")
@signed_in_door()
def renew_recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes; they are shown this once."""
    user = signed_in().user
    if user.totp_confirmed_at is None:
        raise NotFound
    form = UnlockForm(prefix="codes-")
    refused = _proved(form)
    if refused is not None:
        return _page(refused, codes_form=form)
    codes = second_factor.renew_recovery_codes(user)
    return render_template("accounts/recovery_codes.html", codes=codes, onward=url_for(".me"))


@blueprint.post("/me/desks/<key>/end")
@signed_in_door()
def end_own_desk(key: str) -> ResponseReturnValue:
    """End one's sign-in on another device, named by the start of its stored hash."""
    found = sessions.desk()
    if len(key) != 16 or found is None:
        raise NotFound
    if found.session.token_hash.startswith(key):
        sessions.end(found)
        return redirect(url_for(".sign_in"), 303)
    sessions.end_other(found, key)
    flash(_("The sign-in on the other device has ended."), "success")
    return redirect(url_for(".me"), 303)


@blueprint.app_context_processor
def user_links() -> dict[str, Any]:
    """What the menu of the signed-in person offers."""
    if request.endpoint is None or not signed_in().is_authenticated:
        return {}
    return {
        "user_links": [
            {"url": url_for(endpoint), "label": label}
            for endpoint, label in (
                ("accounts.me", _("My account")),
                ("committees.own_calendar", _("My calendar")),
                ("accounts.directory_page", _("Who is who")),
            )
        ],
        "unread_notices": signed_in().unread_notices,
        "lock_after_seconds": current_app.config["SETTINGS"].idle_lock_minutes * 60,
    }
