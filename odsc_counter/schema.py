"""The tables of all rooms in one place: what migrations and the checks on them look at."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from odsc_counter.accounts import models as accounts
from odsc_counter.accounts import notice_models
from odsc_counter.actions import models as actions
from odsc_counter.applications import escalation_models, pre_models, scan_models
from odsc_counter.applications import models as applications
from odsc_counter.catalogue import fee_models, proposal_models, register_models
from odsc_counter.catalogue import models as catalogue
from odsc_counter.committees import digest_models
from odsc_counter.committees import models as committees
from odsc_counter.coordination import models as coordination
from odsc_counter.flags import models as flags
from odsc_counter.ledger import models as ledger
from odsc_counter.messages import models as messages
from odsc_counter.monitoring import group_models, load_models, offer_models, open_models
from odsc_counter.monitoring import models as monitoring
from odsc_counter.people import models as people
from odsc_counter.places import models as places
from odsc_counter.platform import events, idempotency, numbering, tenancy
from odsc_counter.platform.columns import Base
from odsc_counter.receipts import key_models
from odsc_counter.receipts import models as receipts
from odsc_counter.reconciliation import models as reconciliation
from odsc_counter.reports import models as reports
from odsc_counter.returns import models as returns
from odsc_counter.tickets import hall_models
from odsc_counter.tickets import models as tickets
from odsc_counter.tills import models as tills
from odsc_counter.traits import models as traits
from odsc_counter.transmittals import models as transmittals
from odsc_counter.treasury import models as treasury

ROOMS = (
    accounts,
    actions,
    applications,
    catalogue,
    committees,
    coordination,
    digest_models,
    escalation_models,
    events,
    hall_models,
    idempotency,
    ledger,
    load_models,
    fee_models,
    flags,
    group_models,
    key_models,
    messages,
    monitoring,
    notice_models,
    numbering,
    people,
    offer_models,
    open_models,
    places,
    pre_models,
    proposal_models,
    receipts,
    reconciliation,
    reports,
    returns,
    scan_models,
    register_models,
    tenancy,
    tickets,
    tills,
    traits,
    transmittals,
    treasury,
)
metadata = Base.metadata

PACKAGE = Path(__file__).parent


def shipped(folder: str) -> Path:
    """A folder that lies beside the package in a checkout and inside it in a wheel."""
    inside = PACKAGE / folder
    return inside if inside.is_dir() else PACKAGE.parent / folder


def migration_config(engine: Engine) -> Config:
    """Alembic's settings for a database."""
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    config.attributes["engine"] = engine
    return config


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring a database to a revision of the schema; the newest unless told."""
    command.upgrade(migration_config(engine), revision)
