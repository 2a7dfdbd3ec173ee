"""The blueprint that the web doors of this room are put on."""

from flask import Blueprint

blueprint = Blueprint("monitoring", __name__, template_folder="templates")
