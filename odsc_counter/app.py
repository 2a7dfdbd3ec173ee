"""`create_app`: the only place that knows every room."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, g, request, session
from flask_babel import Babel
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from odsc_counter import schema
from odsc_counter.accounts import access, sessions
from odsc_counter.accounts import views as accounts_views
from odsc_counter.actions import views as actions_views
from odsc_counter.api import views as api_views
from odsc_counter.applications import scan_views
from odsc_counter.applications import views as applications_views
from odsc_counter.catalogue import views as catalogue_views
from odsc_counter.committees import views as committees_views
from odsc_counter.config import Settings, settings_from_environment
from odsc_counter.coordination import views as coordination_views
from odsc_counter.flags import on_figures as flags_on_figures
from odsc_counter.flags import views as flags_views
from odsc_counter.messages import views as messages_views
from odsc_counter.messages import writing as messages
from odsc_counter.monitoring import rollups
from odsc_counter.monitoring import views as monitoring_views
from odsc_counter.people import views as people_views
from odsc_counter.places import views as places_views
from odsc_counter.platform import clock, lao, money, tripwire
from odsc_counter.platform.database import Database, use_database
from odsc_counter.platform.file_store import FileStore, use_store
from odsc_counter.platform.live import hub
from odsc_counter.platform.pdf import self_test
from odsc_counter.receipts import views as receipts_views
from odsc_counter.receipts.key_files import KeyFiles, use_key_files
from odsc_counter.reconciliation import views as reconciliation_views
from odsc_counter.reports import views as reports_views
from odsc_counter.returns import views as returns_views
from odsc_counter.tickets import views as tickets_views
from odsc_counter.tills import views as tills_views
from odsc_counter.transmittals import views as transmittals_views
from odsc_counter.treasury import views as treasury_views
from odsc_counter.web import (
    addresses,
    body_limits,
    compressing,
    headers,
    logs,
    navigation,
    problems,
)
from odsc_counter.web import views as web_views
from odsc_counter.web.template_globals import add_template_globals

LANGUAGES = ("lo", "en")
ROOMS = (
    web_views,
    places_views,
    accounts_views,
    catalogue_views,
    tickets_views,
    people_views,
    applications_views,
    scan_views,
    tills_views,
    receipts_views,
    reconciliation_views,
    treasury_views,
    transmittals_views,
    messages_views,
    coordination_views,
    committees_views,
    flags_views,
    monitoring_views,
    reports_views,
    returns_views,
    actions_views,
)


def create_app(settings: Settings | None = None) -> Flask:
    """The application, ready to serve. Raises UnsafeDatabase or RuntimeError at bad set-up."""
    settings = settings or settings_from_environment()
    app = Flask("odsc_counter", template_folder="web/templates", static_folder="static")
    app.url_map.converters["int"] = addresses.KeyConverter
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SETTINGS=settings,
        TESTING=settings.testing,
        SESSION_COOKIE_NAME="__Host-odsc" if settings.https else "odsc",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        TRUSTED_HOSTS=list(settings.hosts) or None,
        BABEL_DEFAULT_LOCALE="lo",
        BABEL_DEFAULT_TIMEZONE="Asia/Vientiane",
        BABEL_TRANSLATION_DIRECTORIES=str(schema.shipped("translations")),
        WTF_CSRF_TIME_LIMIT=None,  # a clerk's form may stay open all day
    )
    database = Database(settings.database_url, tells_others=settings.tells_others)
    use_database(database)
    app.extensions["database"] = database
    use_store(FileStore(settings.files_folder))
    use_key_files(KeyFiles(settings.keys_folder, settings.keys_passphrase))
    tripwire.install(database)
    self_test()
    hub.most = settings.streams

    Babel(app, locale_selector=language)
    login = LoginManager(app)
    sessions.install(app, login)
    logs.install(app, settings.log_level)
    access.install(app)
    body_limits.install(app)
    csrf = CSRFProtect(app)
    headers.install(app, https=settings.https)
    compressing.install(app)
    problems.install(app)
    rollups.install()
    messages.install()
    flags_on_figures.install()
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    app.register_blueprint(api_views.blueprint)
    csrf.exempt(api_views.blueprint)  # programs carry a bearer token, never a cookie
    access.public_door("style sheets, scripts and fonts")(app.view_functions["static"])
    _dress_templates(app)
    navigation.install(app)
    access.assert_all_doors(app)

    static = Path(str(app.static_folder))
    served: Any = WhiteNoise(app.wsgi_app, root=static, prefix="static/", max_age=31536000)
    app.wsgi_app = (  # type: ignore[method-assign]  # Flask's documented way to add middleware
        ProxyFix(served, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies)
        if settings.proxies
        else served
    )
    return app


def language() -> str:
    """The language of this page: the person's own, else the one chosen here, else Lao."""
    if current_user and current_user.is_authenticated and not access.is_api():
        return str(current_user.user.language)
    chosen = session.get("language") or request.accept_languages.best_match(LANGUAGES, "lo")
    return chosen if chosen in LANGUAGES else "lo"


def _dress_templates(app: Flask) -> None:
    add_template_globals(app)
    static = Path(str(app.static_folder))

    @cache
    def mark(path: str) -> str:
        file = static / path
        return sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else "0"

    def asset(path: str) -> str:
        return f"/static/{path}?v={mark(path)}"

    app.jinja_env.globals["asset"] = asset
    app.jinja_env.filters.update(
        kip=lambda amount: money.format_kip(int(amount), lao.language_now()),
        number=lambda number: money.format_number(int(number)),
        dt=lambda at: f"{clock.local(at):%d/%m/%Y %H:%M}" if at else "",
        d=lambda day: f"{day:%d/%m/%Y}" if day else "",
        d_long=lambda day: lao.format_date(day, lao.language_now(), "long") if day else "",
        d_full=lambda day: lao.format_date(day, lao.language_now(), "full") if day else "",
        t=lambda at: f"{clock.local(at):%H:%M}" if at else "",
        iso=lambda at: at.isoformat() if at else "",
    )

    @app.context_processor
    def values() -> dict[str, Any]:
        return {
            "locale": lao.language_now(),
            "centre_name": g.centre.name(lao.language_now()) if "centre" in g else None,
            "demo_mode": sessions.is_demonstration(),
        }
