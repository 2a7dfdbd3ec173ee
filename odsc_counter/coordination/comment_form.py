"""The form of a comment, and what its panel on a page shows."""

from dataclasses import dataclass

from flask import request
from flask_babel import lazy_gettext as _
from wtforms import Form, TextAreaField
from wtforms.validators import InputRequired

from odsc_counter.accounts.models import User
from odsc_counter.coordination import comments
from odsc_counter.coordination.comments import Subject
from odsc_counter.coordination.models import AreaComment
from odsc_counter.platform.errors import InvalidInput


class CommentForm(Form):
    """What somebody says."""

    text = TextAreaField(_("Comment"), [InputRequired(_("Required."))])


@dataclass(frozen=True)
class Panel:
    """The comments on a thing with the form for one more."""

    said: list[AreaComment]
    people: list[User]
    form: CommentForm


def panel(subject: Subject, form: CommentForm | None = None) -> Panel:
    """What a page shows; with a form that was refused as it was typed."""
    return Panel(
        comments.on(subject), comments.people(subject), form or CommentForm(prefix="comment-")
    )


def taken(subject: Subject) -> CommentForm | None:
    """Keep the comment that was sent. Returns the form with the reason where it is refused."""
    form = CommentForm(request.form, prefix="comment-")
    if not form.validate():
        return form
    try:
        comments.add(subject, form.text.data or "")
    except InvalidInput as error:
        form.text.errors = list(error.fields.values())
        return form
    return None
