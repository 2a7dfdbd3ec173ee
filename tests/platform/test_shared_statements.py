"""No alias of a table is shared among threads.

SQLAlchemy makes the columns of an alias when they are first asked for. Two requests that ask at
the same moment right after the server has started can leave it, for good, with a column of the
table itself in the place of the alias's (its issue 12302): a sum over refunds then was a sum over
sales, and no receipt could be written any more by that process. An alias of a function's own is
seen by one thread alone.
"""

import importlib
import pkgutil

from sqlalchemy.orm.util import AliasedClass
from sqlalchemy.sql.selectable import AliasedReturnsRows

import odsc_counter


def test_no_module_holds_an_alias() -> None:
    found = []
    for module in pkgutil.walk_packages(odsc_counter.__path__, "odsc_counter."):
        for name, value in vars(importlib.import_module(module.name)).items():
            # A class would say of itself whatever it is asked.
            if issubclass(type(value), AliasedClass | AliasedReturnsRows):
                found.append(f"{module.name}.{name}")
    assert found == []
