"""The minutes on A4 paper, and the draft of their general part.

Both are made from the meeting's record alone (see `minutes.record`): of a signed meeting from
the text that was signed, whatever has become of names and letterheads since.
"""

import json
from datetime import date, datetime
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table

from odsc_counter.applications.official_paper import PLAIN, OfficialPaper, Words
from odsc_counter.committees import lifecycle
from odsc_counter.committees.minutes import Said, record
from odsc_counter.committees.models import Meeting
from odsc_counter.places.models import Unit
from odsc_counter.platform import clock, pdf
from odsc_counter.platform.lao import Language, format_date
from odsc_counter.platform.work import reading

MARGIN = 20 * mm
WIDTH = A4[0] - 2 * MARGIN
SIZE = 10.5

WORDS: Words = {
    "title": {"lo": "ບົດບັນທຶກກອງປະຊຸມ", "en": "Minutes of the meeting"},
    "draft": {"lo": "ຮ່າງ, ຍັງບໍ່ທັນເຊັນ", "en": "Draft, not signed"},
    "number": {"lo": "ເລກທີ", "en": "No."},
    "founded": {"lo": "ອີງຕາມ", "en": "Pursuant to"},
    "when": {"lo": "ວັນທີ ແລະ ເວລາ", "en": "Date and time"},
    "where": {"lo": "ສະຖານທີ່", "en": "Venue"},
    "chair": {"lo": "ປະທານກອງປະຊຸມ", "en": "In the chair"},
    "present": {"lo": "ຜູ້ເຂົ້າຮ່ວມ", "en": "Present"},
    "excused": {"lo": "ຜູ້ລາພັກ", "en": "Excused"},
    "absent": {"lo": "ຜູ້ບໍ່ເຂົ້າຮ່ວມ", "en": "Absent"},
    "in_place": {"lo": "%(deputy)s, ຕາງໜ້າ %(name)s", "en": "%(deputy)s, for %(name)s"},
    "attendance": {"lo": "ຜູ້ເຂົ້າຮ່ວມກອງປະຊຸມ", "en": "Attendance"},
    "general": {"lo": "ຄວາມເປັນມາຂອງກອງປະຊຸມ", "en": "Course of the meeting"},
    "agenda": {"lo": "ວາລະ ແລະ ການສົນທະນາ", "en": "Agenda and discussion"},
    "resolutions": {"lo": "ມະຕິກອງປະຊຸມ", "en": "Resolutions"},
    "none": {"lo": "ບໍ່ມີ", "en": "None"},
    "proposal": {"lo": "ຂໍ້ສະເໜີ", "en": "Proposal"},
    "amendment": {"lo": "ເນື້ອໃນທີ່ປັບປຸງ", "en": "As amended"},
    "proposer": {"lo": "ຜູ້ສະເໜີ", "en": "Proposed by"},
    "decision": {"lo": "ຂໍ້ຕົກລົງ", "en": "Decision"},
    "reason": {"lo": "ເຫດຜົນ", "en": "Reason"},
    "corrects": {"lo": "ປັບປຸງມະຕິເລກທີ", "en": "Corrects resolution"},
    "deferred_from": {"lo": "ພິຈາລະນາຄືນມະຕິເລກທີ", "en": "Takes up again resolution"},
    "goes_down": {
        "lo": "ສົ່ງລົງທຸກສູນເປັນຄຳແນະນຳ, ໃຫ້ຮັບຊາບກ່ອນວັນທີ %(day)s",
        "en": "Goes down to all centres as a guideline, to be acknowledged by %(day)s",
    },
    lifecycle.PROPOSED: {"lo": "ຍັງບໍ່ທັນຕົກລົງ", "en": "Not decided"},
    lifecycle.CONFIRMED: {"lo": "ຮັບຮອງຕາມຂໍ້ສະເໜີ", "en": "Confirmed as proposed"},
    lifecycle.AMENDED: {"lo": "ຮັບຮອງໂດຍມີການປັບປຸງ", "en": "Confirmed with amendments"},
    lifecycle.DEFERRED: {"lo": "ເລື່ອນການພິຈາລະນາ", "en": "Deferred"},
    lifecycle.REJECTED: {"lo": "ຖືກປະຕິເສດ", "en": "Rejected"},
    "consensus": {"lo": "ເປັນເອກະສັນ", "en": "by consensus"},
    "vote": {
        "lo": "ດ້ວຍການລົງຄະແນນສຽງ: ເຫັນດີ %(votes_for)s, ບໍ່ເຫັນດີ %(votes_against)s,"
        " ງົດອອກສຽງ %(votes_abstained)s",
        "en": "by vote: %(votes_for)s for, %(votes_against)s against,"
        " %(votes_abstained)s abstained",
    },
    "sign_chair": {"lo": "ປະທານກອງປະຊຸມ", "en": "Chair of the meeting"},
    "sign_secretary": {"lo": "ຜູ້ບັນທຶກ", "en": "Minutes taken by"},
    "signed": {"lo": "ເຊັນວັນທີ %(at)s", "en": "Signed on %(at)s"},
    "opened": {
        "lo": "ກອງປະຊຸມໄດ້ໄຂຂຶ້ນໃນເວລາ %(time)s ໂມງ, ວັນທີ %(day)s, ທີ່ %(venue)s,"
        " ໂດຍການເປັນປະທານຂອງ %(chair)s. ມີສະມາຊິກເຂົ້າຮ່ວມທັງໝົດ %(present)s ທ່ານ.",
        "en": "The meeting was opened at %(time)s on %(day)s at %(venue)s, with %(chair)s in the"
        " chair. %(present)s members were present.",
    },
    "looked_at": {
        "lo": "ກອງປະຊຸມໄດ້ພິຈາລະນາ %(points)s ວາລະ:",
        "en": "Points considered: %(points)s",
    },
    "decided": {
        "lo": "ກອງປະຊຸມໄດ້ພິຈາລະນາມະຕິ %(count)s ສະບັບ:",
        "en": "Resolutions considered: %(count)s",
    },
    "closed": {
        "lo": "ກອງປະຊຸມໄດ້ປິດລົງໃນເວລາ %(time)s ໂມງ ຂອງວັນດຽວກັນ.",
        "en": "The meeting was closed at %(time)s on the same day.",
    },
}
RANK = {"chair": 0, "deputy": 1, "secretary": 2, "member": 3}
NOBODY = "................................"


def minutes_pdf(unit: Unit, meeting: Meeting, language: Language = "lo") -> bytes:
    """The minutes as a PDF in one language; what has no English is given in Lao."""
    body = body_of(unit, meeting)
    buffer = BytesIO()
    paper = _Minutes(body, language, meeting.signed_hash)
    title = f"{WORDS['title'][language]} {paper.number}"
    mark = f"SHA-256 {meeting.signed_hash[:16]}" if paper.is_signed else WORDS["draft"][language]
    pdf.document(
        buffer, A4, title, language, paper.story(), margin=MARGIN,
        footer=lambda page: f"{paper.number} · {mark} · {page}",
    )  # fmt: skip
    return buffer.getvalue()


def body_of(unit: Unit, meeting: Meeting) -> dict[str, Any]:
    """What the paper is made of: of a signed meeting, what was signed."""
    if meeting.state == lifecycle.SIGNED:
        body: dict[str, Any] = json.loads(meeting.signed_body)
        return body
    with reading() as session:
        return record(session, unit, meeting)


def draft(unit: Unit, meeting: Meeting) -> Said:
    """The general part as it can be put together from agenda, attendance and resolutions."""
    body = body_of(unit, meeting)
    return Said(*("\n".join(_Minutes(body, language).draft()) for language in ("lo", "en")))


class _Minutes(OfficialPaper):
    def __init__(self, body: dict[str, Any], language: Language, seal: str = "") -> None:
        super().__init__(WORDS, (language,), size=SIZE, width=WIDTH)
        self._rows = body["rows"]
        self._paper = body["paper"]
        self._meeting = self._rows["meeting"]
        self._seal = seal
        self.is_signed = "signers" in self._paper

    @property
    def number(self) -> str:
        """Number, year and committee."""
        return (
            f"{self._meeting['number']}/{self._meeting['year']}-{self._paper['unit']['code']}"
        )  # fmt: skip

    def story(self) -> list[Flowable]:
        """The whole paper."""
        return [
            *self._head(),
            self._about(),
            *self._attendance(),
            *self._part("general", self._both(self._meeting, "minutes")),
            *self._agenda(),
            *self._resolutions(),
            Spacer(0, 8 * mm),
            KeepTogether(self._signs()),
        ]

    def draft(self) -> list[str]:
        """The paragraphs of the general part."""
        meeting = self._meeting
        points = [row for row in self._rows["agenda"] if row["withdrawn_at"] is None]
        resolutions = self._rows["resolutions"]
        opened = _local(meeting["opened_at"] or meeting["starts_at"])
        there = len(self._there("present"))
        said = [
            self._say(
                "opened", time=f"{opened:%H:%M}", day=self._day(opened.date()),
                venue=meeting["venue"], chair=self._chair() or NOBODY, present=there,
            )
        ]  # fmt: skip
        if points:
            said.append(self._say("looked_at", points=len(points)))
            said += [
                f"{place}. {self._both(row, 'title')}" for place, row in enumerate(points, start=1)
            ]
        if resolutions:
            said.append(self._say("decided", count=len(resolutions)))
            said += [
                f"- {self._label(row)} {self._both(row, 'title')}: {self._decision(row)}"
                for row in resolutions
            ]
        if meeting["ended_at"]:
            said.append(self._say("closed", time=f"{_local(meeting['ended_at']):%H:%M}"))
        return said

    def _say(self, key: str, **values: object) -> str:
        return WORDS[key][self.first] % values

    def _both(self, row: dict[str, Any], name: str) -> str:
        """A text in this paper's language; Lao where there is no other."""
        return str((row[f"{name}_en"] if self.first == "en" else "") or row[f"{name}_lo"])

    def _day(self, day: date) -> str:
        return format_date(day, self.first, "long")

    def _paragraphs(self, text: str) -> list[Flowable]:
        return [self.text(line) for line in text.split("\n") if line.strip()]

    def _part(self, heading: str, text: str) -> list[Flowable]:
        return [self.word(heading, "heading"), *self._paragraphs(text)] if text else []

    def _head(self) -> list[Flowable]:
        paper = self._paper
        starts = _local(self._meeting["starts_at"])
        committee = (paper["committee"]["en"] if self.first == "en" else "") or paper["committee"][
            "lo"
        ]
        link = ", ວັນທີ " if self.first == "lo" else ", "
        made = pdf.Letterhead(
            state_lines=paper["head"][self.first],
            body_lines=[committee],
            number=f"{WORDS['number'][self.first]} {self.number}",
            place_and_date=f"{paper['unit'][self.first]}{link}{self._day(starts.date())}",
        )
        title: list[Flowable] = [self.word("title", "title")]
        subject = self.text(self._both(self._meeting, "title"), "centred")
        if not self.is_signed:
            title.append(self.word("draft", "centred"))
        founded = paper["committee"]["founded_by"]
        basis = [self.text(f"{WORDS['founded'][self.first]} {founded}")] if founded else []
        return [
            *made.flowables(self.width, self.styles), *title, subject, Spacer(0, 3 * mm), *basis,
        ]  # fmt: skip

    def _about(self) -> Table:
        meeting = self._meeting
        starts, ends = _local(meeting["starts_at"]), _local(meeting["ends_at"])
        return self.facts(
            [
                ("when", f"{self._day(starts.date())}, {starts:%H:%M}–{ends:%H:%M}"),
                ("where", meeting["venue"]),
                ("chair", self._chair() or NOBODY),
            ],
            self.width,
        )

    def _chair(self) -> str:
        key = self._meeting["chair_id"]
        return self._member(key) if key in self._paper["members"] else ""

    def _member(self, key: str) -> str:
        member = self._paper["members"][key]
        post = member["post_en"] if self.first == "en" else member["post_lo"]
        return ", ".join(part for part in (member[self.first], post) if part)

    def _there(self, presence: str) -> list[dict[str, Any]]:
        """Attendance of one kind by rank; whose deputy came counts as present."""
        rows = [
            row
            for row in self._rows["attendance"]
            if ("present" if row["deputy_name"] else row["presence"]) == presence
        ]
        members = self._paper["members"]

        def rank(row: dict[str, Any]) -> tuple[int, int, str]:
            member = members[row["member_id"]]
            return RANK[member["role"]], member["position"], member["lo"]

        return sorted(rows, key=rank)

    def _attendance(self) -> list[Flowable]:
        flowables: list[Flowable] = [self.word("attendance", "heading")]
        for presence in ("present", "excused", "absent"):
            rows = self._there(presence)
            if not rows:
                continue
            flowables.append(self.text(f"{WORDS[presence][self.first]} ({len(rows)})", "bold"))
            for place, row in enumerate(rows, start=1):
                name = self._member(row["member_id"])
                if row["deputy_name"]:
                    name = self._say("in_place", deputy=row["deputy_name"], name=name)
                flowables.append(self.text(f"{place}. {name}"))
        return flowables if len(flowables) > 1 else []

    def _agenda(self) -> list[Flowable]:
        points = [row for row in self._rows["agenda"] if row["withdrawn_at"] is None]
        if not points:
            return []
        flowables: list[Flowable] = [self.word("agenda", "heading")]
        for place, row in enumerate(points, start=1):
            flowables.append(self.text(f"{place}. {self._both(row, 'title')}", "bold"))
            flowables += self._paragraphs(self._both(row, "discussion"))
        return flowables

    def _resolutions(self) -> list[Flowable]:
        rows = self._rows["resolutions"]
        flowables: list[Flowable] = [self.word("resolutions", "heading")]
        if not rows:
            return [*flowables, self.word("none")]
        for row in rows:
            flowables += [KeepTogether([self._resolution(row)]), Spacer(0, 3 * mm)]
        return flowables

    def _resolution(self, row: dict[str, Any]) -> Table:
        """One resolution in the workshop's form: proposal, amended text, decision."""
        head = f"{WORDS['number'][self.first]} {self._label(row)}: {self._both(row, 'title')}"
        facts: list[tuple[str, str]] = [("proposer", row["proposer_name"])]
        for name in ("corrects", "deferred_from"):
            if row[f"{name}_id"]:
                facts.append((name, self._paper["corrects"].get(row[f"{name}_id"], "")))
        facts.append(("proposal", self._both(row, "text")))
        if row["state"] == lifecycle.AMENDED:
            facts.append(("amendment", self._both(row, "amended")))
        facts.append(("decision", self._decision(row)))
        if row["reason"]:
            facts.append(("reason", row["reason"]))
        cells: list[list[Any]] = [[self.text(head, "bold"), ""]]
        for key, value in facts:
            weight = "bold" if key == "decision" else "body"
            cells.append([self.word(key, "small"), self._cell(value, weight)])
        if row["goes_down"] and row["acknowledge_by"] and row["state"] in lifecycle.IN_FORCE:
            day = self._day(date.fromisoformat(row["acknowledge_by"]))
            cells.append(["", self.text(self._say("goes_down", day=day))])
        style = pdf.table_style(SIZE, header_rows=1)
        style.add("BOX", (0, 0), (-1, -1), 0.6, pdf.LINE)
        style.add("SPAN", (0, 0), (1, 0))
        return Table(
            cells, colWidths=[WIDTH * 0.24, WIDTH * 0.76], style=style, repeatRows=1, splitInRow=1
        )

    def _cell(self, text: str, style: str) -> list[Paragraph]:
        return [self.text(line, style) for line in text.split("\n") if line.strip()]

    def _label(self, row: dict[str, Any]) -> str:
        return f"{row['number']}/{row['year']}-{self._paper['unit']['code']}"

    def _decision(self, row: dict[str, Any]) -> str:
        decided = WORDS[row["state"]][self.first]
        way = self._say(row["way"], **row) if row["way"] else ""
        return ", ".join(part for part in (decided, way) if part)

    def _signs(self) -> list[Flowable]:
        signers = self._paper.get("signers", {})
        half = WIDTH / 2

        def who(key: str, part: str, otherwise: str = "") -> Paragraph:
            return self.text(signers.get(key, {}).get(part) or otherwise, "centred")

        flowables: list[Flowable] = [
            Table(
                [
                    [self.word("sign_secretary", "centred"), self.word("sign_chair", "centred")],
                    [Spacer(0, 20 * mm), ""],
                    [who("secretary", "name", NOBODY), who("chair", "name", NOBODY)],
                    [who("secretary", "post"), who("chair", "post")],
                ],
                colWidths=[half, half],
                style=PLAIN,
            )
        ]
        if self.is_signed:
            at = _local(self._meeting["signed_at"])
            flowables += [
                Spacer(0, 4 * mm),
                self.word("signed", "small", at=f"{self._day(at.date())}, {at:%H:%M}"),
                self.text(f"SHA-256 {self._seal}", "small"),
            ]
        return flowables


def _local(text: str) -> datetime:
    return clock.local(datetime.fromisoformat(text))
