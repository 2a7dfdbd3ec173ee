"""The web doors of this room: parse, call one operation or query, render."""

from flask import Blueprint

blueprint = Blueprint("coordination", __name__, template_folder="templates")
