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


@pytest.mark.parametrize("rate", ["6.125", "6.125%", "6 1/8", "6-1/8", " 6.125 "])
def test_rates_as_desks_write_them(tmp_path, rate):
    (row,) = read(tmp_path, "mbs", MBS + f"fannie_mae,30,{rate},2026-12,100\n")
    assert row["coupon"] == 6.125


@pytest.mark.parametrize("price", ["101-16+", "101'16+", "101:16+", "101-164", "101-16.5", "101.515625", "101.515625%"])
def test_prices_as_desks_write_them(tmp_path, price):
    (row,) = read(tmp_path, "mbs", MBS + f"fannie_mae,30,6,2026-12,{price}\n")
    assert row["price"] == 101.515625


@pytest.mark.parametrize(
    "month", ["2026-12", "Dec 2026", "Dec-26", "December 2026", "12/2026", "12/14/2026", "2026-12-14"]
)
def test_months_agencies_and_terms_as_desks_write_them(tmp_path, month):
    (row,) = read(tmp_path, "mbs", MBS + f"FNMA,30yr,6,{month},100\n")
    assert (row["agency"], row["term"], row["settlement"]) == ("fannie_mae", "30", "2026-12")


@pytest.mark.parametrize("points", ["(0.75)", "-0.75", "−0.75", "-$0.75"])
def test_charges_as_desks_write_them(tmp_path, points):
    line = ",".join(["Cascade", "Condominium", *[""] * 8, "condo", "", points])
    content = f"{','.join(KINDS['adjusters'].header)}\n{line}\n"
    (row,) = read(tmp_path, "adjusters", content)
    assert row["points"] == -0.75


def test_a_column_of_percents_in_parts_of_one_is_percent(tmp_path):
    rows = read(tmp_path, "mbs", MBS + "fannie_mae,30,0.055,2026-12,1.015\nfannie_mae,30,0.06125,2026-12,1.02\n")
    assert [(row["coupon"], row["price"]) for row in rows] == [(5.5, 101.5), (6.125, 102.0)]


def test_one_cell_in_parts_of_one_among_percents_is_asked_about(tmp_path):
    (found,) = problems(tmp_path, "mbs", MBS + "fannie_mae,30,5.5,2026-12,101\nfannie_mae,30,0.06,2026-12,102\n")
    assert (found.row, found.field, found.cure) == (3, "coupon", "Write it in percent, as 6.")


def test_cells_of_percent_format_in_a_workbook_are_percent(tmp_path):
    path = tmp_path / "grid.xlsx"
    row = {"Agency": "FNMA", "Term": 30, "Pass-Through Rate": 0.06125, "Settle Month": "Dec-26", "TBA Price": "101-16"}
    pl.DataFrame([row]).write_excel(path, column_formats={"Pass-Through Rate": "0.000%"})
    assert read_grid(KINDS["mbs"], path, name="grid.xlsx")[0]["coupon"] == 6.125


def test_empty_rows_are_skipped_and_the_same_row_twice_is_once(tmp_path):
    line = "fannie_mae,30,5.5,2026-12,101\n"
    assert len(read(tmp_path, "mbs", MBS + line + "\n,,,,\n" + line)) == 1
    assert problems(tmp_path, "mbs", MBS + line + ",,,,\nx,30,5.5,2026-12,101\n")[0].row == 4


def test_headers_in_other_words_and_without_optional_columns(tmp_path):
    (row,) = read(tmp_path, "retain", "Name,Basis,Value (%)\nOwn book,price,99.5\n")
    assert (row["value"], row["budget_upb"], row["term"]) == (99.5, None, None)
    (found,) = problems(
        tmp_path, "mbs", "agency,term,coupon,PTR,settlement,price,Price\nfannie_mae,30,6,6,2026-12,1,1\n"
    )[:1]
    assert "Price" in found.sentence


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("agency,fannie_mae\nterm,30\ncoupon,5.5\nsettlement,2026-12\nprice,101\n", "lies on its side"),
        ("rate,15 day,30 day\n6.125,101.2,101.1\n6.25,101.5,101.4\n", "one of its axes across"),
        ("agency;term;coupon;settlement;price\nfannie_mae;30;5,5;2026-12;101,5\n", "comma before its decimals"),
    ],
)
def test_tables_that_lie_wrongly_are_told_how_to_turn(tmp_path, content, words):
    assert words in problems(tmp_path, "mbs", content)[0].sentence


def test_merged_cells_are_told(tmp_path):
    (found,) = problems(tmp_path, "mbs", GOOD + ",30,6,2026-12,101\n")
    assert (found.row, found.field) == (3, "agency")
    assert "unmerge" in found.cure


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
