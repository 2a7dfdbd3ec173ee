"""The room's part of the address space."""

from flask import Blueprint

blueprint = Blueprint("coordination", __name__, template_folder="templates")
