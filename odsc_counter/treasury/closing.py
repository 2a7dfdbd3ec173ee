"""The end of a day: verify its chain, count it, seal it as the next Z, anchor the chains.

One transaction in the scope of one centre. Afterwards the database takes nothing more of that
day, nor of any day before it.
"""

import base64
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from odsc_counter.accounts.models import User
from odsc_counter.accounts.queries import names
from odsc_counter.catalogue import queries as catalogue
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.events import Event
from odsc_counter.platform.work import Work, reading, unit_of_work
from odsc_counter.receipts import body as receipt_body
from odsc_counter.receipts import chain, keys, verifying
from odsc_counter.receipts.models import GENESIS, Assessment, Receipt
from odsc_counter.tills.lifecycle import CLOSED
from odsc_counter.tills.models import TillSession
from odsc_counter.treasury import days, turns
from odsc_counter.treasury.errors import DayClosed, DayNotOver, EarlierDayOpen, TillsOpen
from odsc_counter.treasury.figures import figures
from odsc_counter.treasury.models import CLOSES, ChainAnchor, DailyClose

FORMAT = 1
"""Goes up when a field of the body changes its meaning."""
FAULTS_TOLD = 20
"""So many faults of a chain stand on the Z-report; `odsc-counter check` tells all."""


def close_day(centre: Centre, day: date, closer: User) -> DailyClose:
    """Close a day for good and write its Z-report.

    The day's chain is verified first; faults don't keep the day open, they stand on the Z.
    Raises DayNotOver, DayClosed, TillsOpen, EarlierDayOpen, SigningKeyMissing. Of two people
    who close at the same moment one gets DayClosed.
    """
    now = clock.now()
    if day > clock.business_day(now, centre.day_starts_minute):
        raise DayNotOver
    with unit_of_work() as work:
        session = work.session
        signer = keys.signer_for(work, centre)
        turns.hold(session)
        last = days.last_close(session)
        _refuse_unless_ripe(session, day, last)
        values = body_of(session, session.get_one(Centre, centre.id), day, closer, now, last)
        text = receipt_body.canonical(values)
        before = last.hash if last is not None else GENESIS
        linked = chain.link(before, text)
        close = DailyClose(
            z_number=values["z_number"],
            day=day,
            closed_at=now,
            closed_by_id=closer.id,
            body=text,
            prev_hash=before,
            hash=linked,
            key_id=signer.key_id,
            signature=base64.b64encode(signer.sign(bytes.fromhex(linked))).decode("ascii"),
        )
        session.add(close)
        session.flush()
        session.add_all(anchors_of(close, values["figures"]))
        _record(work, close, values)
    return close


def body_of(
    session: Session,
    centre: Centre,
    day: date,
    closer: User,
    now: datetime,
    last: DailyClose | None,
) -> dict[str, Any]:
    """All that the Z-report of a day will say, as values."""
    counted = figures(session, day)
    verified = session.scalar(select(func.count()).where(Receipt.day == day)) or 0
    faults = list(verifying.day_is_sealed(session, day))
    letterhead = catalogue.letterhead_on(day)
    return {
        "centre": {
            "code": centre.code,
            "phone": centre.phone,
            "unit": receipt_body.both(centre.unit),
            **receipt_body.both(centre),
        },
        "closed_at": now.isoformat(),
        "closed_by": receipt_body.both(closer),
        "day": day.isoformat(),
        "exempted": _exempted(session, centre, day),
        "figures": counted,
        "format": FORMAT,
        "letterhead": receipt_body.lines_of(letterhead),
        "people": _people(counted),
        "prints": _prints(session, day),
        "verified": {"faults": faults[:FAULTS_TOLD], "receipts": verified, "total": len(faults)},
        "z_number": last.z_number + 1 if last is not None else 1,
    }


def anchors_of(close: DailyClose, counted: dict[str, Any]) -> list[ChainAnchor]:
    """What the nation keeps of a close: the head of every chain, and of the closes' own."""
    alike = {
        "day": close.day,
        "z_number": close.z_number,
        "z_hash": close.hash,
        "closed_at": close.closed_at,
    }
    own = ChainAnchor(
        fiscal_year=close.day.year,
        series=CLOSES,
        last_no=close.z_number,
        head_hash=close.hash,
        total_kip=counted["net_kip"],
        **alike,
    )
    names_of = ("fiscal_year", "series", "last_no", "head_hash", "total_kip")
    return [
        own,
        *(
            ChainAnchor(**{name: series[name] for name in names_of}, **alike)
            for series in counted["series"]
        ),
    ]


def print_report(day: date, language: str) -> int:
    """Note that a Z-report is being printed: 0 the original, 1 for COPY 1. Raises NotFound."""
    with unit_of_work() as work:
        close = days.close_of(day)
        if close is None:
            raise NotFound
        copy = len(prints_of(close))
        work.record(
            "print",
            subject_kind="daily_close",
            subject_id=str(close.z_number),
            seq=2 + copy,
            data={"copy": copy, "language": language, "z_number": close.z_number},
        )
        work.session.flush()
    return copy


def prints_of(close: DailyClose) -> list[Event]:
    """The prints of a Z-report that are on record, in order."""
    with reading() as session:
        return list(
            session.scalars(
                select(Event)
                .where(
                    Event.subject_kind == "daily_close",
                    Event.subject_id == str(close.z_number),
                    Event.verb == "print",
                )
                .order_by(Event.seq)
            )
        )


def _refuse_unless_ripe(session: Session, day: date, last: DailyClose | None) -> None:
    if last is not None and last.day >= day:
        raise DayClosed
    earlier = days.postings_by_day(session, after=last.day if last else None, until=day)
    earlier.pop(day, None)
    if earlier:
        raise EarlierDayOpen(day=f"{min(earlier):%d/%m/%Y}")
    open_tills = session.scalars(
        select(TillSession)
        .where(TillSession.day <= day, TillSession.state != CLOSED)
        .order_by(TillSession.day, TillSession.opened_at)
    ).all()
    if open_tills:
        people = names(till.cashier_id for till in open_tills)
        said = {key: user.name_lo for key, user in people.items()}
        raise TillsOpen(tills=days.labels_of(open_tills, said))


def _people(counted: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The names of that day of all who are named by a number in the figures."""
    ids = {till[part] for till in counted["tills"] for part in ("cashier", "second")}
    for moved in (*counted["corrections"], *counted["funding"]):
        ids |= {moved["by"], moved["approved_by"]}
    return {str(key): receipt_body.both(user) for key, user in names(ids - {None}).items()}


def _prints(session: Session, day: date) -> dict[str, int]:
    """Copies of receipts that were printed on the day, and of how many receipts."""
    events = session.execute(
        select(Event.subject_id, Event.data).where(
            Event.subject_kind == "receipt", Event.verb == "print", Event.day == day
        )
    ).all()
    copied = [subject for subject, data in events if data.get("copy", 0) > 0]
    return {"copies": len(copied), "receipts": len(set(copied))}


def _exempted(session: Session, centre: Centre, day: date) -> list[dict[str, Any]]:
    """Whom the schedule freed from the whole fee, by class: no receipt is written for them."""
    begins = clock.start_of_day(day, centre.day_starts_minute)
    ends = clock.start_of_day(day + days.ONE_DAY, centre.day_starts_minute)
    freed: dict[Any, Assessment] = {}
    for row in session.scalars(
        select(Assessment)
        .where(Assessment.assessed_at >= begins, Assessment.assessed_at < ends)
        .order_by(Assessment.assessed_at)
    ):
        freed[row.application_id] = row
    found: dict[str, dict[str, Any]] = {}
    for row in freed.values():
        if row.exemption_code and row.total_kip == 0:
            name = {"en": row.exemption_name_en, "lo": row.exemption_name_lo}
            said = found.setdefault(
                row.exemption_code, {"code": row.exemption_code, "count": 0, "name": name}
            )
            said["count"] += 1
    return [found[code] for code in sorted(found)]


def _record(work: Work, close: DailyClose, values: dict[str, Any]) -> None:
    work.record(
        "close",
        subject_kind="daily_close",
        subject_id=str(close.z_number),
        seq=1,
        day=close.day,
        data={
            "z_number": close.z_number,
            "amount_kip": values["figures"]["net_kip"],
            "hash": close.hash,
            "faults": values["verified"]["total"],
        },
    )
