"""The JSON face at /api/v1: thin, calls the rooms."""

from flask import Blueprint

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
