"""The one blueprint that the doors of this room hang on."""

from flask import Blueprint

blueprint = Blueprint("treasury", __name__, template_folder="templates")
