"""The web doors of this room: parse, call one operation or query, render."""

from flask import Blueprint

blueprint = Blueprint("receipts", __name__, template_folder="templates")
