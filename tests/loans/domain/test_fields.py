"""The canonical fields and their codes."""

import polars as pl
import pytest

from loans.domain.fields import (
    COLLISIONS,
    CORE_ALTERNATIVES,
    ENUM_ALIASES,
    ERROR_TOKENS,
    FIELD,
    FIELDS,
    NULL_TOKENS,
    FieldType,
    fold,
    normalize,
)

EMPTY = pl.DataFrame(schema={field.name: field.dtype for field in FIELDS})


def test_there_are_220_fields_with_names_of_their_own() -> None:
    assert len(FIELDS) == 220
    assert len(FIELD) == 220


@pytest.mark.parametrize("field", [f for f in FIELDS if f.required_sql], ids=lambda field: field.name)
def test_conditions_are_boolean_expressions_over_canonical_fields(field) -> None:
    assert EMPTY.select(condition=pl.sql_expr(field.required_sql)).schema["condition"] == pl.Boolean


@pytest.mark.parametrize("field", [f for f in FIELDS if f.type in (FieldType.ENUM, FieldType.ENUM_LIST)])
def test_every_enumeration_lists_plain_values(field) -> None:
    assert field.enum_values
    assert not [value for value in field.enum_values if set(value) & set(" .()|;")]


def test_codes_lead_to_listed_values() -> None:
    for name, codes in ENUM_ALIASES.items():
        if name in FIELD and FIELD[name].enum_values:
            assert set(codes.values()) <= set(FIELD[name].enum_values), name


def test_a_canonical_name_is_never_an_alias_of_another_value() -> None:
    for field in FIELDS:
        for value in field.enum_values:
            assert ENUM_ALIASES[field.name][fold(value)] == value


def test_core_fields_are_few_and_known() -> None:
    core = {field.name for field in FIELDS if field.core}
    assert 18 <= len(core) <= 25
    assert {"loan_id", "note_amount", "note_rate", "credit_score"} <= core
    assert all(names <= core for names in CORE_ALTERNATIVES)


def test_race_ethnicity_and_sex_are_protected_and_required_by_no_condition() -> None:
    protected = {field.name for field in FIELDS if field.protected}
    assert protected >= {"race", "ethnicity", "sex"}
    assert all(FIELD[name].required_sql is None and FIELD[name].borrower_data for name in protected)


def test_borrower_data_covers_names_numbers_and_addresses() -> None:
    personal = {field.name for field in FIELDS if field.borrower_data}
    assert {
        "borrower_last_name",
        "borrower_ssn",
        "borrower_birth_date",
        "property_address",
        "mailing_address",
    } <= personal


def test_aliases_of_two_fields_are_known_collisions_or_told_apart_by_their_values() -> None:
    shared: dict[str, set[str]] = {}
    for field in FIELDS:
        for alias in field.aliases:
            shared.setdefault(alias, set()).add(field.name)
    doubled = {alias: names for alias, names in shared.items() if len(names) > 1 and alias not in COLLISIONS}
    assert doubled == {
        "amort": {"amortization_term_months", "amortization_type"},
        "escrow": {"escrow_indicator", "escrow_monthly_payment"},
    }


def test_an_error_cell_is_not_an_empty_cell() -> None:
    assert not ERROR_TOKENS & NULL_TOKENS


@pytest.mark.parametrize(
    ("text", "normalized"), [("LTV %", "ltvpct"), ("Loan #", "loan"), ("Cur_Prin-Bal", "curprinbal"), ("", "")]
)
def test_normalize_keeps_letters_and_digits(text: str, normalized: str) -> None:
    assert normalize(text) == normalized


@pytest.mark.parametrize(("code", "folded"), [("R/T", "rt"), ("Cash-Out", "cashout"), ("-", "-"), (" A_B ", "ab")])
def test_fold_ignores_case_and_separators(code: str, folded: str) -> None:
    assert fold(code) == folded
