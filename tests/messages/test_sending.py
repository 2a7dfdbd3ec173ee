"""The outbox against a real gateway that fails, hangs, and answers twice."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from odsc_counter.messages import operations, sending
from odsc_counter.messages.gateways import Answer, HttpGateway, Letter, LogGateway
from odsc_counter.messages.models import Delivery
from odsc_counter.messages.patience import MOST_TRIES
from odsc_counter.platform import clock
from odsc_counter.platform.columns import new_id
from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import AlreadyChanged
from odsc_counter.platform.work import unit_of_work
from tests.messages.outbox import FakeGateway, a_gateway, a_message, attempts, breaches, messages
from tests.receipts.office import NOON, Office, an_office

TIMEOUT = 0.3


class Time:
    """A clock that the test moves on; it also goes by itself, a little."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._now = NOON

    def __call__(self) -> datetime:
        return self._now + timedelta(seconds=time.monotonic() - self._began)

    def on(self, **more: float) -> None:
        self._now += timedelta(**more)


@pytest.fixture
def time_now(database: Database) -> Iterator[Time]:
    told = Time()
    with clock.use(told):
        yield told


@pytest.fixture
def office(time_now: Time) -> Office:
    return an_office()


def http(fake: FakeGateway) -> HttpGateway:
    return HttpGateway(fake.url, headers={"X-Token": "secret"}, timeout_seconds=TIMEOUT)


def queued(office: Office, count: int = 1) -> None:
    with office.inside():
        for number in range(count):
            a_message(office.application(), f"test-{number}")


def states(office: Office) -> list[str]:
    with office.inside():
        return [delivery.state for _message, delivery in messages()]


def reason(office: Office) -> str:
    with office.inside():
        return messages()[0][1].reason


def test_without_a_gateway_nothing_leaves_and_it_is_said(office: Office) -> None:
    queued(office, 2)
    assert sending.send_due(LogGateway()) == {"logged": 2}
    assert states(office) == ["logged", "logged"]
    assert sending.send_due(LogGateway()) == {}
    assert breaches() == []


def test_a_message_is_sent_once_with_its_key(office: Office) -> None:
    queued(office)
    with a_gateway() as fake:
        assert sending.send_due(http(fake)) == {"accepted": 1}
        assert sending.send_due(http(fake)) == {}
    assert fake.asked == [{"to": "+8562055551234", "text": "ສຳເລັດແລ້ວ", "method": "POST"}]
    with office.inside():
        ((_message, delivery),) = messages()
        assert attempts() == [("accepted", 200)]
    assert fake.keys == [str(delivery.id)]
    assert (delivery.state, delivery.tries, delivery.lease) == ("sent", 1, None)
    assert breaches() == []


def test_a_gateway_that_fails_is_tried_again_under_the_same_key(
    office: Office, time_now: Time
) -> None:
    queued(office)
    with a_gateway(503, 429, 408, 200) as fake:
        for wait in (31, 61, 121):
            assert sending.send_due(http(fake)) == {"no_answer": 1}
            assert sending.send_due(http(fake)) == {}  # not before its time
            assert states(office) == ["failed"]
            time_now.on(seconds=wait)
        assert sending.send_due(http(fake)) == {"accepted": 1}
    assert len(fake.keys) == 4 and len(set(fake.keys)) == 1
    with office.inside():
        assert [status for _outcome, status in attempts()] == [503, 429, 408, 200]
    assert (states(office), reason(office)) == (["sent"], "")
    assert breaches() == []


def test_a_gateway_that_says_when_to_come_back_is_not_asked_before(
    office: Office, time_now: Time
) -> None:
    queued(office)
    with a_gateway(503) as fake:
        fake.extra = {"Retry-After": "1800"}
        sending.send_due(http(fake))
        time_now.on(seconds=1700)
        assert sending.send_due(http(fake)) == {}
        time_now.on(seconds=200)
        assert sending.send_due(http(fake)) == {"accepted": 1}


def test_an_answer_that_never_comes_leads_to_one_text_all_the_same(
    office: Office, time_now: Time
) -> None:
    queued(office)
    with a_gateway(6.0) as fake:
        began = time.monotonic()
        assert sending.send_due(http(fake)) == {"no_answer": 1}
        assert time.monotonic() - began < 5  # it did not wait for the answer
        time_now.on(seconds=31)
        assert sending.send_due(http(fake)) == {"accepted": 1}
    assert len(fake.keys) == 2
    assert len(fake.delivered) == 1  # the gateway knew the key again
    with office.inside():
        assert attempts() == [("no_answer", None), ("accepted", 200)]


def test_a_gateway_that_is_away_stops_the_round_and_gives_up_in_the_end(
    office: Office, time_now: Time
) -> None:
    queued(office, 2)
    with a_gateway() as fake:
        gone = http(fake)
    for _time in range(MOST_TRIES * 2):
        assert sending.send_due(gone) == {"no_answer": 1}
        time_now.on(hours=1.01)
        if clock.local(clock.now()).hour >= 19:
            time_now.on(hours=13)
    assert states(office) == ["given_up", "given_up"]
    assert sending.send_due(gone) == {}
    assert reason(office) in ("no_answer", "too_late")
    assert breaches() == []


def test_a_refusal_is_not_repeated_until_somebody_asks(office: Office) -> None:
    queued(office)
    with a_gateway(400, 200) as fake:
        assert sending.send_due(http(fake)) == {"refused": 1}
        assert (states(office), reason(office)) == (["given_up"], "refused")
        assert sending.send_due(http(fake)) == {}
        with office.inside():
            operations.retry(messages()[0][1].id)
            with pytest.raises(AlreadyChanged):
                operations.retry(messages()[0][1].id)
        assert sending.send_due(http(fake)) == {"accepted": 1}
    assert breaches() == []


def test_what_would_come_too_late_is_given_up_unsent(office: Office, time_now: Time) -> None:
    queued(office)
    time_now.on(days=4)
    with a_gateway() as fake:
        assert sending.send_due(http(fake)) == {}
    assert fake.keys == []
    assert (states(office), reason(office)) == (["given_up"], "too_late")


def test_a_redirection_is_not_followed_and_a_bad_address_is_no_crash(office: Office) -> None:
    letter = Letter("key", "+8562055551234", "text")
    with a_gateway(302) as fake:
        fake.extra = {"Location": fake.url}
        assert http(fake).send(letter) == Answer("refused", 302)
    assert HttpGateway("http://[nonsense").send(letter).outcome == "no_answer"
    assert HttpGateway("http://127.0.0.1", headers={"X": "ລາວ"}).send(letter).outcome == "no_answer"
    assert HttpGateway("nonsense").send(letter).outcome == "no_answer"


def test_the_template_is_filled_wherever_it_stands_and_never_twice(office: Office) -> None:
    letter = Letter("k1", "+856", "say {to} {key}")
    body = {"m": [{"recipient": "{to}", "content": "{text}", "ref": "odsc-{key}"}], "n": 3}
    with a_gateway() as fake:
        replace(http(fake), body=body).send(letter)
        replace(http(fake), method="GET", body={"to": "{to}", "text": "{text}"}).send(letter)
    assert fake.asked[0]["m"] == [
        {"recipient": "+856", "content": "say {to} {key}", "ref": "odsc-k1"}
    ]
    assert "to=%2B856&text=say" in fake.asked[1]["path"]


class SlowGateway:
    """Takes its time, and notices when one message is sent twice at once."""

    longest_seconds = 5.0

    def __init__(self) -> None:
        self.sent: list[str] = []
        self._guard = threading.Lock()

    def send(self, letter: Letter) -> Answer:
        with self._guard:
            self.sent.append(letter.key)
        time.sleep(0.05)
        return Answer("accepted", 200)


def test_several_workers_share_the_outbox_and_send_each_message_once(office: Office) -> None:
    queued(office, 12)
    gateway = SlowGateway()
    threads = [threading.Thread(target=sending.send_due, args=(gateway,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(gateway.sent) == len(set(gateway.sent)) == 12
    assert states(office) == ["sent"] * 12
    assert breaches() == []


class DyingGateway(SlowGateway):
    """The process dies after the message went out and before anything was marked."""

    def send(self, letter: Letter) -> Answer:
        super().send(letter)
        raise KeyboardInterrupt


def test_after_a_crash_the_lease_runs_out_and_the_key_is_the_same(
    office: Office, time_now: Time
) -> None:
    queued(office)
    dying, next_one = DyingGateway(), SlowGateway()
    with pytest.raises(KeyboardInterrupt):
        sending.send_due(dying)
    assert states(office) == ["pending"]
    assert sending.send_due(next_one) == {}  # the lease still runs
    time_now.on(seconds=66)
    assert sending.send_due(next_one) == {"accepted": 1}
    assert dying.sent == next_one.sent
    assert breaches() == []


def test_whoever_lost_the_lease_does_not_overrule(office: Office) -> None:
    queued(office)

    class Late(SlowGateway):
        def send(self, letter: Letter) -> Answer:
            with unit_of_work() as work:  # meanwhile another took it over
                work.session.execute(update(Delivery).values(lease=new_id()))
            return Answer("refused", 400)

    sending.send_due(Late())
    assert states(office) == ["pending"]
    with office.inside():
        assert attempts() == [("refused", 400)]


def test_a_fault_in_one_centre_leaves_the_others_their_turn(office: Office) -> None:
    queued(office)
    other = an_office("LA0102")
    queued(other)

    class Faulty(SlowGateway):
        def send(self, letter: Letter) -> Answer:
            super().send(letter)
            if len(self.sent) == 1:
                raise RuntimeError
            return Answer("accepted", 200)

    with pytest.raises(ExceptionGroup):
        sending.send_due(Faulty())
    assert (states(office), states(other)) == (["pending"], ["sent"])
