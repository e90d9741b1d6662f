"""A small vocabulary, so that the engine's tests do not depend on the fields and facts that ship."""

from collections.abc import Set
from datetime import date

import polars as pl
import pytest

from diligence.domain.vocabulary import FILE_FACTS, Name, Vocabulary

_FIELDS = (
    Name("loan_id", "Loan number", pl.String()),
    Name("note_amount", "Note amount", pl.Float64(), unit="USD"),
    Name("current_upb", "Current UPB", pl.Float64(), unit="USD"),
    Name("note_rate", "Note rate", pl.Float64(), unit="percent"),
    Name("ltv", "LTV", pl.Float64(), unit="percent"),
    Name("cltv", "CLTV", pl.Float64(), unit="percent"),
    Name("value_for_ltv", "Value", pl.Float64(), unit="USD"),
    Name("credit_score", "Credit score", pl.Int64(), unit="points"),
    Name("units", "Units", pl.Int64(), unit="count"),
    Name("occupancy", "Occupancy", pl.String()),
    Name("property_state", "State", pl.String()),
    Name("note_date", "Note date", pl.Date()),
    Name("escrow_indicator", "Escrow", pl.Boolean()),
    Name("borrower_ssn", "SSN", pl.String(), masked=True),
)
_FACTS = (Name("calc_ltv", "LTV recomputed", pl.Float64(), "fact", "percent", ("note_amount", "value_for_ltv")),)


def _extend(frame: pl.DataFrame, needed: Set[str], as_of: date) -> pl.DataFrame:
    return frame.with_columns(calc_ltv=pl.col("note_amount") / pl.col("value_for_ltv") * 100)


VOCABULARY = Vocabulary({name.name: name for name in (*_FIELDS, *_FACTS, *FILE_FACTS)}, _extend)


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return VOCABULARY


RULE = """
[[rule]]
code = "{code}"
title = "A title"
severity = "fatal"
component = "data"
fields = ["ltv"]
message = "LTV is {{ltv}}."
cure = "Correct it."
waivable = "no"
source = "Definition"
source_status = "design"
"""


def rule_text(fires: str = "ltv > 95", *, code: str = "T-001", without: str = "", **changes: str) -> str:
    """One rule as TOML; `changes` are TOML values that replace or add keys, `without` leaves one out."""
    lines = [line for line in RULE.format(code=code).strip().splitlines() if line.split(" =")[0] not in changes]
    lines = [line for line in lines if line.split(" =")[0] != without]
    lines.append(f"fires = '''{fires}'''")
    return "\n".join([*lines, *(f"{key} = {value}" for key, value in changes.items())]) + "\n"
