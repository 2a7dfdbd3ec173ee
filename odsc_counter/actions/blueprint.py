"""The web doors of action items and guidelines hang on this blueprint."""

from flask import Blueprint

blueprint = Blueprint("actions", __name__, template_folder="templates")
