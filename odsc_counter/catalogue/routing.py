"""Which offices a case goes through, and which papers it needs: rules of the version."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from odsc_counter.catalogue.conditions import holds
from odsc_counter.catalogue.models import DocumentType, ServicePaper, ServiceStep, ServiceVersion


def steps_for(version: ServiceVersion, answers: dict[str, Any]) -> list[ServiceStep]:
    """The steps that these answers lead through, in their order; none where none are known."""
    return [step for step in version.steps if holds(step.condition, answers)]


def papers_for(version: ServiceVersion, answers: dict[str, Any]) -> list[ServicePaper]:
    """The papers that these answers ask for, in their order."""
    return [paper for paper in version.papers if holds(paper.condition, answers)]


def papers_asked(version: ServiceVersion) -> tuple[int, int]:
    """The fewest and the most papers that a citizen must bring, whatever they answer.

    Alternatives count as one paper, and what is welcome only counts not at all.
    """
    required = [paper for paper in version.papers if paper.is_required]
    always = {paper.alternative or paper for paper in required if not paper.condition}
    ever = {paper.alternative or paper for paper in required}
    return len(always), len(ever)


@dataclass
class MergedPaper:
    """A paper that one or more services of a visit ask for; it is brought once."""

    document_type: DocumentType
    made_by: ServiceVersion | None
    """The chosen service that makes it, so that it need not be brought."""
    asked_by: list[tuple[ServiceVersion, ServicePaper]] = field(default_factory=list)


def merged_checklist(versions: Iterable[ServiceVersion]) -> list[MergedPaper]:
    """What to bring for several services together, each paper once, in the order asked.

    A paper that one of the services makes is marked with it.
    """
    versions = list(versions)
    makers = {version.service.code: version for version in versions}
    merged: dict[int, MergedPaper] = {}
    for version in versions:
        for paper in version.papers:
            kind = paper.document_type
            line = merged.setdefault(kind.id, MergedPaper(kind, makers.get(kind.made_by)))
            line.asked_by.append((version, paper))
    return list(merged.values())
