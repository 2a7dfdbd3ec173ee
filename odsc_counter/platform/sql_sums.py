"""Conditional counts and sums, the same on both databases; nought where there is no row."""

from sqlalchemy import ColumnElement, SQLColumnExpression, case, func


def count_if(condition: SQLColumnExpression[bool]) -> ColumnElement[int]:
    """How many rows meet the condition."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def sum_if(
    condition: SQLColumnExpression[bool], amount: SQLColumnExpression[int]
) -> ColumnElement[int]:
    """The amounts of the rows that meet the condition, added up."""
    return func.coalesce(func.sum(case((condition, amount), else_=0)), 0)
