"""ZIP, state, county and code lookups: how lenders write them, and what cannot be told."""

from datetime import date

import polars as pl
import pytest

from loans.domain.lookups import with_lookups
from loans.domain.lookups.codes import read_codes
from loans.domain.lookups.places import find_county, name_key

AS_OF = date(2026, 11, 21)


def place(name: str, **cells: str | None) -> object:
    columns = ("property_zip", "property_state", "property_county")
    frame = pl.DataFrame({column: [cells.get(column)] for column in columns}, schema=dict.fromkeys(columns, pl.String))
    return with_lookups(frame.with_row_index("row_no"), needed={name}, as_of=AS_OF)[name].item()


@pytest.mark.parametrize(
    ("text", "state", "agrees"),
    [
        ("60600", "IL", True),
        ("60614-1234", "IL", True),
        (" 606 ", "il", True),
        ("60600", "CA", False),
        ("06390", "NY", True),
        ("06390", "CT", True),
        ("83414", "WY", True),
        ("2138", "MA", True),
        ("907", "PR", True),
        ("00000", "IL", None),
        ("abcde", "IL", None),
        ("6061", None, None),
        (None, "IL", None),
        ("60600", "XX", None),
    ],
)
def test_zip_and_state(text: str | None, state: str | None, agrees: bool | None) -> None:
    assert place("zip_state_ok", property_zip=text, property_state=state) is agrees


def test_a_prefix_nobody_uses() -> None:
    assert place("zip3_known", property_zip="00000") is False
    assert place("zip3_known", property_zip="60600") is True
    assert place("zip3_known") is None
    assert place("zip3_states", property_zip="06390") == "CT;NY"


@pytest.mark.parametrize(
    ("state", "text", "code"),
    [
        ("CA", "Los Angeles", "06037"),
        ("CA", "LOS ANGELES COUNTY", "06037"),
        ("CA", "06037", "06037"),
        ("CA", "6037", "06037"),
        ("CA", "6037.0", "06037"),
        ("CA", "037", "06037"),
        ("CA", "37", "06037"),
        ("LA", "St. James Parish", "22093"),
        ("LA", "Saint James", "22093"),
        ("NM", "Doña Ana", "35013"),
        ("VA", "Alexandria", "51510"),
        ("VA", "Fairfax", "51059"),
        ("VA", "Fairfax City", "51600"),
        ("MD", "Baltimore City", "24510"),
        ("MO", "St. Louis", "29189"),
        ("AK", "Juneau", "02110"),
        ("DC", "District of Columbia", "11001"),
    ],
)
def test_county_as_lenders_write_it(state: str, text: str, code: str) -> None:
    assert find_county(state, text) == (code, True, True)


@pytest.mark.parametrize(
    ("state", "text", "found"),
    [
        ("CA", "Cook", (None, False, None)),
        ("CA", "17031", ("17031", True, False)),
        ("CA", "06999", (None, False, None)),
        (None, "17031", ("17031", True, None)),
        (None, "Cook", (None, None, None)),
        (None, "31", (None, None, None)),
        ("CA", "  ", (None, None, None)),
        ("CA", None, (None, None, None)),
    ],
)
def test_county_that_is_not_there(state: str | None, text: str | None, found: tuple[object, ...]) -> None:
    assert find_county(state, text) == found


def test_county_columns_of_a_tape() -> None:
    assert place("county_fips", property_state="ca", property_county="Los Angeles") == "06037"
    assert place("county_state_ok", property_state="IL", property_county="06037") is False
    assert place("county_known", property_state="IL") is None


def test_names_lose_accents_marks_and_long_saints() -> None:
    assert name_key("Saint Clair County") == name_key("ST. CLAIR COUNTY") == "STCLAIRCOUNTY"


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("003;127", (2, True, None)),
        ("3; 127 ", (2, True, None)),
        ("003;999;998", (3, False, "999;998")),
        ("", (0, True, None)),
        (None, (None, None, None)),
    ],
)
def test_feature_codes(cell: str | None, read: tuple[object, ...]) -> None:
    assert read_codes(cell) == read
