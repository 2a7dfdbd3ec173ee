"""The verbs of the hall, gathered: what people do to tickets and counters.

Each is one transaction in the centre's scope. Locks are taken in one order everywhere:
counter, then ticket, then number series.
"""

from odsc_counter.tickets.calling import call_chosen, call_next, no_show, put_back, recall
from odsc_counter.tickets.closing import close_day
from odsc_counter.tickets.counters import (
    claim_counter,
    go_on_break,
    release_counter,
    return_from_break,
)
from odsc_counter.tickets.issuing import issue, serve_now
from odsc_counter.tickets.moving import (
    Destination,
    cancel,
    close,
    move,
    prioritise,
    transfer,
    walk_out,
)
from odsc_counter.tickets.serving import add_service, complete, hold, resume, start
from odsc_counter.tickets.undoing import undo

__all__ = [
    "Destination",
    "add_service",
    "call_chosen",
    "call_next",
    "cancel",
    "claim_counter",
    "close",
    "close_day",
    "complete",
    "go_on_break",
    "hold",
    "issue",
    "move",
    "no_show",
    "prioritise",
    "put_back",
    "recall",
    "release_counter",
    "resume",
    "return_from_break",
    "serve_now",
    "start",
    "transfer",
    "undo",
    "walk_out",
]
