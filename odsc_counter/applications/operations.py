"""The verbs of an application, gathered: from the counter to the offices and back.

Each is one transaction in the centre's scope and writes its events. Locks are taken in one
order everywhere: application, then its steps, then number series.
"""

from odsc_counter.applications.handing_over import (
    Taker,
    TooEarlyToExpire,
    collect,
    expire,
    make_ready,
    withdraw,
)
from odsc_counter.applications.intake import supply_papers, take
from odsc_counter.applications.of_person import move_applications
from odsc_counter.applications.offered import NotOffered
from odsc_counter.applications.remarks import say
from odsc_counter.applications.reviewing import (
    AnotherOfficersFile,
    NotTheDecision,
    OtherMinistry,
    assign,
    pass_step,
    reject,
    return_to_office,
    send_back,
    take_up,
)

__all__ = [
    "AnotherOfficersFile",
    "NotOffered",
    "NotTheDecision",
    "OtherMinistry",
    "Taker",
    "TooEarlyToExpire",
    "assign",
    "collect",
    "expire",
    "make_ready",
    "move_applications",
    "pass_step",
    "reject",
    "return_to_office",
    "say",
    "send_back",
    "supply_papers",
    "take",
    "take_up",
    "withdraw",
]
