"""Security headers on every answer, whoever made it (OWASP ASVS 5.0, chapter 3)."""

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "media-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SHUT_IN = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
"""For a file that somebody sent in: it may show itself, and do nothing at all."""
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def allow_microphone(response: Response) -> Response:
    """Let this one page use the microphone, for recording the hall's voice."""
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(self)"
    return response


def install(app: Flask, *, https: bool) -> None:
    """Put the headers on all answers of an app."""

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        # Counter PCs are shared: nothing may be left in the browser's store.
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def shut_in(response: Response) -> Response:
    """Give somebody else's file to the browser as a thing to look at and nothing more."""
    response.headers["Content-Security-Policy"] = SHUT_IN
    response.headers["Cache-Control"] = "private, no-store"
    return response
