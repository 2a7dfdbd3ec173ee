"""The wording of a service: what a version says, as plain data, and how two wordings differ.

`FIELDS` is the one list that copying and comparing follow: a new column of `ServiceVersion`
that a proposal may change is one line there, one of `ServicePaper` one word in `PAPER_FIELDS`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from odsc_counter.catalogue.form_fields import Field, fields_of
from odsc_counter.catalogue.models import (
    DocumentType,
    Ministry,
    ServicePaper,
    ServiceStep,
    ServiceVersion,
)

Content = Mapping[str, Any]
"""Values by the names of `FIELDS`, and `papers`: a list of mappings with `document_type_id` and
what `PAPER_FIELDS` names."""

FIELDS: dict[str, LazyString] = {
    "name_lo": _("Name in Lao"),
    "name_en": _("Name in English"),
    "ministry_id": _("Ministry"),
    "processing_days": _("Working days"),
    "description_lo": _("Description in Lao"),
    "description_en": _("Description in English"),
    "legal_basis_lo": _("Act, in Lao"),
    "legal_basis_en": _("Act, in English"),
    "applicants_lo": _("Who may apply, in Lao"),
    "applicants_en": _("Who may apply, in English"),
    "result_lo": _("What you get, in Lao"),
    "result_en": _("What you get, in English"),
    "form": _("What the service asks"),
}
STEP_FIELDS = (
    "code",
    "position",
    "stage",
    "name_en",
    "name_lo",
    "level",
    "working_days",
    "decides",
    "condition",
)
PAPER_FIELDS: tuple[str, ...] = ("kind", "is_required", "alternative", "condition")
"""What a paper of a version says beside its kind and place."""


@dataclass(frozen=True)
class FieldChange:
    """One field that reads otherwise."""

    name: str
    label: LazyString
    before: Any
    after: Any


@dataclass(frozen=True)
class Difference:
    """Field by field, and paper by paper, in what a wording differs from an older one."""

    fields: list[FieldChange]
    added: list[int]
    """Kinds of paper that are asked for anew, in their order."""
    removed: list[int]
    changed: list[int]
    """Kinds of paper that stay and whose particulars read otherwise."""
    kept: list[int]
    reordered: bool
    """The papers that stay come in another order."""

    @property
    def is_empty(self) -> bool:
        """Whether both wordings say the same."""
        return not (self.fields or self.added or self.removed or self.changed or self.reordered)


def content_of(version: ServiceVersion) -> dict[str, Any]:
    """What a version says, as data that can be kept as JSON."""
    papers = [
        {
            "document_type_id": paper.document_type_id,
            **{name: getattr(paper, name) for name in PAPER_FIELDS},
        }
        for paper in version.papers
    ]
    return {**{name: getattr(version, name) for name in FIELDS}, "papers": papers}


def with_papers(base: Content, kinds: list[int]) -> list[dict[str, Any]]:
    """Papers of these kinds: those that stay keep their particulars and order, new ones follow."""
    known = {paper["document_type_id"]: dict(paper) for paper in base["papers"]}
    stay = [paper for kind, paper in known.items() if kind in kinds]
    return stay + [{"document_type_id": kind} for kind in kinds if kind not in known]


def _question(field: Field, language: str) -> str:
    """A question with its kind and choices, so that a change of either can be read."""
    choices = ", ".join(name for _value, name in field.choices(language))
    about = [*([choices] if choices else []), *([] if field.is_required else [str(_("optional"))])]
    label = field.label(language)
    return f"{label} ({'; '.join(about)})" if about else label


def apply(version: ServiceVersion, content: Content) -> None:
    """Let a new version say what the content does. Its own papers must be none yet."""
    for name in FIELDS:
        if name in content:
            setattr(version, name, content[name])
    version.papers = [
        ServicePaper(
            document_type_id=paper["document_type_id"],
            position=position,
            **{name: paper[name] for name in PAPER_FIELDS if name in paper},
        )
        for position, paper in enumerate(content["papers"], start=1)
    ]


def copied_steps(steps: Iterable[ServiceStep]) -> list[ServiceStep]:
    """The same steps for another version."""
    return [
        ServiceStep(ministry=step.ministry, **{name: getattr(step, name) for name in STEP_FIELDS})
        for step in steps
    ]


def difference(older: Content, newer: Content) -> Difference:
    """In what the newer wording differs from the older one. Missing fields count as the same."""
    fields = [
        FieldChange(name, label, older.get(name), newer.get(name))
        for name, label in FIELDS.items()
        if name in older and name in newer and older[name] != newer[name]
    ]
    before = {paper["document_type_id"]: paper for paper in older["papers"]}
    after = {paper["document_type_id"]: paper for paper in newer["papers"]}
    kept = [kind for kind in after if kind in before]
    return Difference(
        fields=fields,
        added=[kind for kind in after if kind not in before],
        removed=[kind for kind in before if kind not in after],
        changed=[
            kind
            for kind in kept
            if any(before[kind].get(name) != after[kind].get(name) for name in PAPER_FIELDS)
        ],
        kept=kept,
        reordered=kept != [kind for kind in before if kind in after],
    )


@dataclass(frozen=True)
class Names:
    """What ministries and papers are called, so that a difference can be read."""

    ministries: dict[int, Ministry]
    papers: dict[int, DocumentType]

    def value(self, name: str, value: Any, language: str) -> str:
        """A field's value in words."""
        if name == "ministry_id" and value in self.ministries:
            return self.ministries[value].name(language)
        if name == "form":
            return "; ".join(_question(field, language) for field in fields_of(value)) or "–"
        return "–" if value in (None, "") else str(value)

    def paper(self, kind: int, language: str) -> str:
        """The name of a kind of paper."""
        found = self.papers.get(kind)
        return found.name(language) if found is not None else str(kind)


def names(session: Session) -> Names:
    """The names of all ministries and kinds of paper. Two statements."""
    return Names(
        {row.id: row for row in session.scalars(select(Ministry))},
        {row.id: row for row in session.scalars(select(DocumentType))},
    )
