"""Invented official rates, and centres whose amounts deviate by an invented decision."""

from collections.abc import Sequence
from datetime import date, timedelta

from odsc_counter.catalogue import deviations, exchange_rates, queries
from odsc_counter.catalogue.models import ILLUSTRATIVE
from odsc_counter.places.models import Centre
from odsc_counter.platform.tenancy import Actor, acting_as, centre_scope

RATE = 21_650
SOURCE = "ອັດຕາຕົວຢ່າງ ສຳລັບການສາທິດ (example rate)"
AMOUNTS = (("MOPS-04", 15_000), ("MOHA-11", 25_000))
OFFICE = Actor("ລະບົບສາທິດ", None)


def enter_rates(last: date) -> None:
    """Rates of the demonstration's last days, marked as examples; good for as long as may be."""
    with acting_as(OFFICE):
        for back in (14, 7, 1):
            exchange_rates.enter_rate(
                "USD",
                last - timedelta(days=back),
                RATE + back * 3,
                SOURCE,
                good_for_days=exchange_rates.LONGEST_GOOD_FOR,
                standing=ILLUSTRATIVE,
            )


def deviate(centres: Sequence[Centre], day: date) -> None:
    """One other amount at each of these centres, from the day on."""
    for number, (centre, (code, amount)) in enumerate(zip(centres, AMOUNTS, strict=False), start=7):
        with centre_scope(centre.id), acting_as(OFFICE):
            service = queries.service_by_code(code)
            line = queries.fee_lines_on(service.id, day)[0]
            deviations.write_down(
                centre,
                deviations.LocalAmount(
                    fee_line_id=line.id,
                    amount_kip=amount,
                    decision_number=f"{number:02}/ຈມ",
                    decision_on=day - timedelta(days=10),
                    decided_by="ຫ້ອງວ່າການປົກຄອງເມືອງ",
                    reason="ຕົວຢ່າງ: ຄ່າເດີນທາງຂອງພະນັກງານບ້ານ",
                    valid_from=day,
                ),
            )
