"""placeholder"""

from odsc_counter.treasury.blueprint import blueprint
