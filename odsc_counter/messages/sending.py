"""Sends what is in the outbox: claim, send, mark, each in a transaction of its own.

A claim is a lease: on PostgreSQL rows that somebody is claiming are skipped, on SQLite writers
queue, and on both nobody takes a message whose lease still runs. So two processes never send
one message at the same time. Who dies between sending and marking leaves a lease that runs
out; the message goes once more, under the same key, by which the gateway knows it again.
"""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select, update

from odsc_counter.messages import words
from odsc_counter.messages.gateways import Answer, Gateway, Letter
from odsc_counter.messages.lifecycle import DUE, LIFECYCLE
from odsc_counter.messages.models import Delivery, DeliveryAttempt, Message
from odsc_counter.messages.patience import MOST_TRIES, not_at_night, pause
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.columns import new_id
from odsc_counter.platform.tenancy import centre_scope, reference_scope
from odsc_counter.platform.work import Work, reading, unit_of_work

MARKING_SECONDS = 60
"""What a lease lasts longer than the attempt itself."""


@dataclass(frozen=True)
class _Claim:
    delivery_id: uuid.UUID
    lease: uuid.UUID
    letter: Letter


def send_due(gateway: Gateway) -> Counter[str]:
    """Send all that is due in all centres; how many attempts came to which outcome.

    The round ends at the first attempt that gets no answer: the gateway is away for everybody. A
    fault in one centre is raised after all others had their turn.
    """
    done: Counter[str] = Counter()
    faults: list[Exception] = []
    with reference_scope(), reading() as session:
        centres = list(session.scalars(select(Centre.id).order_by(Centre.id)))
    for centre_id in centres:
        try:
            with centre_scope(centre_id):
                while (outcome := _send_one(gateway)) is not None:
                    done[outcome] += 1
                    if outcome == "no_answer":
                        return done
        except Exception as fault:
            faults.append(fault)
    if faults:
        raise ExceptionGroup("some centres' messages were not sent", faults)
    return done


def _send_one(gateway: Gateway) -> str | None:
    if not _anything_due():
        return None
    claim = _claim(gateway)
    if claim is None:
        return None
    began = clock.now()
    answer = gateway.send(claim.letter)
    _mark(claim, answer, round((clock.now() - began).total_seconds() * 1000))
    return answer.outcome


def _anything_due() -> bool:
    """A look without a lock: most centres have nothing to send most of the time."""
    with reading() as session:
        return session.scalars(select(Delivery.id).where(*_is_due()).limit(1)).first() is not None


def _is_due() -> tuple[ColumnElement[bool], ...]:
    now = clock.now()
    return (
        Delivery.state.in_(DUE),
        Delivery.next_try_at <= now,
        or_(Delivery.leased_until.is_(None), Delivery.leased_until <= now),
    )


def _claim(gateway: Gateway) -> _Claim | None:
    """Lease the message that has waited longest; what came too late is given up on the way."""
    while True:
        with unit_of_work() as work:
            delivery = work.session.scalars(
                select(Delivery)
                .where(*_is_due())
                .order_by(Delivery.next_try_at, Delivery.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).one_or_none()
            if delivery is None:
                return None
            if delivery.too_late_at <= clock.now():
                delivery.next_try_at, delivery.reason = None, words.TOO_LATE
                work.change(delivery, LIFECYCLE, "give_up", reason=words.TOO_LATE)
                continue
            text = work.session.scalars(
                select(Message.words).where(Message.id == delivery.message_id)
            ).one()
            lease = new_id()
            seconds = gateway.longest_seconds + MARKING_SECONDS
            # A lease is no step in the message's life: it must not count as a version.
            work.session.execute(
                update(Delivery)
                .where(Delivery.id == delivery.id)
                .values(lease=lease, leased_until=clock.now() + timedelta(seconds=seconds)),
                execution_options={"synchronize_session": False},
            )
            letter = Letter(key=str(delivery.id), to=delivery.phone, text=text)
            return _Claim(delivery.id, lease, letter)


def _mark(claim: _Claim, answer: Answer, took_ms: int) -> None:
    now = clock.now()
    with unit_of_work() as work:
        delivery = work.session.scalars(
            select(Delivery).where(Delivery.id == claim.delivery_id).with_for_update()
        ).one()
        work.session.add(
            DeliveryAttempt(
                delivery_id=delivery.id,
                tried_at=now,
                took_ms=took_ms,
                outcome=answer.outcome,
                status=answer.status,
            )
        )
        work.session.flush()
        # Stopped meanwhile, or our lease ran out and another has it: theirs is the word.
        if delivery.state in DUE and delivery.lease == claim.lease:
            _move(work, delivery, answer)


def _move(work: Work, delivery: Delivery, answer: Answer) -> None:
    now = clock.now()
    tries = delivery.tries + 1
    verb, reason = {
        "logged": ("log", ""),
        "accepted": ("send", ""),
        "refused": ("give_up", words.REFUSED),
        "no_answer": ("fail", words.NO_ANSWER),
    }[answer.outcome]
    next_try_at = None
    if verb == "fail":
        wait = max(pause(tries), timedelta(seconds=min(answer.retry_after, 3600)))
        next_try_at = not_at_night(now + wait)
        if tries >= MOST_TRIES:
            verb, next_try_at = "give_up", None
        elif next_try_at >= delivery.too_late_at:
            verb, reason, next_try_at = "give_up", words.TOO_LATE, None
    delivery.tries, delivery.reason, delivery.next_try_at = tries, reason, next_try_at
    delivery.lease = delivery.leased_until = None
    work.change(delivery, LIFECYCLE, verb, tries=tries, status=answer.status)
