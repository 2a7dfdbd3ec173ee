"""Structured logs: one JSON line a request, with an id and without personal data.

Routes are logged by their pattern, never by their address, which may name a ticket or file.
"""

import json
import logging
import secrets
import sys
import time
from datetime import UTC, datetime

from flask import Flask, Response, g, request

FIELDS = ("request_id", "method", "route", "status", "milliseconds", "user_id", "centre")


class JsonLines(logging.Formatter):
    """A log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry.update({name: getattr(record, name) for name in FIELDS if hasattr(record, name)})
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def install(app: Flask, level: str) -> None:
    """Give each request an id and write a line when it is answered."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("odsc_counter")
    logger.handlers[:] = [handler]
    logger.setLevel(level)
    logger.propagate = False

    @app.before_request
    def begin() -> None:
        g.request_id = secrets.token_hex(8)
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        request_id = str(g.get("request_id", ""))
        response.headers["X-Request-Id"] = request_id
        logger.info(
            "request",
            extra={
                "request_id": request_id,
                "method": request.method,
                "route": str(request.url_rule),
                "status": response.status_code,
                "milliseconds": round((time.perf_counter() - g.get("began", 0)) * 1000, 1),
                "centre": g.centre.code if "centre" in g else None,
            },
        )
        return response
