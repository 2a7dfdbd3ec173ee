"""The outbox in a browser: the centre's list, a second try, a silent file; and the command."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from odsc_counter import cli
from odsc_counter.accounts.models import User
from odsc_counter.config import settings_from_environment
from odsc_counter.messages import sending
from odsc_counter.messages.gateways import Answer, HttpGateway, LogGateway
from odsc_counter.messages.setting_up import gateway_of
from odsc_counter.messages.worker import MessageWorker
from odsc_counter.platform import clock
from tests.messages.outbox import a_gateway, a_message, messages
from tests.pages import a_desk, an_app
from tests.receipts.office import NAME, NOON, Office, an_office
from tests.world import a_user

C = "/c/LA0101"


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = an_app(database_url, tmp_path)
    with clock.use(lambda: NOON):
        yield app
    app.extensions["database"].dispose()


@pytest.fixture
def office(site: Flask) -> Office:
    return an_office()


class Refusing:
    longest_seconds = 1.0

    def send(self, _letter: object) -> Answer:
        return Answer("refused", 400)


def test_the_manager_sees_what_failed_and_tries_it_again(site: Flask, office: Office) -> None:
    application = office.application()
    with office.inside():
        delivery = a_message(application)
        a_message(application, "other", phone="021 212345")
    sending.send_due(Refusing())
    manager = a_desk(site, office.manager)
    page = manager.get(f"{C}/messages").text
    assert "Given up" in page and "The gateway refused it" in page
    assert "A fixed line gets no text messages" in page
    assert application.label in page and "+8562055551234" in page
    assert NAME not in page
    assert "Given up" not in manager.get(f"{C}/messages?state=skipped").text.split("</form>")[-1]
    retry = f"{C}/messages/{delivery.id}/retry"
    clerk = a_user(language="en", counter_staff=office.centre)
    assert retry not in a_desk(site, clerk).get(f"{C}/messages").text
    assert a_desk(site, clerk).post(retry).status_code == 403
    assert manager.post(retry).status_code == 303
    assert manager.post(retry).status_code == 409
    assert "Waits to be sent" in manager.get(f"{C}/messages?state=pending").text


def test_a_file_shows_its_messages_and_can_be_kept_silent(site: Flask, office: Office) -> None:
    application = office.application()
    with office.inside():
        a_message(application)
    desk = a_desk(site, office.cashier)
    page = f"{C}/applications/{application.id}"
    assert "ສຳເລັດແລ້ວ" in desk.get(page).text
    assert desk.post(f"{page}/messages", data={"silent": "1"}).status_code == 303
    shown = desk.get(page).text
    assert "wants no messages about this file" in shown
    assert "No more text messages wanted" in shown  # in its history
    assert desk.post(f"{page}/messages", data={"silent": "0"}).status_code == 303
    assert "wants no messages about this file" not in desk.get(page).text


def test_only_people_of_the_centre_see_its_messages(site: Flask, office: Office) -> None:
    other: User = a_user(language="en", centre_manager=an_office("LA0102").centre)
    assert a_desk(site, other).get(f"{C}/messages").status_code == 404
    assert a_desk(site).get(f"{C}/messages").status_code == 302


def test_the_servers_worker_sends_soon_after(site: Flask, office: Office) -> None:
    with a_gateway() as fake:
        worker = MessageWorker(site, HttpGateway(fake.url, timeout_seconds=1))
        worker.start()
        try:
            with office.inside():
                a_message(office.application())
            for _time in range(100):
                with office.inside():
                    if messages()[0][1].state == "sent":
                        break
                worker._stopping.wait(0.1)
        finally:
            worker.stop()
    assert len(fake.keys) == 1


def test_the_command_sends_what_is_due(
    site: Flask,
    office: Office,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with office.inside():
        a_message(office.application())
    monkeypatch.setenv("ODSC_DATABASE_URL", database_url)
    monkeypatch.setenv("ODSC_INSTANCE", str(tmp_path))
    with a_gateway() as fake:
        monkeypatch.setenv("ODSC_SMS_URL", fake.url)
        cli.main(["messages", "send"], standalone_mode=False)
        assert "1 sent, 0 logged, 0 refused, 0 without" in capsys.readouterr().out
    assert len(fake.keys) == 1


def test_the_settings_name_the_gateway(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ODSC_INSTANCE", str(tmp_path))
    assert isinstance(gateway_of(settings_from_environment()), LogGateway)
    monkeypatch.setenv("ODSC_SMS_URL", "https://gateway.example/send")
    monkeypatch.setenv("ODSC_SMS_HEADERS", '{"Authorization": "Bearer t"}')
    monkeypatch.setenv("ODSC_SMS_BODY", '{"phone": "{to}", "body": "{text}"}')
    gateway = gateway_of(settings_from_environment())
    assert isinstance(gateway, HttpGateway)
    assert gateway.body == {"phone": "{to}", "body": "{text}"}
    assert "Bearer" not in repr(gateway) + repr(settings_from_environment())
    for name, value in (("BODY", "[]"), ("BODY", "{"), ("METHOD", "DELETE"), ("TIMEOUT", "soon")):
        with monkeypatch.context() as once, pytest.raises(ValueError, match=r"SMS|soon"):
            once.setenv(f"ODSC_SMS_{name}", value)
            settings_from_environment()
