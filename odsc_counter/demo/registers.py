"""What centres of the demonstration have suspended, a service of one centre alone, a proposal."""

import random
from datetime import date, timedelta

from sqlalchemy import select

from odsc_counter.accounts.models import User
from odsc_counter.catalogue import local, proposals, queries, register
from odsc_counter.catalogue.register_models import NO_BUDGET, NO_STAFF, SYSTEM_DOWN, UNCLEAR_FEE
from odsc_counter.places.models import Centre
from odsc_counter.platform import clock
from odsc_counter.platform.tenancy import Actor, acting_as
from odsc_counter.platform.work import reading

OFFICE = "ຫ້ອງວ່າການ"
RARE = ("MAF-02", "MEM-01", "MICT-03", "MOES-01", "MOIC-05", "MTC-01")
"""Services that few people ask for: their loss leaves the halls' figures as they are."""
WORDS = {
    UNCLEAR_FEE: ("ລໍຖ້າລັດຖະບັນຍັດສະບັບໃໝ່", "Waiting for the new ordinance"),
    NO_BUDGET: ("ບໍ່ມີງົບພິມແບບຟອມ", "No budget to print the forms"),
    NO_STAFF: ("ພະນັກງານໄປຝຶກອົບຮົມ", "The officer is away for training"),
    SYSTEM_DOWN: ("ລະບົບຂອງກະຊວງຂັດຂ້ອງ", "The ministry's system is down"),
}


def suspend_some(centre: Centre, manager: User, last: date) -> None:
    """Suspend up to three rare services and give one up, some time ago. Needs the scope."""
    rng = random.Random(centre.code)  # noqa: S311 - invented data
    codes = rng.sample(RARE, 3)
    with acting_as(Actor(manager.name_lo, manager.id)):
        for number, code in enumerate(codes):
            reason = rng.choice(tuple(WORDS))
            since = max(last - timedelta(days=rng.randrange(3, 90)), centre.opened_on)
            register.change_offer(
                "withdraw" if number == 0 else "suspend",
                queries.service_by_code(code).id,
                register.Decision(
                    since=since,
                    decided_by=OFFICE,
                    document_number=f"{rng.randrange(10, 400)}/{centre.code}",
                    reason=reason,
                    words_lo=WORDS[reason][0],
                    words_en=WORDS[reason][1],
                ),
            )


def allow_local(centre: Centre, manager: User, last: date) -> None:
    """A service that this centre alone may offer. Needs the centre's scope."""
    with acting_as(Actor(manager.name_lo, manager.id)):
        local.authorise(
            centre,
            local.LocalService(
                decision_number="045/ຈມ",
                decision_on=last - timedelta(days=20),
                decided_by="ເຈົ້າເມືອງ ຈັນທະບູລີ",
                name_lo="ໃບອະນຸຍາດໃຊ້ທາງຍ່າງຊົ່ວຄາວ",
                name_en="Temporary use of a pavement",
                ministry_code="MPWT",
                group_id=queries.groups()[-1].id,
                processing_days=2,
                document_type_ids=tuple(kind.id for kind in queries.document_types()[:2]),
                fee_kip=30_000,
                legal_basis="045/ຈມ, ມາດຕາ 4",
            ),
        )


def propose() -> None:
    """The analyst has proposed a change, which waits for review. Needs the reference scope."""
    with reading() as session:
        analyst = session.scalars(select(User).where(User.username == "moha.analyst")).one()
    today = clock.today()
    base = queries.last_version(queries.service_by_code("MOHA-01").id)
    papers = [paper.document_type_id for paper in base.papers]
    known = [kind.id for kind in queries.document_types() if kind.id not in papers]
    with acting_as(Actor(analyst.name_lo, analyst.id)):
        made = proposals.draft(
            base.service_id,
            proposals.Wording(
                name_lo=base.name_lo,
                name_en="Birth registration with certificate",
                ministry_id=base.ministry_id,
                processing_days=2,
                document_type_ids=[*papers[:-1], known[0]],
                effective_on=today + timedelta(days=30),
                reason="ສູນສ່ວນໃຫຍ່ອອກໃບຢັ້ງຢືນໄດ້ພາຍໃນສອງວັນແລ້ວ.",
                basis="ຂໍ້ຕົກລົງ 770/ພນ",
            ),
        )
        proposals.submit(made.id)
