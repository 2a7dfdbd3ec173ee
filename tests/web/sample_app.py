"""A small application that shows the layouts and macros on sample pages, without any room."""

import io
import json
import math
import struct
import time
import wave
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, flash, jsonify, render_template, request
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from odsc_counter.tickets.voice import WORDS, announcement
from odsc_counter.web.template_globals import add_template_globals

ROOT = Path(__file__).resolve().parents[2]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PERSON = SimpleNamespace(is_authenticated=True, display_name="ທ. ສົມພອນ ວົງສາ")
SERVICES = ("ໃບຢັ້ງຢືນທີ່ຢູ່", "ຈົດທະບຽນວິສາຫະກິດ", "ສຳມະໂນຄົວ", "ທະບຽນລົດ")
CENTRE = "ສູນບໍລິການຜ່ານປະຕູດຽວ ເມືອງຈັນທະບູລີ"


class SampleForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """One field of each kind."""

    name = StringField("ຊື່ ແລະ ນາມສະກຸນ", [InputRequired("ກະລຸນາໃສ່ຊື່")], description="ຕາມບັດປະຈຳຕົວ")
    service = SelectField("ບໍລິການ", [InputRequired()], choices=[(s, s) for s in SERVICES])
    sex = RadioField("ເພດ", [InputRequired("ກະລຸນາເລືອກ")], choices=[("f", "ຍິງ"), ("m", "ຊາຍ")])
    note = TextAreaField("ໝາຍເຫດ")
    agreed = BooleanField("ໄດ້ກວດເອກະສານແລ້ວ")


def a_tone(seconds: float = 0.15, rate: int = 8_000) -> bytes:
    """A recording as a WAV file: a tone with silence around it."""
    silence = [0] * (rate // 20)
    tone = [int(9_000 * math.sin(2 * math.pi * 440 * n / rate)) for n in range(int(rate * seconds))]
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(
            struct.pack(f"<{len(tone) + 2 * len(silence)}h", *silence, *tone, *silence)
        )
    return file.getvalue()


def tone_seconds(language: str, clip: str) -> float:
    """How long the recording of a clip is: each has its own length, to be told by."""
    return 0.1 + 0.01 * list(WORDS[language]).index(clip)


class Hall:
    """What the board's stream says; a test changes it while a browser looks on."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.frozen = False
        self.stopping = False
        self.refusing = False
        self.changes = 0
        self.cuts = 0
        """A test adds one to end all streams."""
        self.known: list[str] = []
        """What pages that opened a stream said that they show."""
        self.asked: list[int] = []
        """How pages without a stream were answered."""
        self.notices: list[dict[str, Any]] = []
        self.waiting = 12
        self.build = "1"
        self.media_mark = "1"
        self.clips: dict[str, dict[str, str]] = {"lo": {}, "en": {}}
        self.services: list[dict[str, Any]] = []
        self.twice = False
        self.made = 0
        self.ahead = timedelta(0)

    def call(self, ticket: str, counter: str, seconds_ago: int = 0) -> None:
        """Put a call in front of the others."""
        at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
        self.made += 1
        self.calls.insert(
            0,
            {
                "id": f"c{self.made}",
                "ticket": ticket,
                "counter": counter,
                "called_at": at.isoformat(),
                "say": {
                    language: " ".join(announcement(ticket, int(counter), language))
                    for language in ("lo", "en")
                },
            },
        )
        self.changes += 1

    def record(self, language: str = "lo") -> None:
        """Have every clip of a language recorded: a short tone each."""
        self.clips[language] = {clip: f"/clip/{language}/{clip}" for clip in WORDS[language]}
        self.media_mark += "1"
        self.changes += 1

    def media(self) -> dict[str, Any]:
        """What boards fetch apart."""
        return {
            "twice": self.twice,
            "clips": self.clips,
            "words": WORDS["lo"],
            "services": self.services,
        }

    def state(self) -> dict[str, Any]:
        """The whole state, as the stream sends it."""
        now = datetime.now(UTC) + self.ahead
        return {
            "calls": self.calls[:9],
            "waiting": self.waiting,
            "wait_text": "25 ນາທີ",
            "notices": self.notices,
            "media": self.media_mark,
            "build": self.build,
            "now": now.isoformat(),
            "clock": f"{now + timedelta(hours=7):%H:%M}",
        }

    def stream(self) -> Iterator[str]:
        """State when it changes, a beat each second."""
        seen, beat_at, cuts = -1, 0.0, self.cuts
        while not self.stopping and cuts == self.cuts:
            if not self.frozen:
                if seen != self.changes:
                    seen = self.changes
                    yield f"id: s{seen}\nevent: state\ndata: {json.dumps(self.state())}\n\n"
                if time.monotonic() - beat_at > 1:
                    beat_at = time.monotonic()
                    yield f"event: beat\ndata: {json.dumps({'now': self.state()['now']})}\n\n"
            time.sleep(0.02)


def make_app(hall: Hall) -> Flask:
    """The application; ?locale=en shows the English pages."""
    app = Flask(
        "sample", static_folder=str(ROOT / "odsc_counter/static"), static_url_path="/static"
    )
    app.jinja_loader = ChoiceLoader(  # type: ignore[assignment]  # Flask types it more narrowly
        [
            FileSystemLoader(ROOT / "odsc_counter/web/templates"),
            FileSystemLoader(Path(__file__).parent / "samples"),
        ]
    )
    app.config.update(SECRET_KEY="sample", BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"))
    app.jinja_env.add_extension("jinja2.ext.i18n")

    def locale() -> str:
        return "en" if request.args.get("locale") == "en" else "lo"

    Babel(app, locale_selector=locale)
    CSRFProtect(app)
    add_template_globals(app)
    app.jinja_env.globals.update(asset=lambda path: f"/static/{path}?v=1")
    app.jinja_env.filters.update(kip=lambda amount: f"{amount:,}".replace(",", ".") + " ກີບ")
    posts: list[dict[str, str]] = []
    app.config["POSTS"] = posts

    @app.context_processor
    def values() -> dict[str, Any]:
        labels = ("ຄິວ", "ຄຳຮ້ອງ", "ໃບຮັບເງິນ", "ບໍລິການ", "ລາຍງານ", "ຜູ້ໃຊ້")
        return {
            "locale": locale(),
            "centre_name": CENTRE,
            "demo_mode": "demo" in request.args,
            "current_user": PERSON,
            "navigation": [
                SimpleNamespace(label=label, url=f"/{n}", key=f"n{n}", active=n == 0)
                for n, label in enumerate(labels)
            ],
        }

    @app.after_request
    def secure(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @app.get("/sample/<name>")
    def sample(name: str) -> str:
        if name == "form":
            flash("ບັນທຶກແລ້ວ", "success")
        form = SampleForm(meta={"csrf": False})
        if name == "form_errors":
            form.process(data={"note": "x"})
            form.validate()
        since = datetime.now(UTC) - timedelta(seconds=258)
        return render_template(
            "sample_form.html" if name == "form_errors" else f"sample_{name}.html",
            form=form,
            services=SERVICES,
            since=since,
            changes=hall.changes,
        )

    @app.get("/board")
    def board() -> str:
        return render_template(
            "display.html",
            state=hall.state(),
            stream_url="/stream",
            poll_url="/state",
            media_url="/media",
        )

    @app.get("/state")
    def state() -> Response:
        answer = jsonify(hall.state())
        answer.set_etag(f"s{hall.changes}")
        answer.headers["X-Now"] = hall.state()["now"]
        answer.make_conditional(request)
        hall.asked.append(answer.status_code)
        return answer

    @app.get("/media")
    def media() -> Response:
        answer = jsonify(hall.media())
        answer.add_etag()
        return answer.make_conditional(request)

    @app.get("/clip/<language>/<clip>")
    def clip(language: str, clip: str) -> Response:
        return Response(a_tone(tone_seconds(language, clip)), mimetype="audio/wav")

    @app.get("/stream")
    def stream() -> Response:
        hall.known.append(request.args.get("last", ""))
        if hall.refusing:
            return Response(status=503)
        return Response(hall.stream(), mimetype="text/event-stream")

    @app.get("/fragment")
    def fragment() -> str:
        return render_template("fragment.html", changes=hall.changes)

    @app.post("/done")
    def done() -> Response:
        posts.append(dict(request.form))
        time.sleep(0.5)  # long enough for an impatient second click
        return Response("done", status=200, mimetype="text/plain")

    app.add_url_rule("/language", "web.set_language", done, methods=["POST"])
    app.add_url_rule("/sign-out", "accounts.sign_out", done, methods=["POST"])
    app.add_url_rule("/lock", "accounts.lock", done, methods=["POST"])
    app.add_url_rule("/here", "accounts.here", done, methods=["POST"])
    app.add_url_rule("/items", "items", lambda: "")
    return app
