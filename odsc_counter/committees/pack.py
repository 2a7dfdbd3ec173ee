"""The meeting pack on A4 paper, drawn from its frozen content and nothing else.

An edition comes out the same, to the last byte, whenever it is asked for.
"""

from collections.abc import Sequence
from datetime import datetime

from reportlab.platypus import Flowable, PageBreak, Paragraph

from odsc_counter.committees import pack_words as words
from odsc_counter.committees.models import MeetingFigures
from odsc_counter.committees.pack_figures import PackFigures
from odsc_counter.committees.paper import WIDTH, Values, day
from odsc_counter.platform.lao import Language

HASH_SHOWN = 16
"""How many letters of the hash stand at the foot of each page; all of them on the first."""


def pack_pdf(frozen: MeetingFigures, language: Language = "lo") -> bytes:
    """An edition of the pack as PDF."""
    return _Pack(frozen, language).made()


class _Pack(PackFigures):
    def __init__(self, frozen: MeetingFigures, language: Language) -> None:
        super().__init__(frozen.content, language)
        self._frozen = frozen
        self._at = datetime.fromisoformat(self.content["at"])
        self._moment = f"{self._at:%d/%m/%Y %H:%M}"

    def made(self) -> bytes:
        story = [
            *self._cover(),
            PageBreak(),
            *self.key_figures(),
            *self.charts(),
            *self.present(),
            *self.of_month(),
            *self.offices(),
            *self._flags(),
            *self._actions(),
            *self._resolutions(),
        ]
        return self.written("pack", story, self._at, self._footer)

    def _footer(self, page: int) -> str:
        return self.tell(
            "footer",
            at=self._moment,
            edition=self._frozen.edition,
            hash=self._frozen.content_hash[:HASH_SHOWN],
            page=page,
        )

    def _cover(self) -> list[Flowable]:
        frozen = self._frozen
        papers = [
            [
                self.lines(paper["name"], paper["hash"]),
                Paragraph(words.size(paper["size_bytes"]), self.number_cell),
            ]
            for paper in self.content["papers"]
        ]
        return [
            *self.top("pack", self._at),
            self.facts(
                [
                    *self.what_when_where(),
                    ("figures_of", self.text(self._moment, "bold")),
                    (
                        "edition",
                        f"{frozen.edition} ({self.tell('frozen_by')}: {frozen.frozen_by_name})",
                    ),
                    ("hash", self.text(frozen.content_hash, "small")),
                ],
                WIDTH,
            ),
            *self.agenda(),
            *self.heading("papers"),
            self.table(["paper", "size"], papers, (0.84, 0.16), numbers=1)
            if papers
            else self.word("no_papers"),
        ]

    def _flags(self) -> list[Flowable]:
        flags = self.content["flags"]
        if not flags:
            return [*self.heading("flags"), self.word("no_flags")]
        rows = [
            [self.lines(self.own(flag["title"]), self.own(flag["situation"])), self._course(flag)]
            for flag in flags
        ]
        return [*self.heading("flags"), self.table(["flag", "course"], rows, (0.58, 0.42))]

    def _course(self, flag: Values) -> list[Paragraph]:
        """When it was raised, and what has been said and promised since."""
        days = [
            self.tell(key, day=day(flag[name]))
            for key, name in (
                ("raised", "raised_on"),
                ("answer_due", "answer_due_on"),
                ("snoozed", "snoozed_until"),
                ("promised", "promised_on"),
                ("subsided", "subsided_on"),
            )
            if flag[name]
        ]
        answer = [self.tell("answered", text=flag["answer"])] if flag["answer"] else []
        return self.lines(*days, *answer)

    def _actions(self) -> list[Flowable]:
        actions = self.content["actions"]
        if not actions:
            return [*self.heading("actions_overdue"), self.word("no_actions")]
        overdue = [one for one in actions if one["overdue"]]
        rest = [one for one in actions if not one["overdue"]]
        return [
            *self._tasks("actions_overdue", overdue),
            *self._tasks("actions_open", rest),
        ]

    def _tasks(self, heading: str, actions: Sequence[Values]) -> list[Flowable]:
        if not actions:
            return []
        rows = [
            [
                self.lines(one["label"]),
                self.lines(
                    self.own(one["task"]), self.tell("of_resolution", label=one["resolution"])
                ),
                self.lines(self.own(one["office"]), one["person"]),
                self.lines(
                    day(one["due_on"]),
                    words.STATES[one["state"]][self.first] if one["state"] in words.STATES else "",
                ),
            ]
            for one in actions
        ]
        return [
            *self.heading(heading),
            self.table(["number", "task", "office", "due"], rows, (0.1, 0.44, 0.28, 0.18)),
        ]

    def _resolutions(self) -> list[Flowable]:
        found = self.content["resolutions"]
        if not found:
            return [*self.heading("resolutions"), self.word("no_resolutions")]
        rows = [
            [
                self.lines(one["label"]),
                self.lines(self.own(one["title"]), one["reason"]),
                self.lines(
                    words.STATES[one["state"]][self.first],
                    day(one["decided_on"]) if one["decided_on"] else "",
                ),
                self.numbers(f"{one['tasks_done']} / {one['tasks']}"),
            ]
            for one in found
        ]
        return [
            *self.heading("resolutions"),
            self.table(
                ["number", "resolution", "state", "tasks"], rows, (0.1, 0.52, 0.24, 0.14),
                numbers=3,
            ),
        ]  # fmt: skip
