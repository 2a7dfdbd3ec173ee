"""The way of an invented file through the offices, and who had it when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from odsc_counter.applications import lifecycle as files
from odsc_counter.applications.models import ApplicationStep, Holding
from odsc_counter.applications.steps import planned_steps
from odsc_counter.catalogue.models import ServiceVersion
from odsc_counter.demo.book import Book, Life

Actor = tuple[int | None, str]


@dataclass
class _Step:
    """One step on its way into the book."""

    row: dict[str, Any]
    life: Life


class Case:
    """One file's steps and holdings on their way into the book."""

    def __init__(
        self,
        book: Book,
        file: dict[str, Any],
        version: ServiceVersion,
        working_days: Callable[[date, date], int],
        add_working_days: Callable[[date, int], date],
        holder_on: Callable[[int, date], int],
    ) -> None:
        self._book = book
        self._file = file
        self._version = version
        self._working_days = working_days
        self._add_working_days = add_working_days
        self._holder_on = holder_on
        self._steps: list[_Step] = []
        self._held: dict[str, dict[str, Any]] = {}
        """The holdings that last, by holder or step."""

    def plan(self, at: datetime, day: date, actor: Actor) -> None:
        """The steps that its answers lead through, not begun."""
        planned = planned_steps(self._version, self._file["answers"])
        for position, values in enumerate(planned, start=1):
            row = self._book.add(
                ApplicationStep,
                id=self._book.new_id(at),
                application_id=self._file["id"],
                position=position,
                assigned_to_id=None,
                due_on=None,
                remark="",
                **{**values, "ministry_id": self._holder_on(values["ministry_id"], day)},
            )
            step = _Step(row, Life(self._book, "application_step", row["id"]))
            self._steps.append(step)
            _move(step, "plan", files.PENDING, at, day, actor)

    @property
    def stages(self) -> list[int]:
        """The numbers of its stages, in order."""
        return sorted({step.row["stage"] for step in self._steps})

    def begin(self, stage: int, at: datetime, day: date, actor: Actor) -> None:
        """The offices of a stage have the file."""
        self.let_go(at, day)
        for step in self._steps:
            if step.row["stage"] == stage:
                _move(step, "begin", files.AT_WORK, at, day, actor)
                step.row["due_on"] = self._add_working_days(day, step.row["working_days"])
                self._hold("office", at, day, step)

    def finish(
        self, stage: int, verb: str, at: datetime, day: date, actor: Actor, file: Life
    ) -> None:
        """The offices of a stage pass the file, or the last of them refuses it.

        All passes but the very last one leave the file under review, each an event of it.
        """
        at_work = [step for step in self._steps if step.row["stage"] == stage]
        for place, step in enumerate(at_work):
            is_last = place == len(at_work) - 1
            said = verb if is_last else "pass"
            _move(step, said, files.STEP_LIFECYCLE.target(said, files.AT_WORK), at, day, actor)
            step.row["due_on"] = None
            self._let_go(str(step.row["id"]), at, day)
            if not is_last or stage != self.stages[-1]:
                file.step("go_on", files.UNDER_REVIEW, at, day, actor)

    def send_back(self, stage: int, at: datetime, day: date, actor: Actor) -> None:
        """The offices of a stage wait for the citizen, who has the file now."""
        for step in self._steps:
            if step.row["stage"] == stage:
                _move(step, "wait", files.WAITING, at, day, actor)
                step.row["due_on"] = None
        self.lies_with("citizen", at, day)

    def resume(self, stage: int, at: datetime, day: date, actor: Actor) -> None:
        """The citizen has answered, and the offices of the stage go on."""
        self.let_go(at, day)
        for step in self._steps:
            if step.row["stage"] == stage:
                _move(step, "resume", files.AT_WORK, at, day, actor)
                step.row["due_on"] = self._add_working_days(day, step.row["working_days"])
                self._hold("office", at, day, step)

    def lies_with(self, holder: str, at: datetime, day: date) -> None:
        """The counter or the citizen has the file now."""
        self.let_go(at, day)
        self._hold(holder, at, day)

    def let_go(self, at: datetime, day: date) -> None:
        """Whoever had the file has it no longer."""
        for key in list(self._held):
            self._let_go(key, at, day)

    def write(self) -> None:
        """Tell the steps' rows where they stand now."""
        for step in self._steps:
            step.row.update(state=step.life.state, version=step.life.version)

    def _hold(self, holder: str, at: datetime, day: date, step: _Step | None = None) -> None:
        key = str(step.row["id"]) if step else holder
        self._held[key] = self._book.add(
            Holding,
            id=self._book.new_id(at),
            application_id=self._file["id"],
            holder=holder,
            step_id=step.row["id"] if step else None,
            ministry_id=step.row["ministry_id"] if step else None,
            began_at=at,
            began_on=day,
            ended_at=None,
            ended_on=None,
            working_days=None,
        )

    def _let_go(self, key: str, at: datetime, day: date) -> None:
        held = self._held.pop(key)
        days = self._working_days(held["began_on"], day)
        held.update(ended_at=at, ended_on=day, working_days=days)


def _move(step: _Step, verb: str, after: str, at: datetime, day: date, actor: Actor) -> None:
    step.life.step(verb, after, at, day, actor, data={"code": step.row["code"]})
