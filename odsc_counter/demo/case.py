"""The way of an invented file through the offices, and who had it when."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from odsc_counter.applications import lifecycle as files
from odsc_counter.applications.models import ApplicationStep, Holding
from odsc_counter.applications.steps import THE_DECISION
from odsc_counter.catalogue.models import ServiceVersion
from odsc_counter.demo.book import Book, Life


class Case:
    """One file's steps and holdings on their way into the book."""

    def __init__(
        self,
        book: Book,
        file: dict[str, Any],
        version: ServiceVersion,
        working_days: Callable[[date, date], int],
    ) -> None:
        self._book = book
        self._file = file
        self._version = version
        self._working_days = working_days
        self._step: dict[str, Any] = {}
        self._life: Life | None = None
        self._held: dict[str, Any] | None = None

    def plan(self, at: datetime, day: date, actor: tuple[int | None, str]) -> None:
        """The step that decides, not begun."""
        self._step = self._book.add(
            ApplicationStep,
            id=self._book.new_id(at),
            application_id=self._file["id"],
            position=1,
            stage=1,
            ministry_id=self._version.ministry_id,
            level="district",
            working_days=self._version.processing_days,
            decides=True,
            assigned_to_id=None,
            due_on=None,
            remark="",
            **THE_DECISION,
        )
        self._life = Life(self._book, "application_step", self._step["id"])
        self._move("plan", files.PENDING, at, day, actor)

    def take_up(self, at: datetime, day: date, actor: tuple[int | None, str]) -> None:
        """The office confirms that it has the file."""
        self._move("begin", files.AT_WORK, at, day, actor)
        self._step["due_on"] = self._file["due_on"]
        self.lies_with("office", at, day)

    def decide(self, verb: str, at: datetime, day: date, actor: tuple[int | None, str]) -> None:
        """The office passes or refuses."""
        self._move(verb, files.STEP_LIFECYCLE.target(verb, files.AT_WORK), at, day, actor)
        self._step["due_on"] = None

    def lies_with(self, holder: str, at: datetime, day: date) -> None:
        """Somebody has the file now."""
        self.let_go(at, day)
        is_office = holder == "office"
        self._held = self._book.add(
            Holding,
            id=self._book.new_id(at),
            application_id=self._file["id"],
            holder=holder,
            step_id=self._step["id"] if is_office else None,
            ministry_id=self._step["ministry_id"] if is_office else None,
            began_at=at,
            began_on=day,
            ended_at=None,
            ended_on=None,
            working_days=None,
        )

    def let_go(self, at: datetime, day: date) -> None:
        """Whoever had the file has it no longer."""
        if self._held is not None:
            days = self._working_days(self._held["began_on"], day)
            self._held.update(ended_at=at, ended_on=day, working_days=days)
            self._held = None

    def write(self) -> None:
        """Tell the step's row where it stands now."""
        if self._life is not None:
            self._step.update(state=self._life.state, version=self._life.version)

    def _move(
        self, verb: str, after: str, at: datetime, day: date, actor: tuple[int | None, str]
    ) -> None:
        if self._life is not None:
            data = {"code": self._step["code"]}
            self._life.step(verb, after, at, day, actor, data=data)
