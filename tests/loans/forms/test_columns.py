"""The form of the mapping page: nothing it was not told to change may change."""

import io
from typing import Any

import polars as pl
import pytest

from loans.domain.fields import FIELD
from loans.domain.mapping import Mapping
from loans.forms.columns import read_columns
from loans.models import TapeVersion
from loans.queries.mappings import page
from tests.diligence.services.pipeline import uploaded
from tests.factories import UserFactory
from tests.loans.services.tapes_of import csv_of

pytestmark = pytest.mark.django_db

ODD = (
    b"Loan Number,Note Amount,LTV,Note Date,Occ,Purpose,Empty\n"
    b"1,100000,0.8,01/02/21,O,P,\n2,200000,0.75,03/04/21,V,ZZ,\n3,200000,0.7,03/05/21,V,C/O Refi,\n"
)


def workbook() -> bytes:
    out = io.BytesIO()
    frame = pl.DataFrame({"Loan Number": ["1", "2"], "Note Amount": [100000.0, 2e5], "LTV": [0.8, 0.75]})
    frame.write_excel(out, column_formats={"LTV": "0.0%"})
    return out.getvalue()


def freddie() -> bytes:
    row = (
        "742|202103|N|205102|38900|0|1|P|78|31|312000|78|3.125|R|N|FRM|OR|SF|97200|"
        "F21Q10000001|C|360|2|Other|Other|||9|N|2|N|7"
    )
    return "\n".join(row.replace("0000001", f"000000{n}") for n in range(5)).encode() + b"\n"


TAPES = {
    "a lender's own": (csv_of(rows=3), "tape.csv"),
    "open dates and unknown codes": (ODD, "tape.csv"),
    "a workbook with percent cells": (workbook(), "tape.xlsx"),
    "a layout with constants and second fields": (freddie(), "tape.psv"),
}


def posted(version: TapeVersion, mapping: Mapping | None = None) -> dict[str, Any]:
    """What a browser sends of the page as it stands."""
    shown = page(version, mapping or Mapping.from_json(version.mapping or {}))
    data: dict[str, Any] = {"criteria": "", "show": "", "row": "0"}
    for row in (row for rows in shown.rows.values() for row in rows):
        data[f"field_{row.number}"] = row.field.name if row.field else ""
        if row.ambiguous:
            data[f"order_{row.number}"] = row.date_order or ""
        data |= {f"code_{row.number}_{code.raw}": code.meaning for code in row.codes}
    return data


@pytest.mark.parametrize("kind", TAPES)
def test_the_page_sent_back_unchanged_gives_the_same_mapping(kind: str) -> None:
    content, name = TAPES[kind]
    version = uploaded(UserFactory(), content, name)
    assert version.status == "mapping", version.problem

    assert read_columns(version, posted(version)).mapping == Mapping.from_json(version.mapping)


def test_columns_the_page_did_not_show_stay_as_they_are() -> None:
    version = uploaded(UserFactory(), csv_of(rows=3))

    assert read_columns(version, {}).mapping == Mapping.from_json(version.mapping)


def test_another_field_is_read_as_its_values_need_it() -> None:
    version = uploaded(UserFactory(), ODD)
    number = version.facts["columns"].index("LTV")
    mapping = read_columns(version, posted(version) | {f"field_{number}": "cltv"}).mapping

    assert mapping.columns["LTV"].field == "cltv"
    assert mapping.columns["LTV"].transform.scale == 100


def test_a_column_may_be_kept_as_an_extra() -> None:
    version = uploaded(UserFactory(), ODD)

    assert read_columns(version, {"field_2": ""}).mapping.unmapped[0] == "LTV"


@pytest.mark.parametrize("field", ["no_such_field", "'; DROP TABLE", "row_no"])
def test_a_field_that_is_not_offered_is_no_field(field: str) -> None:
    version = uploaded(UserFactory(), ODD)

    assert read_columns(version, {"field_2": field}).mapping.columns["LTV"].field is None


@pytest.mark.parametrize("key", ["field_", "field_x", "field_99999", "code_4", "confirm_-1", "order_3_3"])
def test_what_the_page_never_sends_is_passed_over(key: str) -> None:
    version = uploaded(UserFactory(), ODD)

    assert read_columns(version, posted(version) | {key: "ltv"}).mapping == Mapping.from_json(version.mapping)


def test_meanings_of_codes_and_the_order_of_dates_are_taken_and_can_be_taken_back() -> None:
    version = uploaded(UserFactory(), ODD)
    names = version.facts["columns"]
    occupancy, day = names.index("Occ"), names.index("Note Date")
    sent = posted(version) | {f"code_{occupancy}_V": "Investment", f"order_{day}": "dmy"}
    mapping = read_columns(version, sent).mapping

    assert mapping.columns["Occ"].transform.codes["V"] == "Investment"
    assert mapping.columns["Note Date"].transform.date_order == "dmy"
    assert not mapping.columns["Note Date"].transform.ambiguous
    version.mapping = mapping.to_json()
    again = posted(version)
    assert again[f"code_{occupancy}_V"] == "Investment"
    assert again[f"order_{day}"] == "dmy"
    taken_back = read_columns(version, again | {f"code_{occupancy}_V": ""}).mapping
    assert "V" not in taken_back.columns["Occ"].transform.codes


def test_guesses_must_be_confirmed_or_changed() -> None:
    version = uploaded(UserFactory(), ODD)
    eye = [n for n, match in enumerate(version.columns) if match["needs_eye"]]
    assert eye
    names = [version.columns[n]["column"] for n in eye]

    assert list(read_columns(version, posted(version)).unconfirmed) == names
    ticked = posted(version) | {f"confirm_{n}": "on" for n in eye}
    assert read_columns(version, ticked).unconfirmed == ()
    assert list(read_columns(version, ticked).confirmed) == names


def test_a_confirmation_in_the_draft_holds_while_its_group_is_not_shown() -> None:
    version = uploaded(UserFactory(), ODD)
    version.facts["draft"] = {"confirmed": [match["column"] for match in version.columns]}

    assert read_columns(version, {}).unconfirmed == ()
    assert read_columns(version, posted(version)).unconfirmed != ()


def test_every_field_can_be_chosen() -> None:
    version = uploaded(UserFactory(), ODD)
    for name in FIELD:
        assert read_columns(version, {"field_1": name}).mapping.columns["Note Amount"].field == name
