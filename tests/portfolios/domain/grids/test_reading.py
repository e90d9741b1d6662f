"""Price grids out of files: every sample that ships is read, and every error says row, field and cure."""

import csv
import io
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolios.domain.grids import KINDS, Unusable, read_grid

SAMPLES = Path(__file__).resolve().parents[4] / "portfolios" / "reference" / "grids"
MBS = "agency,term,coupon,settlement,price\n"
GOOD = MBS + "fannie_mae,30,5.5,2026-12,100-22\n"


def read(tmp_path, kind: str, content: bytes | str, name: str = "grid.csv"):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_grid(KINDS[kind], path, name=name)


def problems(tmp_path, kind: str, content: bytes | str, name: str = "grid.csv"):
    with pytest.raises(Unusable) as caught:
        read(tmp_path, kind, content, name)
    return caught.value.problems


@pytest.mark.parametrize("kind", KINDS)
def test_the_sample_of_every_kind_is_read_and_says_that_it_is_synthetic(kind):
    path = SAMPLES / f"{kind}.csv"
    rows = read_grid(KINDS[kind], path, name=path.name)
    assert rows
    assert all(set(row) == set(KINDS[kind].header) for row in rows)
    assert path.read_text().startswith("# Synthetic sample")


def test_prices_in_32nds_and_words_in_any_case(tmp_path):
    (row,) = read(tmp_path, "mbs", MBS + "Fannie Mae,30,5.500,2026-12,100-22+\n")
    assert row == {"agency": "fannie_mae", "term": "30", "coupon": 5.5, "settlement": "2026-12", "price": 100.703125}


def test_a_workbook_is_read_like_a_file_of_text(tmp_path):
    path = tmp_path / "grid.xlsx"
    row = {"agency": "fannie_mae", "term": 30, "coupon": 5.5, "settlement": "2026-12", "price": 100.6875}
    pl.DataFrame([row]).write_excel(path)
    assert read_grid(KINDS["mbs"], path, name="grid.xlsx") == read(tmp_path, "mbs", GOOD)


def test_each_error_names_row_field_and_cure(tmp_path):
    rows = "fannie_mae,30,5.5,2026-12,100\nfanny,31,16,December,soon\nfreddie_mac,15,,2026-12,-4\n"
    found = problems(tmp_path, "mbs", MBS + rows)
    assert [(each.row, each.field) for each in found] == [
        (3, "agency"), (3, "term"), (3, "coupon"), (3, "settlement"), (3, "price"), (4, "coupon"), (4, "price"),
    ]  # fmt: skip
    assert all(each.sentence.endswith(".") and each.cure.endswith(".") for each in found)
    assert str(found[0]).startswith("Row 3, agency: “fanny” is not a word of this column. Use fannie_mae")


def test_rows_are_counted_as_a_spreadsheet_does_below_a_title(tmp_path):
    assert problems(tmp_path, "mbs", "# A title\n" + MBS + "x,30,5.5,2026-12,100\n")[0].row == 3


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ("agency,term,coupon,settlement\nfannie_mae,30,5.5,2026-12\n", "price"),
        ("agency,term,coupon,settlement,price,note\nfannie_mae,30,5.5,2026-12,100,x\n", "note"),
    ],
)
def test_a_header_that_does_not_fit(tmp_path, content, field):
    found = problems(tmp_path, "mbs", content)
    assert [(each.row, each.field) for each in found] == [(0, field)]
    assert "agency, term, coupon, settlement, price" in found[0].cure


def test_the_same_coupon_twice(tmp_path):
    (found,) = problems(tmp_path, "mbs", GOOD + "fannie_mae,30,5.50,2026-12,99\n")
    assert found.row == 3
    assert "row 2" in found.sentence


def test_a_range_that_ends_before_it_begins(tmp_path):
    header = ",".join(KINDS["servicing_multiples"].header)
    (found,) = problems(tmp_path, "servicing_multiples", f"{header}\nfannie_mae,30,6.5,6.0,5,4\n")
    assert (found.row, found.field) == (2, "rate_min")


@pytest.mark.parametrize("text", ["refused", "Refused", "-1.25"])
def test_an_adjuster_may_refuse(tmp_path, text):
    header = ",".join(KINDS["adjusters"].header)
    line = ",".join(["Cascade", "Score floor", "", "639", *[""] * 8, text])
    (row,) = read(tmp_path, "adjusters", f"{header}\n{line}\n")
    assert row["points"] == ("refused" if text[0] in "rR" else -1.25)
    assert row["score_min"] is None


@pytest.mark.parametrize("text", ["refused", "nan", "inf", "1e999", "0x10", "٣"])
def test_what_is_no_price_is_not_taken(tmp_path, text):
    assert problems(tmp_path, "mbs", MBS + f"fannie_mae,30,5.5,2026-12,{text}\n")[0].field == "price"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02\x03" * 50,
        b"PK\x03\x04" + b"\x00" * 200,
        MBS.encode(),
        b"\xff\xfe\x00",
        b"<xml/>",
        b'"' * 999,
    ],
)
def test_what_is_no_grid_is_refused_with_a_sentence(tmp_path, content):
    found = problems(tmp_path, "mbs", content)
    assert found
    assert all(each.sentence for each in found)


def test_at_most_a_hundred_errors_are_told(tmp_path):
    assert len(problems(tmp_path, "mbs", MBS + "x,y,z,w,v\n" * 500)) == 100


def test_too_many_rows(tmp_path):
    content = MBS + "".join(f"fannie_mae,30,{number},2026-12,100\n" for number in range(20_001))
    assert "20,000" in problems(tmp_path, "mbs", content)[0].sentence


def test_a_cell_that_is_a_formula_is_no_value(tmp_path):
    assert problems(tmp_path, "mbs", MBS + "=cmd|x,30,5.5,2026-12,100\n")[0].field == "agency"


CELLS = st.one_of(st.text(max_size=30), st.sampled_from(["fannie_mae", "30", "5.5", "2026-12", "100", "-1", "1e400"]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=5, max_size=5), max_size=4))
def test_whatever_stands_in_the_cells_it_is_a_grid_or_a_sentence(rows):
    text = io.StringIO()
    csv.writer(text).writerows([KINDS["mbs"].header, *rows])
    with tempfile.TemporaryDirectory() as folder:
        found, wrong = outcome(Path(folder), text.getvalue().encode("utf-8", "surrogatepass"))
    assert bool(found) != bool(wrong)
    assert all(each.sentence and each.cure for each in wrong)
    assert all(1 <= row["price"] <= 200 and 0 <= row["coupon"] <= 15 for row in found)


def outcome(folder: Path, content: bytes):
    """The rows of a file of MBS prices, or what is wrong with it."""
    try:
        return read(folder, "mbs", content), ()
    except Unusable as unusable:
        return [], unusable.problems


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_they_are_no_error_of_ours(content):
    with tempfile.TemporaryDirectory() as folder:
        assert problems(Path(folder), "retain", content)
