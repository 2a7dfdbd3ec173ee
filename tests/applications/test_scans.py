"""Scans of papers: sent in, looked at, struck out, and still what they were a year later."""

import io
import os
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.exc import ProgrammingError
from werkzeug.test import TestResponse

from odsc_counter import checking
from odsc_counter.applications import operations as applications
from odsc_counter.applications import queries, scan_files, scan_queries, scans
from odsc_counter.applications.models import Application
from odsc_counter.applications.scan_models import PaperScan
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.events import Event
from odsc_counter.platform.file_store import current_store
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from odsc_counter.platform.work import reading, unit_of_work
from tests.applications.clamd import a_clamd
from tests.applications.files import a_pdf, a_picture
from tests.applications.test_operations import an_officer
from tests.pages import a_desk, an_app
from tests.receipts.office import Office, an_office
from tests.world import a_centre, a_user

C = "/c/LA0101"


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def office(app: Flask) -> Office:
    return an_office(days=3)


@pytest.fixture
def application(office: Office) -> Application:
    return office.application()


@pytest.fixture
def desk(app: Flask, office: Office) -> FlaskClient:
    return a_desk(app, office.cashier)


def _send(
    desk: FlaskClient,
    office: Office,
    application: Application,
    *files: tuple[bytes, str],
    paper: int | None = None,
    **fields: object,
) -> TestResponse:
    sent = [(io.BytesIO(content), name) for content, name in files]
    kind = min(office.papers) if paper is None else paper
    path = f"{C}/applications/{application.id}/papers/{kind}/scans"
    return desk.post(path, data={"scans": sent, **fields}, headers={"Host": "localhost"})


def _scans(office: Office) -> list[PaperScan]:
    with office.inside(), reading() as session:
        return list(session.scalars(select(PaperScan).order_by(PaperScan.added_at, PaperScan.id)))


def _files(app: Flask) -> list[Path]:
    folder = app.config["SETTINGS"].files_folder
    return [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]


def _page(desk: FlaskClient, application: Application) -> str:
    return desk.get(f"{C}/applications/{application.id}").text


def test_a_picture_and_a_pdf_are_kept_shown_and_handed_out_shut_in(
    desk: FlaskClient, office: Office, application: Application
) -> None:
    answer = _send(desk, office, application, (a_picture("PNG"), "ບັດ.png"), (a_pdf(3), "book.pdf"))
    assert answer.status_code == 303 and answer.location.endswith("#scans")
    page = _page(desk, application)
    assert "2 scans are kept." in page and "ບັດ.png" in page and "3 pages" in page
    picture, pdf = _scans(office)
    assert (picture.media_type, pdf.media_type) == ("image/jpeg", "application/pdf")
    assert (picture.added_by_id, pdf.pages) == (office.cashier.id, 3)
    for scan, way, ending in ((picture, "inline", "jpg"), (pdf, "attachment", "pdf")):
        shown = desk.get(f"{C}/scans/{scan.id}")
        assert shown.status_code == 200 and shown.mimetype == scan.media_type
        assert len(shown.data) == scan.size_bytes
        disposition = shown.headers["Content-Disposition"]
        assert re.fullmatch(rf"{way}; filename=[\w-]+\.{ending}", disposition), disposition
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in shown.headers["Content-Security-Policy"]
        assert shown.headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in shown.headers and "Last-Modified" not in shown.headers
    assert desk.get(f"{C}/scans/{picture.id}/thumbnail").data.startswith(b"\xff\xd8")
    assert desk.get(f"{C}/scans/{pdf.id}/thumbnail").status_code == 404


def test_an_officer_sees_scans_and_adds_none(
    app: Flask, desk: FlaskClient, office: Office, application: Application
) -> None:
    _send(desk, office, application, (a_picture(), "a.jpg"))
    (scan,) = _scans(office)
    officer = a_desk(app, an_officer(office, "MOPS"))
    assert officer.get(f"{C}/scans/{scan.id}").status_code == 200
    page = _page(officer, application)
    assert f"/scans/{scan.id}" in page and "Keep the scan" not in page
    assert _send(officer, office, application, (a_picture(), "b.jpg")).status_code == 403
    struck = officer.post(f"{C}/scans/{scan.id}/strike", data={"reason": "not mine"})
    assert struck.status_code == 403
    assert len(_scans(office)) == 1


def test_another_centre_finds_nothing_even_of_the_same_file(
    app: Flask, desk: FlaskClient, office: Office, application: Application
) -> None:
    _send(desk, office, application, (a_picture(), "a.jpg"))
    (scan,) = _scans(office)
    other = a_centre("LA0102")
    with centre_scope(other.id):
        kept = scan_files.keep(a_picture(), "a.jpg", most_megabytes=10)
        assert kept.sha256 == scan.sha256
        with pytest.raises(NotFound):
            scans.strike_scan(other, scan.id, "not ours at all")
    neighbour = a_desk(app, a_user(counter_staff=other))
    for path in ("", "/thumbnail"):
        assert neighbour.get(f"/c/LA0102/scans/{scan.id}{path}").status_code == 404
        assert neighbour.get(f"{C}/scans/{scan.id}{path}").status_code == 404


def test_a_mistaken_scan_is_struck_out_and_stays_on_record(
    desk: FlaskClient, office: Office, application: Application
) -> None:
    _send(desk, office, application, (a_picture(), "wrong.jpg"))
    (scan,) = _scans(office)
    path = f"{C}/scans/{scan.id}/strike"
    desk.post(path, data={"reason": "no"})
    assert "5 to 300 characters" in _page(desk, application)
    desk.post(path, data={"reason": "another person's card"})
    page = _page(desk, application)
    assert "Struck out: 1" in page and "another person&#39;s card" in page
    assert desk.post(path, data={"reason": "and once more"}).status_code == 409
    assert desk.get(f"{C}/scans/{scan.id}").status_code == 200
    # The same file may be right after all.
    _send(desk, office, application, (a_picture(), "right.jpg"))
    assert [one.struck_at is None for one in _scans(office)] == [False, True]
    assert page.count("Paper scanned") == 1 and "Scan struck out" in page


REFUSED = {
    "a program": (b"MZ\x90\x00", ("Only pictures", "ຮັບແຕ່ຮູບ")),
    "nothing": (b"", ("The file is empty", "ໄຟລ໌ວ່າງເປົ່າ")),
    "half a picture": (a_picture(size=(300, 300))[:-90], ("is damaged", "ເສຍຫາຍ")),
    "too large": (a_picture() + bytes(2 * 1024 * 1024), ("at most 2 MB", "ບໍ່ເກີນ 2 MB")),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_leaves_nothing_and_says_why(
    app: Flask, office: Office, application: Application, what: str
) -> None:
    _limit(app, upload_max_mb=2)
    content, said = REFUSED[what]
    for language, words in zip(("en", "lo"), said, strict=True):
        user = a_user(language=language, counter_staff=office.centre)
        desk = a_desk(app, user)
        sent = _send(desk, office, application, (a_picture(), "good.jpg"), (content, "bad.jpg"))
        assert "#" not in sent.location  # the top of the page, where the reason stands
        page = _page(desk, application)
        assert words in page and "bad.jpg" in page
    assert _scans(office) == []
    # The good one that came before is a file without a record: swept when it is old.
    for path in _files(app):
        _make_old(path)
    with reference_scope():
        assert scan_files.sweep() == 1
    assert _files(app) == []


def _limit(app: Flask, **settings: object) -> None:
    app.config["SETTINGS"] = app.config["SETTINGS"].__class__(
        **{**app.config["SETTINGS"].__dict__, **settings}
    )


def _make_old(path: Path) -> None:
    past = time.time() - 2 * 24 * 60 * 60
    os.utime(path, (past, past))


def test_no_file_too_many_files_and_a_strange_paper(
    desk: FlaskClient, office: Office, application: Application
) -> None:
    _send(desk, office, application)
    assert "Choose a picture" in _page(desk, application)
    _send(desk, office, application, *[(a_picture(), f"{n}.jpg") for n in range(6)])
    assert "At most 5 files" in _page(desk, application)
    assert _send(desk, office, application, (a_picture(), "a"), paper=9999).status_code == 404
    assert _scans(office) == []


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\card.jpg", "card.jpg"),
        ("card\x00.jpg\x1b[31m", "card.jpg[31m"),
        ("card\u202egpj.exe", "cardgpj.exe"),
        ("x" * 500 + ".jpg", "x" * 120),
        ("<img src=x>.jpg", "<img src=x>.jpg"),
        ("ບັດປະຈຳຕົວ.jpg", "ບັດປະຈຳຕົວ.jpg"),
        ("\u200b\u2066..", ".."),
        ("/", ""),
    ],
)
def test_names_are_fit_for_showing(sent: str, shown: str) -> None:
    assert scan_files.shown_name(sent) == shown


def test_one_click_sent_twice_is_one_scan_and_a_key_holds_for_one_file_alone(
    desk: FlaskClient, office: Office, application: Application
) -> None:
    for _time in range(2):
        answer = _send(desk, office, application, (a_picture(), "a.jpg"), request_key="one-click")
        assert answer.status_code == 303
    assert answer.headers["Idempotent-Replay"] == "true"
    assert len(_scans(office)) == 1
    other = a_picture(size=(99, 9))
    _send(desk, office, application, (other, "a.jpg"), request_key="one-click")
    assert "already used for something else" in _page(desk, application)
    assert len(_scans(office)) == 1


def test_two_clerks_who_send_one_file_at_once_make_one_scan(
    app: Flask, office: Office, application: Application
) -> None:
    def send(number: int) -> int:
        desk = a_desk(app, users[number])
        return _send(desk, office, application, (sent, f"{number}.jpg")).status_code

    sent = a_picture(size=(800, 600))

    users = [a_user(counter_staff=office.centre) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(send, range(6))) == {303}
    assert len(_scans(office)) == 1
    assert len(_files(app)) == 2  # the picture and its thumbnail


def test_a_paper_has_so_many_scans_and_no_more(office: Office, application: Application) -> None:
    with office.inside():
        kind = min(office.papers)
        for number in range(scans.MOST_PER_PAPER):
            file = scan_files.keep(a_picture(size=(9, number + 1)), "", most_megabytes=1)
            scans.add_scan(office.centre, application.id, kind, file)
        file = scan_files.keep(a_picture(size=(10, 1)), "", most_megabytes=1)
        with pytest.raises(scans.TooManyScans, match="20"):
            scans.add_scan(office.centre, application.id, kind, file)
        assert len(scan_queries.of_application(application.id).papers[0].scans) == 20


def test_a_transaction_that_fails_leaves_no_record(
    office: Office, application: Application
) -> None:
    with office.inside():
        file = scan_files.keep(a_pdf(), "a.pdf", most_megabytes=1)
        with pytest.raises(ZeroDivisionError), unit_of_work():
            scans.add_scan(office.centre, application.id, min(office.papers), file)
            raise ZeroDivisionError
    assert _scans(office) == []
    assert list(checking.check()) == []


def test_the_check_finds_a_removed_and_a_changed_file(
    office: Office, application: Application
) -> None:
    with office.inside():
        made = []
        for content in (a_pdf(1), a_pdf(2), a_pdf(3)):
            file = scan_files.keep(content, "a.pdf", most_megabytes=1)
            made.append(scans.add_scan(office.centre, application.id, min(office.papers), file))
        scans.strike_scan(office.centre, made[0].id, "a mistake")
    assert list(checking.check()) == []
    folder = current_store().folder / str(office.centre.id)
    gone, changed = (folder / scan.sha256[:2] / scan.sha256 for scan in made[:2])
    gone.unlink()
    changed.write_bytes(changed.read_bytes()[:-1] + b"?")
    told = {(breach.rule, breach.what.rsplit(" ", 1)[-1]) for breach in checking.check()}
    assert told == {("scans_are_whole", "missing"), ("scans_are_whole", "changed")}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"stream: OK\0", "One scan is kept"),
        (b"stream: Eicar-Test-Signature FOUND\0", "virus scanner refused this file"),
        (b"INSTREAM size limit exceeded. ERROR\0", "does not answer"),
        (b"stream: O", "does not answer"),
        (b"", "does not answer"),
        (None, "does not answer"),
    ],
)
def test_the_virus_scanner_has_the_word(
    app: Flask, desk: FlaskClient, office: Office, application: Application, tmp_path: Path,
    answer: bytes | None, said: str,
) -> None:  # fmt: skip
    sent = a_picture()
    with a_clamd(tmp_path / "clamd", answer) as clamd:
        _limit(app, clamd=clamd.address)
        _send(desk, office, application, (sent, "a.jpg"))
    assert said in _page(desk, application)
    assert len(_scans(office)) == (1 if "kept" in said else 0)
    assert "kept" in said or _files(app) == []
    assert clamd.looked_at == ([] if answer is None else [sent])


def test_a_decided_application_takes_no_more_scans_and_keeps_what_it_has(
    desk: FlaskClient, office: Office, application: Application
) -> None:
    _send(desk, office, application, (a_picture(), "a.jpg"))
    assert "Add a scan" in _page(desk, application)
    with office.inside():
        applications.withdraw(office.centre, application.id, "no more needed")
    _send(desk, office, application, (a_picture(size=(9, 9)), "late.jpg"))
    page = _page(desk, application)
    assert "no scan can be added" in page and "Add a scan" not in page
    (scan,) = _scans(office)
    desk.post(f"{C}/scans/{scan.id}/strike", data={"reason": "another person's card"})
    assert "Struck out: 1" in _page(desk, application)


def test_a_scan_of_a_missing_paper_does_not_tick_it(desk: FlaskClient, office: Office) -> None:
    with office.inside():
        application = applications.take(
            office.centre, office.service.id, full_name="ນາງ ຄຳ", papers_present=set()
        )
    kind = min(office.papers)
    _send(desk, office, application, (a_picture(), "a.jpg"), paper=kind)
    page = _page(desk, application)
    assert "not yet noted as brought" in page
    assert f'href="#paper-{kind}"' in page and f'id="paper-{kind}"' in page
    with office.inside():
        papers = {one.document_type_id: one for one in queries.papers(application.id)}
        assert not papers[kind].is_present
        assert queries.application(application.id).state == "incomplete"
    desk.post(f"{C}/applications/{application.id}/papers", data={"papers": [kind]})
    assert "not yet noted as brought" not in _page(desk, application)


def test_every_scan_and_every_strike_is_an_event(
    desk: FlaskClient, office: Office, application: Application
) -> None:
    _send(desk, office, application, (a_picture(), "a.jpg"), (a_pdf(), "b.pdf"))
    scan, _other = _scans(office)
    desk.post(f"{C}/scans/{scan.id}/strike", data={"reason": "the wrong person"})
    with office.inside(), reading() as session:
        told = session.scalars(
            select(Event).where(Event.verb.in_(("add_scan", "strike_scan"))).order_by(Event.id)
        ).all()
    assert [event.verb for event in told] == ["add_scan", "add_scan", "strike_scan"]
    assert {event.subject_id for event in told} == {str(application.id)}
    assert {event.actor_id for event in told} == {office.cashier.id}
    assert told[2].data["scan"] == str(scan.id) and told[2].data["reason"] == "the wrong person"


def test_what_was_scanned_is_never_changed_or_removed_by_the_program(
    app: Flask, office: Office, application: Application
) -> None:
    if app.extensions["database"].dialect == "sqlite":
        pytest.skip("SQLite has no rights of roles")
    with office.inside():
        file = scan_files.keep(a_pdf(), "a.pdf", most_megabytes=1)
        scan = scans.add_scan(office.centre, application.id, min(office.papers), file)
        for statement in (
            update(PaperScan).where(PaperScan.id == scan.id).values(sha256="0" * 64),
            delete(PaperScan).where(PaperScan.id == scan.id),
        ):
            with (
                pytest.raises(ProgrammingError, match="permission denied"),
                unit_of_work() as work,
            ):
                work.session.execute(statement)


def test_a_full_disk_is_told_and_nothing_is_noted(
    app: Flask, desk: FlaskClient, office: Office, application: Application,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("odsc_counter.platform.file_store.os.fsync", full)
    _send(desk, office, application, (a_picture(), "a.jpg"))
    monkeypatch.undo()
    assert "could not be stored" in _page(desk, application)
    assert _scans(office) == [] and _files(app) == []


HUNDRED_MEGABYTES = 100 * 1024 * 1024


class Unreadable(io.BytesIO):
    """A body of a hundred megabytes that nobody may read."""

    def __init__(self) -> None:
        super().__init__()
        self.place = 0

    def seek(self, place: int, whence: int = 0) -> int:
        self.place = HUNDRED_MEGABYTES if whence == 2 else place
        return self.place

    def tell(self) -> int:
        return self.place

    def read(self, *_size: object) -> bytes:
        raise AssertionError("the body was read")

    readinto = readline = read  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "At most 51 MB can be sent"), ("lo", "ສົ່ງໄດ້ບໍ່ເກີນ 51 MB")],
)
def test_a_body_that_is_too_large_is_refused_unread_with_a_way_back(
    app: Flask, office: Office, application: Application, language: str, said: str
) -> None:
    desk = a_desk(app, a_user(language=language, counter_staff=office.centre))
    page = f"{C}/applications/{application.id}"

    path = f"{page}/papers/{min(office.papers)}/scans"
    for csrf in (True, False):
        app.config["WTF_CSRF_ENABLED"] = csrf
        answer = desk.post(
            path,
            input_stream=Unreadable(),
            headers={"Referer": f"http://localhost{page}"},
            content_type="multipart/form-data; boundary=x",
        )
        assert answer.status_code == 413
        assert said in answer.text and f'href="{page}"' in answer.text
    assert _files(app) == []
    foreign = desk.post(
        path, input_stream=Unreadable(), headers={"Referer": "http://evil.example/x"},
        content_type="multipart/form-data; boundary=x",
    )  # fmt: skip
    assert 'href="http://evil' not in foreign.text and 'href="/x"' not in foreign.text


def test_other_routes_take_no_more_than_before(desk: FlaskClient, application: Application) -> None:
    answer = desk.post(f"{C}/applications/{application.id}/papers", data={"x": "y" * 3 * 1024**2})
    assert answer.status_code == 413
