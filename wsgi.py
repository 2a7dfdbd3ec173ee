"""The app for a production server."""

from odsc_counter.app import create_app

app = create_app()
