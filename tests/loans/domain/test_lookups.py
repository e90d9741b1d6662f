"""Lookups: the published numbers at their boundaries, and the same answers as a slow search through the tables."""

from datetime import date
from functools import cache
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.domain import reference
from loans.domain.fields import FIELD
from loans.domain.lookups import LOOKUPS, Terms, with_lookups

AS_OF = date(2026, 11, 21)
FANNIE, FREDDIE = Terms("fannie_mae", "DU"), Terms("freddie_mac", "LPA")
LOAN: dict[str, Any] = {
    "note_date": date(2026, 4, 1),
    "units": 1,
    "property_state": "IL",
    "property_county": "Cook",
    "note_amount": 400_000.0,
    "occupancy": "PrimaryResidence",
    "loan_purpose": "Purchase",
    "amortization_type": "Fixed",
    "ltv": 80.0,
    "maturity_term_months": 360,
    "affordable_indicator": False,
    "lien_position": "FirstLien",
}


def frame_of(*loans: dict[str, Any]) -> pl.DataFrame:
    names = list(dict.fromkeys(name for loan in loans for name in loan))
    schema = {name: FIELD[name].dtype for name in names}
    rows = pl.DataFrame([{name: loan.get(name) for name in names} for loan in loans], schema=schema)
    return rows.with_row_index("row_no", offset=1)


def looked_up(name: str, terms: Terms = FANNIE, as_of: date = AS_OF, **change: Any) -> Any:
    return with_lookups(frame_of(LOAN | change), needed={name}, as_of=as_of, terms=terms)[name].item()


def test_rows_and_columns_stay_as_they_are() -> None:
    frame = frame_of(LOAN, LOAN | {"units": 2}).with_columns(mine=pl.lit("x"))
    found = with_lookups(frame, needed={"limit_applied", "no_lookup"}, as_of=AS_OF)
    assert found.drop("limit_applied").equals(frame)
    assert found["limit_applied"].to_list() == [832_750.0, 1_066_250.0]


def test_nothing_needed_changes_nothing() -> None:
    frame = frame_of(LOAN)
    assert with_lookups(frame, needed=set(), as_of=AS_OF) is frame


@pytest.mark.parametrize("frame", [pl.DataFrame({"row_no": [1, 2]}), pl.DataFrame(schema={"row_no": pl.Int64})])
def test_a_tape_without_columns_leaves_every_lookup_blank_and_typed(frame: pl.DataFrame) -> None:
    found = with_lookups(frame, needed=LOOKUPS.keys(), as_of=AS_OF)
    assert found.height == frame.height
    assert found.drop("row_no").null_count().sum_horizontal().item() == frame.height * len(LOOKUPS)
    assert dict(found.drop("row_no").schema) == {name: lookup.dtype for name, lookup in LOOKUPS.items()}


def test_each_lookup_says_what_it_reads() -> None:
    for lookup in LOOKUPS.values():
        assert lookup.label
        assert lookup.arithmetic
        assert lookup.source
        assert all(name in FIELD or name in LOOKUPS for name in lookup.inputs)


@pytest.mark.parametrize(
    ("change", "limit"),
    [
        ({}, 832_750),
        ({"units": 4}, 1_601_750),
        ({"property_state": "CA", "property_county": "Los Angeles"}, 1_249_125),
        ({"property_state": "CA", "property_county": "06037"}, 1_249_125),
        ({"property_state": "HI", "property_county": "Maui", "units": 2}, 1_663_600),
        ({"property_state": "AK", "property_county": None}, 1_299_500),
        ({"property_county": None}, 1_249_125),
        ({"property_county": "No Such Place"}, 1_249_125),
        ({"note_date": date(2025, 4, 1)}, 806_500),
        ({"note_date": None, "first_payment_date": date(2025, 2, 1)}, 806_500),
        ({"note_date": None, "first_payment_date": date(2025, 1, 1)}, 766_550),
        ({"note_date": date(2017, 6, 1)}, 636_150),
        ({"note_date": date(2007, 6, 30)}, 417_000),
        ({"note_date": date(2007, 7, 1)}, 729_750),
        ({"note_date": date(2011, 9, 30)}, 729_750),
        ({"note_date": date(2011, 10, 1)}, 625_500),
        ({"note_date": date(2005, 12, 31)}, None),
        ({"note_date": date(2027, 1, 1)}, None),
        ({"units": 5}, None),
        ({"units": None}, None),
        ({"property_state": None, "property_county": None}, None),
        ({"note_date": None}, None),
    ],
)
def test_limit_applied(change: dict[str, Any], limit: float | None) -> None:
    assert looked_up("limit_applied", **change) == limit


def test_a_new_loan_has_the_limit_of_the_year_it_is_sold_in() -> None:
    december = date(2025, 12, 10)
    assert looked_up("limit_year", note_date=december, as_of=date(2026, 1, 15)) == 2026
    assert looked_up("limit_year", note_date=december, as_of=date(2026, 11, 21)) == 2025
    assert looked_up("limit_year", note_date=date(2026, 12, 10), as_of=date(2027, 1, 15)) == 2026


@pytest.mark.parametrize(
    ("amount", "county", "expected"),
    [
        (832_750.00, "Cook", "conforming"),
        (832_750.01, "Cook", "above"),
        (832_750.01, None, "high_balance"),
        (1_249_125.00, None, "high_balance"),
        (1_249_125.01, None, "above"),
        (None, "Cook", None),
    ],
)
def test_loan_class(amount: float | None, county: str | None, expected: str | None) -> None:
    assert looked_up("loan_class", note_amount=amount, property_county=county) == expected


@pytest.mark.parametrize(
    ("ltv", "term", "standard", "minimum"),
    [
        (80.00, 360, 0, 0), (80.001, 360, 0, 0), (80.01, 360, 12, 6), (85.00, 360, 12, 6), (85.01, 360, 25, 12),
        (90.00, 360, 25, 12), (90.01, 360, 30, 16), (95.00, 360, 30, 16), (95.01, 360, 35, 18), (97.00, 360, 35, 18),
        (97.01, 360, None, None), (80.01, 240, 6, 6), (90.01, 240, 25, 16), (95.01, 241, 35, 18),
        (None, 360, None, None),
    ],
)  # fmt: skip
def test_insurance_by_band(ltv: float | None, term: int, standard: float | None, minimum: float | None) -> None:
    for terms in (FANNIE, FREDDIE):
        assert looked_up("mi_required_pct", terms, ltv=ltv, maturity_term_months=term) == standard
        assert looked_up("mi_minimum_pct", terms, ltv=ltv, maturity_term_months=term) == minimum


def test_without_a_program_only_what_all_programs_share_is_known() -> None:
    assert looked_up("mi_required_pct", ltv=85.01, affordable_indicator=None) == 25
    assert looked_up("mi_required_pct", ltv=90.01, affordable_indicator=None) is None
    assert looked_up("mi_minimum_pct", ltv=90.01, affordable_indicator=None) == 16


@pytest.mark.parametrize(
    ("amount", "spread"),
    [(137_958.0, 2.25), (137_957.99, 3.5), (82_775.0, 3.5), (82_774.99, 6.5), (0.0, 6.5), (None, None)],
)
def test_qm_spread(amount: float | None, spread: float | None) -> None:
    assert looked_up("qm_max_spread", note_amount=amount) == spread


def test_qm_spread_of_other_homes_liens_and_years() -> None:
    assert looked_up("qm_max_spread", note_amount=137_957.99, construction_method="Manufactured") == 6.5
    assert looked_up("qm_max_spread", note_amount=82_775.0, lien_position="SecondLien") == 3.5
    assert looked_up("qm_max_spread", note_date=date(2020, 12, 31)) is None


MATRIX_FIELDS = st.fixed_dictionaries(
    {
        "aus_type": st.sampled_from(["DesktopUnderwriter", "LoanProductAdvisor", "Manual", "Other", None]),
        "application_date": st.dates(date(2013, 1, 1), date(2026, 12, 31)) | st.none(),
        "occupancy": st.sampled_from(["PrimaryResidence", "SecondHome", "Investment", None]),
        "loan_purpose": st.sampled_from(["Purchase", "Refinance", None]),
        "refinance_cash_out_type": st.sampled_from(["NoCashOut", "LimitedCashOut", "CashOut", None]),
        "units": st.sampled_from([1, 2, 3, 4, 5, None]),
        "amortization_type": st.sampled_from(["Fixed", "AdjustableRate", "Step", None]),
        "note_amount": st.sampled_from([400_000.0, 900_000.0, 3_000_000.0, None]),
        "note_date": st.dates(date(2013, 1, 1), date(2026, 12, 31)),
        "affordable_indicator": st.sampled_from([True, False, None]),
        "property_type": st.sampled_from(["SingleFamilyDetached", "ManufacturedHome", None]),
        "refinance_program": st.sampled_from([None, None, "HighLTVRefi", "TexasEquity"]),
    }
)
METHOD = {"DesktopUnderwriter": "DU", "LoanProductAdvisor": "LPA", "Manual": "Manual", "Other": "other", None: "LPA"}


@cache
def rows_of(table: str) -> list[dict[str, Any]]:
    return reference.frame(table).rows(named=True)


def slow_max_ltv(loan: dict[str, Any], loan_class: str | None) -> float | None:
    """The same question asked row by row."""
    purpose = loan["loan_purpose"]
    if purpose == "Refinance":
        purpose = {"LimitedCashOut": "NoCashOut"}.get(loan["refinance_cash_out_type"], loan["refinance_cash_out_type"])
    if loan["refinance_program"] == "HighLTVRefi":
        return None
    day = loan["application_date"] or loan["note_date"]
    asked = {
        "investor": "freddie_mac",
        "underwriting": METHOD[loan["aus_type"]],
        "occupancy": loan["occupancy"],
        "purpose": purpose,
        "units": loan["units"],
        "amortization": loan["amortization_type"],
    }

    def best(program: str) -> float | None:
        fitting = [
            row["max_ltv"]
            for row in rows_of("eligibility_matrix")
            if all(row[name] == value for name, value in asked.items())
            and row["program"] == program
            and row["loan_class"] in ("any", loan_class)
            and loan_class in ("conforming", "high_balance")
            and row["effective_from"] <= day <= (row["effective_to"] or date.max)
        ]
        return max(fitting, default=None)

    if loan["property_type"] == "ManufacturedHome":
        return best("manufactured_home")
    own = best("affordable") if loan["affordable_indicator"] else None
    return best("standard") if own is None else own


@given(st.lists(MATRIX_FIELDS, min_size=1, max_size=12))
def test_matrix_equals_a_slow_search(loans: list[dict[str, Any]]) -> None:
    frame = frame_of(*(loan | {"property_state": "IL"} for loan in loans))
    needed = {"matrix_max_ltv", "matrix_row_found", "loan_class"}
    found = with_lookups(frame, needed=needed, as_of=AS_OF, terms=FREDDIE)
    expected = [slow_max_ltv(loan, name) for loan, name in zip(loans, found["loan_class"], strict=True)]
    assert found["matrix_max_ltv"].to_list() == expected
    assert [row is True for row in found["matrix_row_found"]] == [limit is not None for limit in expected]


LIMIT_FIELDS = st.fixed_dictionaries(
    {
        "note_date": st.dates(date(2004, 1, 1), date(2027, 12, 31)) | st.none(),
        "units": st.integers(0, 5) | st.none(),
        "property_state": st.sampled_from(["CA", "IL", "HI", "CT", "XX", None]),
        "property_county": st.sampled_from(["06037", "17031", "15009", "09001", "09190", "99999", None]),
    }
)


def slow_limit(loan: dict[str, Any]) -> float | None:
    """The limit of a loan found row by row; the check is long after all closings."""
    day, units, state, county = loan["note_date"], loan["units"], loan["property_state"], loan["property_county"]
    if day is None or state not in {row["state"] for row in rows_of("states")}:
        return None
    rows = rows_of("loan_limits_national")
    row = next((r for r in rows if r["effective_from"] <= day <= r["effective_to"] and r["units"] == units), None)
    if row is None:
        return None
    listed = rows_of("loan_limits_high_cost_counties")
    high = next((r for r in listed if r["year"] == day.year and r["county_fips"] == county), None)
    if high:
        return float(high[f"limit_{units}_unit"])
    baseline, ceiling = ("island_baseline", "island_ceiling") if state == "HI" else ("baseline", "high_cost_ceiling")
    known = county in {row["county_fips"] for row in rows_of("counties")} and 2018 <= day.year <= 2026
    span = {"09190": day.year >= 2026, "09001": day.year <= 2025}.get(county, True)
    return float(row[baseline] if known and span else row[ceiling])


@given(st.lists(LIMIT_FIELDS, min_size=1, max_size=12))
def test_limit_equals_a_slow_search(loans: list[dict[str, Any]]) -> None:
    found = with_lookups(frame_of(*loans), needed={"limit_applied"}, as_of=date(2030, 1, 1))
    assert found["limit_applied"].to_list() == [slow_limit(loan) for loan in loans]
