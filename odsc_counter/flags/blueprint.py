"""The room's part of the address space."""

from flask import Blueprint

blueprint = Blueprint("flags", __name__, template_folder="templates")
