"""The web doors of reports hang on this blueprint."""

from flask import Blueprint

blueprint = Blueprint("reports", __name__, template_folder="templates")
