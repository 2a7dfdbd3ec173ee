"""What is read of reports: a unit's list, and one report as it was frozen or as it would be now."""

import json
import uuid
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select

from odsc_counter.places.models import Unit
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.work import reading
from odsc_counter.reports import operations
from odsc_counter.reports.content import Values, drawn_hash
from odsc_counter.reports.gathering import gathered
from odsc_counter.reports.models import PUBLISH, WITHDRAW, ReportDecision, ReportDraft
from odsc_counter.reports.periods import Period

DRAFT, PUBLISHED, WITHDRAWN = "draft", "published", "withdrawn"


@dataclass(frozen=True)
class Report:
    """A draft with what became of it."""

    draft: ReportDraft
    decision: ReportDecision | None
    newest: int | None
    """The newest published version of the same period."""

    @property
    def state(self) -> str:
        """draft, published or withdrawn."""
        if self.decision is None:
            return DRAFT
        return {PUBLISH: PUBLISHED, WITHDRAW: WITHDRAWN}[self.decision.verdict]

    @property
    def period(self) -> Period:
        """What it is of."""
        return Period(self.draft.first_month, self.draft.last_month)

    @cached_property
    def frozen(self) -> Values | None:
        """What was published."""
        if self.decision is None or self.decision.content is None:
            return None
        content: Values = json.loads(self.decision.content)
        return content

    @property
    def is_replaced(self) -> bool:
        """Whether a later version of the same period is published."""
        version = self.decision.version if self.decision else None
        return version is not None and self.newest is not None and version < self.newest


@dataclass(frozen=True)
class Shown:
    """A report with its content: what was frozen, or of a draft what it would be now."""

    report: Report
    content: Values
    seen: str
    """Of a draft, the hash of its figures, which a form to publish it carries; else empty."""
    versions: list[Report]
    """All published versions of the period, the newest first."""


def reports_of(unit: Unit, *, with_drafts: bool) -> list[Report]:
    """A unit's reports, the newest first; drafts and withdrawn ones for who works on them."""
    with reading() as session:
        found = session.execute(
            select(ReportDraft, ReportDecision)
            .outerjoin(
                ReportDecision,
                (ReportDecision.place_id == ReportDraft.place_id)
                & (ReportDecision.draft_id == ReportDraft.id),
            )
            .where(ReportDraft.place_id == unit.id)
            .order_by(ReportDraft.id.desc())
        ).all()
    newest: dict[tuple[object, object], int] = {}
    for draft, decision in found:
        if decision is not None and decision.version is not None:
            key = (draft.first_month, draft.last_month)
            newest[key] = max(newest.get(key, 0), decision.version)
    reports = [
        Report(draft, decision, newest.get((draft.first_month, draft.last_month)))
        for draft, decision in found
    ]
    return [one for one in reports if with_drafts or one.state == PUBLISHED]


def shown(unit: Unit, report_id: uuid.UUID, *, with_drafts: bool) -> Shown:
    """One report with its content. Raises NotFound, also for a draft that one may not see."""
    among = reports_of(unit, with_drafts=with_drafts)
    report = next((one for one in among if one.draft.id == report_id), None)
    if report is None:
        raise NotFound
    versions = [
        one for one in among if one.state == PUBLISHED and one.period == report.period
    ]  # fmt: skip
    if report.frozen is not None:
        return Shown(report, report.frozen, "", versions)
    values = gathered(unit, report.period)
    content = operations.preview(values, report.draft, versions[0].decision if versions else None)
    return Shown(report, content, drawn_hash(values), versions)
