"""The touch screen that gives numbers: groups, services, papers and fee, then the number."""

from typing import Any

from flask import g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from odsc_counter.accounts import sessions
from odsc_counter.accounts.access import centre_door, public_centre_door
from odsc_counter.places.models import Centre
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.idempotency import once
from odsc_counter.platform.lao import language_now
from odsc_counter.tickets import kiosk as hall_kiosk
from odsc_counter.tickets import queries
from odsc_counter.tickets.blueprint import blueprint, told
from odsc_counter.tickets.issuing import MOST_FILES, MOST_SERVICES
from odsc_counter.tickets.kiosk import Choice, Wish
from odsc_counter.tickets.kiosk_device import (
    KioskDevice,
    forget,
    make_kiosk,
    remember,
    this_device,
)
from odsc_counter.tickets.printing import printer_of_hall
from odsc_counter.tickets.printing_views import print_and_ask, way_of
from odsc_counter.tickets.words import PRIORITY_REASONS

PUBLISHED = "shows what the centre publishes"
OWN_NUMBER = "a person takes a number; nothing about anybody is asked or shown"
STEPS_OF_FILES = (-10, -1, 1, 10)


def _kiosk_url(**_arguments: object) -> str:
    return url_for("tickets.kiosk")


@blueprint.get("/c/<centre>/kiosk")
@public_centre_door(PUBLISHED)
def kiosk(centre: Centre) -> ResponseReturnValue:
    """The first page of the touch screen: groups of services, or the services of the only one."""
    choices = hall_kiosk.choices(queries.today())
    groups = {choice.row.group.letter: choice.row.group for choice in choices}
    if len(groups) == 1:
        return _services_page(centre, choices, back_url=None)
    return render_template(
        "tickets/kiosk.html", groups=list(groups.values()), device=this_device(centre)
    )


@blueprint.get("/c/<centre>/kiosk/<letter>")
@public_centre_door(PUBLISHED)
def kiosk_group(centre: Centre, letter: str) -> ResponseReturnValue:
    """The services of a group."""
    choices = [
        choice
        for choice in hall_kiosk.choices(queries.today())
        if choice.row.group.letter == letter
    ]
    if not choices:
        raise NotFound
    return _services_page(centre, choices, back_url=url_for("tickets.kiosk"))


def _services_page(centre: Centre, choices: list[Choice], back_url: str | None) -> str:
    return render_template(
        "tickets/kiosk_services.html",
        choices=choices,
        back_url=back_url,
        device=this_device(centre),
    )


@blueprint.get("/c/<centre>/kiosk/services/<int:service>")
@public_centre_door(PUBLISHED)
def kiosk_service(centre: Centre, service: int) -> ResponseReturnValue:
    """Papers and fee of a service, and what else the person wants, before a number is taken."""
    open_ones, wish, first = _wish(service)
    return render_template(
        "tickets/kiosk_service.html",
        first=first,
        further=[open_ones[one] for one in wish.then],
        wish=wish,
        more_url=_wish_url(wish, "tickets.kiosk_more") if _may_add(wish) else None,
        url_with=lambda **change: _wish_url(_changed(wish, change)),
        steps=STEPS_OF_FILES,
        most_files=MOST_FILES,
        reasons={reason: PRIORITY_REASONS[reason] for reason in hall_kiosk.claimable_reasons()},
        device=this_device(centre),
    )


@blueprint.get("/c/<centre>/kiosk/services/<int:service>/more")
@public_centre_door(PUBLISHED)
def kiosk_more(centre: Centre, service: int) -> ResponseReturnValue:
    """A further service of the same visit, under the same number."""
    open_ones, wish, first = _wish(service)
    others = [one for one in open_ones if one not in (service, *wish.then)]
    return render_template(
        "tickets/kiosk_more.html",
        first=first,
        rows=[open_ones[one].row for one in others],
        url_with=lambda added: _wish_url(_changed(wish, {"then": (*wish.then, added)})),
        back_url=_wish_url(wish),
        device=this_device(centre),
    )


def _wish(service: int) -> tuple[dict[int, Choice], Wish, Choice]:
    """What the address asks for, without what can't be had: open services, wish, the first one."""
    offered = {choice.row.service.id: choice for choice in hall_kiosk.choices(queries.today())}
    if service not in offered:
        raise NotFound
    open_ones = {key: choice for key, choice in offered.items() if choice.closed is None}
    asked = dict.fromkeys(request.args.getlist("then", type=int))
    then = [one for one in asked if one in open_ones and one != service]
    files = request.args.get("files", 1, type=int)
    wish = Wish(service, tuple(then[: MOST_SERVICES - 1]), min(max(files, 1), MOST_FILES))
    return open_ones, wish, offered[service]


def _may_add(wish: Wish) -> bool:
    return len(wish.then) < MOST_SERVICES - 1


def _changed(wish: Wish, change: dict[str, Any]) -> Wish:
    then = tuple(one for one in change.get("then", wish.then) if one != change.get("without"))
    files = min(max(change.get("files", wish.files), 1), MOST_FILES)
    return Wish(wish.service_id, then, files)


def _wish_url(wish: Wish, endpoint: str = "tickets.kiosk_service") -> str:
    files = wish.files if wish.files > 1 else None
    return url_for(endpoint, service=wish.service_id, then=list(wish.then), files=files)


@blueprint.post("/c/<centre>/kiosk")
@public_centre_door(OWN_NUMBER)
@told(_kiosk_url)
def take(centre: Centre) -> ResponseReturnValue:
    """Take a number; the hall's own kiosk prints it at once."""
    answer: Response = _take(centre=centre)
    ticket = g.pop("taken", None)
    device = this_device(centre)
    if ticket is None or device is None:  # the same click again: it was printed the first time
        return answer
    way = way_of(device)
    if way is not None:  # outside of the transaction that gave the number: printers are slow
        answer = print_and_ask(centre, ticket, way)
    return remember(answer, centre, device)


@once
def _take(centre: Centre) -> ResponseReturnValue:
    ticket = hall_kiosk.take_number(
        centre,
        Wish(
            request.form.get("service", 0, type=int),
            tuple(request.form.getlist("then", type=int)),
            request.form.get("files", 1, type=int),
            request.form.get("priority") or None,
            language_now(),
        ),
        is_known_kiosk=this_device(centre) is not None,
    )
    g.taken = ticket
    return redirect(url_for("tickets.paper", code=ticket.public_code), 303)


@blueprint.get("/c/<centre>/kiosk.webmanifest")
@public_centre_door(PUBLISHED)
def kiosk_manifest(centre: Centre) -> ResponseReturnValue:
    """What a tablet needs to install the kiosk as an app that fills its screen.

    There is no service worker: without the server no number can be given, and the page itself
    says when it has lost it.
    """
    icons = [
        {"src": f"/static/build/kiosk-{size}.png", "sizes": f"{size}x{size}", "type": "image/png",
         "purpose": purpose}
        for size, purpose in ((192, "any"), (512, "any"), (512, "maskable"))
    ]  # fmt: skip
    answer = jsonify(
        id=url_for("tickets.kiosk"),
        name=centre.name_lo,
        short_name=centre.code,
        lang="lo",
        start_url=url_for("tickets.kiosk"),
        scope="/",
        display="fullscreen",
        orientation="any",
        background_color="#eef2f5",
        theme_color="#0b2f54",
        icons=icons,
    )
    answer.mimetype = "application/manifest+json"
    return answer


@blueprint.get("/c/<centre>/kiosk/device")
@centre_door("hall.set_up")
def kiosk_device(centre: Centre) -> ResponseReturnValue:
    """Where a manager makes the device in front of them a kiosk."""
    return render_template(
        "tickets/kiosk_device.html", device=this_device(centre), printer=printer_of_hall()
    )


@blueprint.post("/c/<centre>/kiosk/device")
@centre_door("hall.set_up")
def set_kiosk_device(centre: Centre) -> ResponseReturnValue:
    """Make this device a kiosk, or an ordinary one again."""
    if request.form.get("kiosk") == "no":
        return forget(redirect(url_for("tickets.kiosk_device"), 303), centre)
    device: KioskDevice = make_kiosk(centre, prints=request.form.get("prints") == "yes")
    signed_in = sessions.desk()
    if signed_in is not None:  # nobody stays signed in at a screen that everybody touches
        sessions.end(signed_in)
    return remember(redirect(url_for("tickets.kiosk"), 303), centre, device)
