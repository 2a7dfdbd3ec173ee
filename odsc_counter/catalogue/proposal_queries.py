"""What is looked at about proposals and versions: read-only."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from odsc_counter.catalogue.content import Difference, Names, content_of, difference, names
from odsc_counter.catalogue.models import Service, ServiceVersion
from odsc_counter.catalogue.proposal_models import ChangeProposal, ProposalComment
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.work import reading

MOST_SHOWN = 200


def proposals(states: Sequence[str] = ()) -> list[ChangeProposal]:
    """The newest proposals first, at most 200; of these states only where some are named."""
    query = select(ChangeProposal).order_by(ChangeProposal.id.desc()).limit(MOST_SHOWN)
    if states:
        query = query.where(ChangeProposal.state.in_(states))
    with reading() as session:
        return list(session.scalars(query))


@dataclass(frozen=True)
class ProposalPage:
    """A proposal with what it changes and what was said of it."""

    proposal: ChangeProposal
    difference: Difference
    names: Names
    comments: list[ProposalComment]
    is_outdated: bool
    """Another version has come since it was written."""


def proposal_page(proposal_id: int) -> ProposalPage:
    """Everything about a proposal. Raises NotFound."""
    with reading() as session:
        proposal = session.get(ChangeProposal, proposal_id)
        if proposal is None:
            raise NotFound
        comments = session.scalars(
            select(ProposalComment)
            .where(ProposalComment.proposal_id == proposal_id)
            .order_by(ProposalComment.id)
        ).all()
        base = proposal.base_version
        return ProposalPage(
            proposal=proposal,
            difference=difference(content_of(base), proposal.content),
            names=names(session),
            comments=list(comments),
            is_outdated=base.valid_to is not None and proposal.published_version_id is None,
        )


@dataclass(frozen=True)
class VersionComparison:
    """Two versions of a service and in what they differ."""

    service: Service
    versions: list[ServiceVersion]
    """All of the service, the newest first, to choose from."""
    older: ServiceVersion
    newer: ServiceVersion
    difference: Difference
    names: Names


def compare_versions(code: str, older_id: int | None, newer_id: int | None) -> VersionComparison:
    """Two versions of a service side by side: the last two unless told. Raises NotFound."""
    with reading() as session:
        versions = list(
            session.scalars(
                select(ServiceVersion)
                .join(Service, Service.id == ServiceVersion.service_id)
                .where(Service.code == code)
                .order_by(ServiceVersion.valid_from.desc())
            )
        )
        if not versions:
            raise NotFound
        by_id = {version.id: version for version in versions}
        newer = versions[0] if newer_id is None else by_id.get(newer_id)
        older = versions[min(1, len(versions) - 1)] if older_id is None else by_id.get(older_id)
        if newer is None or older is None:
            raise NotFound
        return VersionComparison(
            service=newer.service,
            versions=versions,
            older=older,
            newer=newer,
            difference=difference(content_of(older), content_of(newer)),
            names=names(session),
        )
