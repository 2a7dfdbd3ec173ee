"""What an edition says of a service beyond its line in the catalogue: form, papers, offices."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from odsc_counter.catalogue import conditions
from odsc_counter.catalogue.form_fields import schema_of
from odsc_counter.catalogue.models import DocumentType, Ministry
from odsc_counter.places.edition import Edition
from odsc_counter.platform.lao import lao_normalize

SAID = ("description", "legal_basis", "applicants", "result")
"""What is said to citizens, each in Lao and English."""


@dataclass(frozen=True)
class Content:
    """The words, papers and steps of one service; papers and steps as columns of their rows."""

    words: dict[str, Any]
    """Columns of the version."""
    papers: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    """With the ministry's code under `ministry`: who holds it depends on the day."""


class ContentBook:
    """The contents of all services of an edition."""

    def __init__(self, edition: Edition, documents: dict[str, DocumentType]) -> None:
        document = edition.document("service_content.json")
        self._fields: dict[str, dict[str, Any]] = document["fields"]
        self._services: dict[str, dict[str, Any]] = document["services"]
        self._documents = documents

    def content(self, code: str, paper_codes: list[str]) -> Content:
        """The content of a service that asks for these papers.

        Raises KeyError, ValueError or BrokenCondition for an edition that contradicts itself.
        """
        service = self._services.get(code, {})
        form = schema_of(self._questions(service.get("form", ())))
        words: dict[str, Any] = {"form": form}
        for what in SAID:
            said = service.get(what, {"en": "", "lo": ""})
            words[f"{what}_en"] = said["en"]
            words[f"{what}_lo"] = lao_normalize(said["lo"])
        papers = [
            self._paper(position, paper, service.get("papers", {}).get(paper, {}), form)
            for position, paper in enumerate(paper_codes, start=1)
        ]
        steps = [
            _step(position, step, form)
            for position, step in enumerate(service.get("steps", ()), start=1)
        ]
        return Content(words, papers, steps)

    def _questions(self, names: list[str]) -> Iterator[tuple[str, dict[str, Any], bool]]:
        for name in names:
            asked, _at, source = name.partition("@")
            key = asked.rstrip("!")
            definition = self._fields[key] | ({"from": source} if source else {})
            yield key, definition, asked.endswith("!")

    def _paper(
        self, position: int, code: str, about: dict[str, Any], form: dict[str, Any]
    ) -> dict[str, Any]:
        condition = about.get("when", {})
        conditions.check(condition, form)
        document = self._documents[code]
        return {
            "document_type_id": document.id,
            "position": position,
            "kind": about.get("kind", document.kind),
            "is_required": about.get("required", True),
            "alternative": about.get("alternative", ""),
            "condition": condition,
        }


def _step(position: int, about: dict[str, Any], form: dict[str, Any]) -> dict[str, Any]:
    condition = about.get("when", {})
    conditions.check(condition, form)
    return {
        "code": about["code"],
        "position": position,
        "stage": about["stage"],
        "name_en": about["en"],
        "name_lo": lao_normalize(about["lo"]),
        "ministry": about["ministry"],
        "level": about["level"],
        "working_days": about["working_days"],
        "decides": about["decides"],
        "condition": condition,
    }


def named_ministry(step: dict[str, Any], ministries: dict[str, Ministry]) -> Ministry:
    """The ministry that the edition names for a step. Raises KeyError."""
    return ministries[step["ministry"]]
