"""Signing in and out: password, second step, lock screen, one-time links."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from odsc_counter.accounts import operations, second_factor, sessions, signing_in
from odsc_counter.accounts.access import public_door, signed_in_door
from odsc_counter.accounts.blueprint import blueprint, local_path
from odsc_counter.accounts.forms import CodeForm, NewPasswordForm, SignInForm, UnlockForm
from odsc_counter.accounts.models import User
from odsc_counter.accounts.sessions import Desk, Standing
from odsc_counter.accounts.throttle import TooManyAttempts
from odsc_counter.platform.errors import DomainError, InvalidInput


def _next() -> str:
    return local_path(request.values.get("next"))


def _onward(found: Desk | None) -> str | None:
    """Where a browser that has a sign-in already belongs instead of the sign-in page."""
    if found is None:
        return None
    if found.standing is Standing.OPEN:
        return _next()
    if found.standing is Standing.LOCKED:
        return url_for(".lock_screen", next=_next())
    if sessions.second_step_is_due(found):
        return url_for(".second_step", next=_next())
    return None


def _status(error: DomainError) -> int:
    return 429 if isinstance(error, TooManyAttempts) else 422


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public_door("where people prove who they are")
def sign_in() -> ResponseReturnValue:
    """Ask for user name and password."""
    form = SignInForm()
    if request.method == "GET":
        elsewhere = _onward(sessions.desk())
        if elsewhere is not None:
            return redirect(elsewhere)
        return render_template("accounts/sign_in.html", form=form, next=_next())
    status = 422
    if form.validate():
        try:
            user = signing_in.authenticate(form.text("username"), form.text("password"))
        except DomainError as error:
            form.refuse(str(error))
            status = _status(error)
        else:
            if sessions.needs_second_step(user, sessions.held_grants(user.id)):
                second_factor.prepare(user)
            sessions.begin(user)
            return redirect(_onward(sessions.desk()) or url_for(".sign_in"), 303)
    return render_template("accounts/sign_in.html", form=form, next=_next()), status


def _pending() -> Desk | None:
    found = sessions.desk()
    if found is None or found.standing is not Standing.SECOND_STEP:
        return None
    return found if sessions.second_step_is_due(found) else None


@blueprint.get("/sign-in/second-step")
@public_door("serves only whoever has just given their password here")
def second_step() -> ResponseReturnValue:
    """Ask for the code, or show how to set the second step up."""
    found = _pending()
    if found is None:
        return redirect(url_for(".sign_in", next=_next()))
    return _second_step_page(found, CodeForm())


@blueprint.post("/sign-in/second-step/start")
@public_door("serves only whoever has just given their password here")
def start_second_step() -> ResponseReturnValue:
    """Make the secret for a phone, for a person whose new role needs it."""
    found = _pending()
    if found is None:
        return redirect(url_for(".sign_in"), 303)
    second_factor.prepare(found.user)
    return redirect(url_for(".second_step", next=_next()), 303)


@blueprint.post("/sign-in/second-step")
@public_door("serves only whoever has just given their password here")
def take_second_step() -> ResponseReturnValue:
    """Take a code. The first one ever also switches the second step on."""
    found = _pending()
    if found is None:
        return redirect(url_for(".sign_in"), 303)
    form = CodeForm()
    status = 422
    if form.validate():
        try:
            if found.user.totp_confirmed_at is not None:
                second_factor.accept(found.user, form.text("code"))
                sessions.pass_second_step(found)
                return redirect(_next(), 303)
            codes = second_factor.confirm(found.user, form.text("code"))
            sessions.pass_second_step(found)
            return render_template("accounts/recovery_codes.html", codes=codes, onward=_next())
        except DomainError as error:
            form.refuse(str(error))
            status = _status(error)
    return _second_step_page(found, form), status


def _second_step_page(found: Desk, form: CodeForm) -> str:
    user = found.user
    has_secret = user.totp_secret is not None
    enrolling = user.totp_confirmed_at is None
    return render_template(
        "accounts/second_step.html",
        form=form,
        next=_next(),
        person=user,
        has_secret=has_secret,
        enrolling=enrolling,
        shown_code=second_factor.code_shown_in_demonstration(user) if has_secret else None,
        **(secret_to_show(user) if enrolling and has_secret else {}),
    )


def secret_to_show(user: User) -> dict[str, str]:
    """The secret as a picture for the phone and as text for the hand."""
    return {
        "qr": second_factor.qr_image(second_factor.address_for_phone(user)),
        "secret": second_factor.in_groups(second_factor.secret_of(user) or ""),
    }


@blueprint.post("/sign-out")
@public_door("ends nothing but the browser's own sign-in")
def sign_out() -> ResponseReturnValue:
    """End the sign-in, also a locked or unfinished one."""
    found = sessions.desk()
    if found is not None:
        sessions.end(found)
    return redirect(url_for(".sign_in"), 303)


@blueprint.post("/lock")
@signed_in_door()
def lock() -> ResponseReturnValue:
    """Lock the desk while somebody else may sit down at it."""
    found = sessions.desk()
    if found is not None:
        sessions.lock(found)
    return redirect(url_for(".lock_screen", next=_next()), 303)


@blueprint.get("/lock")
@public_door("shows only the name of the person whose desk is locked")
def lock_screen() -> ResponseReturnValue:
    """Ask for the password of whoever locked the desk."""
    found = sessions.desk()
    if found is None or found.standing is not Standing.LOCKED:
        return redirect(_onward(found) or url_for(".sign_in", next=_next()))
    return _lock_page(found, UnlockForm())


@blueprint.post("/lock/open")
@public_door("opens only the desk that is locked in this browser, by its password")
def unlock() -> ResponseReturnValue:
    """Open a locked desk again."""
    found = sessions.desk()
    if found is None or found.standing is not Standing.LOCKED:
        return redirect(_onward(found) or url_for(".sign_in", next=_next()), 303)
    form = UnlockForm()
    status = 422
    if form.validate():
        try:
            signing_in.authenticate(found.user.username, form.text("password"))
        except signing_in.WrongCredentials:
            form.refuse(_("Wrong password."))
        except DomainError as error:
            form.refuse(str(error))
            status = _status(error)
        else:
            sessions.unlock(found)
            return redirect(_next(), 303)
    return _lock_page(found, form), status


def _lock_page(found: Desk, form: UnlockForm) -> str:
    return render_template("accounts/lock.html", form=form, next=_next(), person=found.user)


@blueprint.post("/here")
@signed_in_door()
def here() -> ResponseReturnValue:
    """Somebody is typing on a long page: the desk stays open."""
    return "", 204


@blueprint.route("/password/<token>", methods=["GET", "POST"])
@public_door("serves only the bearer of a one-time link")
def one_time_link(token: str) -> ResponseReturnValue:
    """Set a password with a one-time link."""
    try:
        owner = operations.owner_of_link(token)
    except operations.LinkUsedUp as error:
        return render_template("accounts/link_used_up.html", message=str(error)), 404
    form = NewPasswordForm()
    if request.method == "POST" and form.validate():
        try:
            operations.use_one_time_link(token, form.text("password"))
        except operations.LinkUsedUp as error:
            return render_template("accounts/link_used_up.html", message=str(error)), 404
        except InvalidInput as error:
            form.take(error)
        else:
            flash(_("Your password is set. Sign in with it now."), "success")
            return redirect(url_for(".sign_in"), 303)
    status = 422 if form.errors else 200
    return render_template("accounts/one_time_link.html", form=form, owner=owner), status
