"""Instants as whole numbers, cut off alike on both databases."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, SQLColumnExpression
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

VIENTIANE_SECONDS = 7 * 3600
"""Vientiane is seven hours ahead of UTC all the year."""


class whole_second(GenericFunction[int]):
    """An instant as whole seconds since 1970, cut off alike on both databases."""

    type = BigInteger()
    inherit_cache = True


@compiles(whole_second, "sqlite")
def _whole_second_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"cast(strftime('%s', {compiler.process(element.clauses, **options)}) as integer)"


@compiles(whole_second, "postgresql")
def _whole_second_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    inner = compiler.process(element.clauses, **options)
    return f"cast(floor(extract(epoch from {inner})) as bigint)"


def local_hour(instant: SQLColumnExpression[Any]) -> ColumnElement[int]:
    """The hour of the day, 0 to 23, that a wall clock in Vientiane shows at an instant."""
    return (whole_second(instant) + VIENTIANE_SECONDS) % 86_400 // 3600
