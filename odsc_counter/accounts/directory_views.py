"""Who is who, for everybody who signs in."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from odsc_counter.accounts import directory, sessions, words
from odsc_counter.accounts.access import signed_in_door
from odsc_counter.accounts.blueprint import blueprint

MOST_PAGES = 100_000


@blueprint.get("/directory")
@signed_in_door()
def directory_page() -> ResponseReturnValue:
    """The centres, or the people, by pages, with a search."""
    show = "people" if request.args.get("show") == "people" else "centres"
    provinces = directory.provinces()
    asked = request.args.get("province", "")
    role = request.args.get("role", "")
    wanted = directory.Wanted(
        search=request.args.get("q", "")[:80],
        province=asked if asked in {unit.code for unit in provinces} else "",
        role=role if role in directory.ROLES and show == "people" else "",
        demonstration=sessions.is_demonstration(),
    )
    number = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    find = directory.people if show == "people" else directory.centres
    return render_template(
        "accounts/directory.html",
        page=find(wanted, number),
        show=show,
        wanted=wanted,
        provinces=provinces,
        roles=directory.ROLES,
        role_name=words.role,
    )
