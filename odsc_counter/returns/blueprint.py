"""The web doors of monthly returns hang on this blueprint."""

from flask import Blueprint

blueprint = Blueprint("returns", __name__, template_folder="templates")
