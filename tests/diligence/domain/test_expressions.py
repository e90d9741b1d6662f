"""What an expression of a rule may say, and that nothing it says can stop a check."""

import polars as pl
import pytest

from diligence.domain import expressions
from diligence.domain.expressions import ExpressionError

TYPES = {"ltv": pl.Float64(), "property_state": pl.String(), "note_date": pl.Date(), "is_arm": pl.Boolean()}


def check(sql: str) -> None:
    expressions.check_words(sql)
    expressions.check_types(sql, TYPES)


@pytest.mark.parametrize(
    "sql",
    [
        "ltv > 80",
        "property_state IN ('CA', 'NY') AND ltv / 0 > 1",
        "year(note_date) < 1900",
        "TRY_CAST(property_state AS INTEGER) > 1",
        "is_arm AND regexp_like(property_state, '^[A-Z]{2}$')",
    ],
)
def test_a_condition_over_one_loan_is_taken(sql):
    check(sql)


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("CAST(property_state AS INTEGER) > 1", "conversion"),
        ("regexp_like(property_state, '(')", "regex"),
        ("regexp_like(property_state, '(a{1000}){1000}')", "size limit"),
        ("(" * 1900 + "ltv > 1" + ")" * 1900, "parse"),
        ("ltv" + " + ltv" * 1000 + " > 1", "at most 4000"),
        ("ltv IN (SELECT ltv FROM loan)", "holds no query"),
        ("read_csv('/etc/passwd') IS NULL", "unknown function"),
        ("ltv + 1", "not true or false"),
        ("ltv > 1; DROP TABLE loan", "no meaning"),
    ],
)
def test_what_could_stop_a_check_or_reach_beyond_a_loan_is_refused(sql, why):
    with pytest.raises(ExpressionError, match=why):
        check(sql)
