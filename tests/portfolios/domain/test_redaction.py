"""Nothing of a borrower is in a redacted tape, whatever columns come in."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from loans.domain.fields import FIELDS
from portfolios.domain.redaction import redacted, redaction

PRIVATE = {field.name for field in FIELDS if field.borrower_data or field.protected}
NAMES = [field.name for field in FIELDS]


@given(st.lists(st.sampled_from(NAMES), unique=True, min_size=1), st.permutations(NAMES))
def test_no_private_column_gets_through_and_the_order_is_always_the_same(some, order):
    columns = [name for name in order if name in some]
    shown = redacted(pl.DataFrame({name: ["x"] for name in columns})).columns
    assert not PRIVATE.intersection(shown)
    assert shown == [name for name in redaction().columns if name in some]


def test_places_are_cut_to_a_three_digit_area():
    loans = pl.DataFrame({"row_no": [1], "loan_id": ["L1"], "property_zip": ["97201-1234"], "property_city": ["Bend"]})
    assert redacted(loans).to_dicts() == [{"loan_id": "L1", "property_zip": "972"}]


def test_numbers_that_lead_elsewhere_are_left_out():
    assert {"uli", "mers_min", "mi_certificate", "census_tract"} <= redaction().left_out
    assert "note_amount" in redaction().columns


def test_only_the_columns_asked_for():
    loans = pl.DataFrame({"loan_id": ["L1"], "ltv": [80.0], "borrower_ssn": ["1"]})
    assert redacted(loans, ["ltv", "borrower_ssn"]).columns == ["ltv"]
