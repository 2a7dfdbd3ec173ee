"""What the hall board shows, as its script reads it: the state, and what rarely changes.

The state is small and sent whole at every change. Services with papers and fees and the list
of voice clips are fetched apart when the state's `media` mark says that they changed.
"""

import hashlib
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select

import odsc_counter
from odsc_counter.catalogue.fee_rules import ONE_OF
from odsc_counter.catalogue.models import FeeLine, OfferedService
from odsc_counter.catalogue.queries import OfferedRow, offered_services
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.lao import ZERO_WIDTH_SPACE, Language, break_words
from odsc_counter.platform.money import format_kip, format_number
from odsc_counter.platform.work import reading
from odsc_counter.tickets import calls, in_line
from odsc_counter.tickets.estimate import wait_for
from odsc_counter.tickets.hall_models import HallRules, VoiceClip
from odsc_counter.tickets.models import NORMAL, Ticket
from odsc_counter.tickets.notices import NoticeRow, notices_on
from odsc_counter.tickets.order import in_queue, rules_of
from odsc_counter.tickets.voice import LANGUAGES, WORDS, announcement

PAGE_WIDTH = 80
"""Letters that stand side by side on one page of a notice: two lines at the reading size."""
ENGLISH_WIDTH = 170
"""The same for the English beneath, which is small."""
HEADED_WIDTH = 96
"""The same under a heading, where letters are smaller."""
MOST_NOTICES = 8
PACKAGE = Path(odsc_counter.__file__).parent
BUILT_FROM = (
    "static/build/sources.sha256",
    "web/templates/display.html",
    "web/templates/macros/board.html",
)

Slide = dict[str, Any]
"""One page of the notices: kind (closed, notice or service), lo, en, and for closed and
service the service's name as head_lo, head_en; a service has fee_lo, fee_en and example."""


@cache
def build_mark() -> str:
    """Differs when the board's page, styles or script do: boards then load themselves anew."""
    total = hashlib.sha256()
    for name in BUILT_FROM:
        path = PACKAGE / name
        total.update(path.read_bytes() if path.is_file() else b"")
    return total.hexdigest()[:12]


def state(centre: Centre) -> dict[str, Any]:
    """The board's whole state, no names of people. Its statements don't grow with the queue."""
    board = calls.board(centre)
    day = clock.business_day(clock.now(), centre.day_starts_minute)
    with reading() as session:
        rules = rules_of(session)
    return {
        "calls": [_call(call, rules) for call in board.calls],
        "waiting": board.waiting,
        "wait_text": wait_text(rules, day),
        "notices": notice_slides(notices_on(day)[:MOST_NOTICES]),
        "media": media_mark(rules, day),
        "build": build_mark(),
    }


def wait_text(rules: HallRules, day: date) -> str | None:
    """How long whoever came last will wait, as a range; None when nobody waits or it is unknown.

    Digits and one Lao word: the board shows it as it is in both languages.
    """
    with reading() as session:
        last = session.scalars(
            select(Ticket)
            .where(in_queue(rules, day, clock.now()), Ticket.priority == NORMAL)
            .order_by(Ticket.rank_at.desc(), Ticket.id.desc())
            .limit(1)
        ).one_or_none()
    wait = wait_for(last, in_line.position(last, rules)) if last is not None else None
    return f"{wait.low_minutes}–{wait.high_minutes} ນາທີ" if wait is not None else None


def _call(call: calls.Call, rules: HallRules) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": call.id,
        "ticket": call.ticket,
        "counter": call.counter,
        "called_at": call.called_at.isoformat(),
    }
    if rules.speaks:
        entry["say"] = {
            language: " ".join(announcement(call.ticket, call.counter, language))
            for language in LANGUAGES
        }
    return entry


def media_mark(rules: HallRules, day: date) -> str:
    """Differs when something did that boards fetch apart. Two statements.

    A change of the catalogue itself shows with the next day, or when the board looks again
    by itself after some minutes.
    """
    with reading() as session:
        clips = session.execute(
            select(func.count(), func.max(VoiceClip.recorded_at)).select_from(VoiceClip)
        ).one()
        offered = session.execute(
            select(
                OfferedService.service_id, OfferedService.offered_from, OfferedService.offered_until
            ).order_by(OfferedService.service_id)
        ).all()
    seen = (day, rules.speaks, rules.says_twice, *clips, *offered)
    return hashlib.sha256(repr([str(one) for one in seen]).encode()).hexdigest()[:12]


def media(centre: Centre, clip_url: Callable[[str, str, str], str]) -> dict[str, Any]:
    """What boards fetch apart: services to show in turn, and the clips there are.

    `clip_url(language, clip, digest)` is where a recording is played from.
    """
    day = clock.business_day(clock.now(), centre.day_starts_minute)
    with reading() as session:
        rules = rules_of(session)
        recorded = session.execute(
            select(VoiceClip.language, VoiceClip.clip, VoiceClip.digest).order_by(
                VoiceClip.language, VoiceClip.clip
            )
        ).all()
    clips: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for language, clip, digest in recorded:
        if rules.speaks and clip in WORDS.get(language, {}):
            clips[language][clip] = clip_url(language, clip, digest[:16])
    return {
        "twice": rules.says_twice,
        "clips": clips,
        "words": WORDS["lo"] if rules.speaks else {},
        "services": [slide for row in offered_services(day) for slide in service_slides(row)],
    }


def notice_slides(rows: list[NoticeRow]) -> list[Slide]:
    """The pages of the notices that stand, in their order."""
    return [slide for row in rows for slide in _notice_pages(row)]


def _notice_pages(row: NoticeRow) -> Iterator[Slide]:
    notice = row.notice
    kind = "closed" if notice.closes_service else "notice"
    lao = pages_of(notice.text_lo, HEADED_WIDTH if row.service_lo else PAGE_WIDTH)
    english = pages_of(notice.text_en, ENGLISH_WIDTH)
    for text_lo, text_en in _paired(lao, english):
        slide: Slide = {"kind": kind, "lo": text_lo, "en": text_en}
        if row.service_lo:
            slide |= {"head_lo": row.service_lo, "head_en": row.service_en}
        yield slide


def service_slides(row: OfferedRow) -> list[Slide]:
    """The pages of a service: its fee, and its papers some at a time."""
    papers = [paper.document_type for paper in row.version.papers]
    head = {
        "kind": "service",
        "head_lo": row.version.name_lo,
        "head_en": row.version.name_en,
        "fee_lo": fee_in_short(row.fee_lines, "lo"),
        "fee_en": fee_in_short(row.fee_lines, "en"),
        "example": row.is_illustrative,
    }
    lao = _lists([paper.name_lo for paper in papers])
    english = [
        ", ".join(paper.name_en for paper in papers[start:end]) for start, end in _spans(lao)
    ]
    return [
        {**head, "lo": _papers(", ".join(names), "lo"), "en": _papers(text_en, "en")}
        for names, text_en in zip(lao or [[]], english or [""], strict=True)
    ]


def _papers(names: str, language: Language) -> str:
    with force_locale(language):
        return str(_("Papers: %(names)s", names=names) if names else _("No papers are asked for."))


def _spans(lists: list[list[str]]) -> Iterator[tuple[int, int]]:
    start = 0
    for names in lists:
        yield start, start + len(names)
        start += len(names)


def _lists(names: list[str]) -> list[list[str]]:
    """Names together as long as they stand on one page."""
    lists: list[list[str]] = []
    for name in names:
        last = lists[-1] if lists else None
        if last is None or width(", ".join([*last, name])) > HEADED_WIDTH:
            lists.append([name])
        else:
            last.append(name)
    return lists


def fee_in_short(lines: list[FeeLine], language: Language) -> str:
    """The fee in the fewest words: one amount, or from which amount on."""
    lines = [line for line in lines if line.part == ONE_OF]
    amounts = sorted(
        amount
        for line in lines
        for amount in (line.amount, *(step["amount"] for step in line.terms.get("steps", ())))
        if amount is not None
    )
    currencies = {line.currency for line in lines}
    with force_locale(language):
        if not lines:
            return str(_("No fee is published"))
        if not amounts or len(currencies) > 1:
            return str(_("Depends on the value"))
        lowest = _amount(amounts[0], currencies.pop(), language)
        if len(amounts) == 1:
            return lowest
        return str(_("from %(amount)s", amount=lowest))


def _amount(amount: int, currency: str, language: Language) -> str:
    if amount == 0:
        return str(_("Free of charge"))
    if currency == "LAK":
        return format_kip(amount, language)
    return f"{format_number(amount)} {currency}"


def width(text: str) -> int:
    """How many letters stand side by side: Lao vowels above and below take no room."""
    return sum(unicodedata.category(letter) != "Mn" for letter in text)


def pages_of(text: str, most: int) -> list[str]:
    """A text cut into pages of at most so many letters side by side, between words.

    A page ends at a line end of the text too. A word longer than a page stays whole.
    """
    pages: list[str] = []
    for line in text.splitlines():
        page = ""
        for piece in _words(line):
            if page and width(page + piece.rstrip()) > most:
                pages.append(page.strip())
                page = ""
            page += piece
        if page.strip():
            pages.append(page.strip())
    return pages


def _words(line: str) -> Iterator[str]:
    """The words of a line, each with the blank that follows it."""
    for part in break_words(line).split(ZERO_WIDTH_SPACE):
        words = part.split(" ")
        yield from (f"{word} " for word in words[:-1])
        yield words[-1]


def _paired(lao: list[str], english: list[str]) -> Iterator[tuple[str, str]]:
    """Page by page; the shorter text shows its last page again."""
    last_lo = last_en = ""
    for text_lo, text_en in zip_longest(lao, english):
        last_lo, last_en = text_lo or last_lo, text_en or last_en
        yield last_lo, last_en
