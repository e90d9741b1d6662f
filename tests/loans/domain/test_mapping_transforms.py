"""How the values of a column are to be read: units, the order of dates, codes, and cells that do not fit."""

import pytest

from loans.domain.casting import cast
from loans.domain.mapping import Mapping
from tests.loans.domain.proposals import match_of, proposed, text_batch


@pytest.mark.parametrize(
    ("header", "values", "scale", "words"),
    [
        ("LTV", ["0.7843", "0.8", "0.6119"], 100, "0.7843 becomes 78.43%"),
        ("Rate", ["0.0405", "0.0296", "0.0625"], 100, "0.0405 becomes 4.05%"),
        ("DTI", ["0.41", "0.33", "0.5"], 100, "multiplied by 100"),
        ("Servicing Fee", ["0.0025", "0.0046"], 100, "fractions"),
        ("Servicing Fee", ["25", "37.5"], 0.01, "basis points"),
        ("Rate", ["6.5%", "3.25%"], 1, ""),
        ("LTV", ["78.43", "80", "61.19"], 1, ""),
        ("Loan Term", ["30", "15", "30"], 12, "30 becomes 360"),
        ("Loan Term", ["360", "180", "240"], 1, ""),
    ],
)
def test_units_are_recognized_by_the_size_of_the_values(header, values, scale, words) -> None:
    match = match_of(header, values)
    assert match.transform.scale == scale
    assert words in match.reason


def test_workbook_percent_cells_are_fractions_even_when_large() -> None:
    match = match_of("LTV", ["1.6", "1.7", "1.8"], percent_columns={"LTV"})
    assert match.transform.scale == 100


def test_a_guessed_unit_needs_a_look() -> None:
    assert match_of("Loan Term", ["30", "15"]).needs_eye
    assert match_of("LTV", ["0.8", "0.7", "0.75", "80", "0.6", "0.9", "95"]).needs_eye
    assert not match_of("LTV", ["0.8", "0.7"]).needs_eye


@pytest.mark.parametrize(
    ("values", "order", "ambiguous"),
    [
        (["03/31/2021", "01/02/2021"], "mdy", False),
        (["31/03/2021", "01/02/2021"], "dmy", False),
        (["03/04/2021", "01/02/2021"], "mdy", True),
        (["03/01/2021", "11/01/2021"], "mdy", False),
        (["31/03/2021", "03/31/2021", "01/20/2021"], "mdy", True),
        (["2021-03-04", "2021-01-02"], "ymd", False),
        (["20210304", "20191231"], "ymd", False),
        (["03042021", "12312019"], "mdy", False),
        (["202103", "201912"], "ym", False),
        (["032021", "122019"], "my", False),
        (["44259", "43830"], "excel", False),
        (["2018-08-19 00:00:00", "2020-09-09 00:00:00"], "ymd", False),
    ],
)
def test_the_order_of_dates_comes_from_all_values_of_the_column(values, order, ambiguous) -> None:
    transform = match_of("Note Date", values).transform
    assert (transform.date_order, transform.ambiguous) == (order, ambiguous)


def test_an_open_date_order_is_settled_by_another_column_or_asked() -> None:
    open_dates = ["03/04/2021", "01/02/2021", "05/06/2021", "07/08/2021"]
    alone = match_of("Note Date", open_dates)
    assert alone.needs_eye
    assert "No value tells day from month" in alone.reason
    assert alone.transform.ambiguous
    beside = proposed({"Note Date": open_dates, "Fund Date": ["31/03/2021", "02/02/2021", "03/03/2021", "04/04/2021"]})
    assert beside.matches[0].transform.date_order == "dmy"
    assert not beside.matches[0].needs_eye


def test_codes_are_translated_and_unknown_ones_are_named_with_their_count() -> None:
    match = match_of("Occ", ["O"] * 10 + ["N"] * 5 + ["S", "V", "V"])
    assert match.transform.codes == {"O": "PrimaryResidence", "N": "Investment", "S": "SecondHome"}
    assert match.field == "occupancy"
    assert match.word == "Likely"
    assert match.needs_eye
    assert "Code V (2 loans) is unknown." in match.reason
    assert match.valid == 16


def test_a_purpose_that_names_the_refinance_answers_both_fields() -> None:
    mapping = proposed({"Purpose": ["P", "C", "N", "P"]}).mapping()
    assert mapping.fields == ("loan_purpose", "refinance_cash_out_type")
    second = mapping.columns["Purpose"].second
    assert second
    assert second.transform.codes == {"C": "CashOut", "N": "NoCashOut"}
    assert second.transform.null_codes == ("P",)
    assert proposed({"Purpose": ["P", "R", "P"]}).matches[0].second is None


@pytest.mark.parametrize(
    ("header", "texts", "field"),
    [
        ("Note Date", ["31/02/2026"], "note_date"),
        ("Note Amount", ["2500x0"], "note_amount"),
        ("Occupancy", ["QQ"], "occupancy"),
        ("Note Date", ["soon", "later"], None),
        ("Note Amount", ["2026-01-05", "2026-02-05"], None),
    ],
)
def test_spoiled_cells_under_a_sure_header_are_kept_for_a_persons_eye(header, texts, field) -> None:
    match = match_of(header, texts)
    assert match.field == field
    assert field is None or (match.needs_eye and match.confidence < 0.5)


@pytest.mark.parametrize(
    ("header", "fraction", "percent"),
    [("Note Rate", "0.0675", "6.75"), ("LTV", "0.8", "80"), ("Front DTI", "0.31", "31")],
)
def test_a_column_half_fractions_half_percent_is_read_cell_by_cell(header, fraction, percent) -> None:
    texts = [fraction, percent] * 15
    match = match_of(header, texts)
    assert match.needs_eye
    assert "Some values are fractions, some percent" in match.reason
    typed = cast(text_batch({header: texts}), proposed({header: texts}).mapping()).typed
    assert typed[match.field].to_list() == pytest.approx([float(percent)] * 30)


@pytest.mark.parametrize(("usual", "odd", "read"), [("0.0675", "6.75", 675.0), ("6.75", "0.0675", 0.0675)])
def test_a_few_cells_in_another_unit_are_mistakes_that_stay(usual, odd, read) -> None:
    texts = [usual] * 36 + [odd] * 4
    typed = cast(text_batch({"Note Rate": texts}), proposed({"Note Rate": texts}).mapping()).typed
    assert typed["note_rate"].to_list() == pytest.approx([6.75] * 36 + [read] * 4)


def test_where_a_column_turns_to_percent_is_kept_with_its_mapping() -> None:
    mapping = proposed({"Note Rate": ["0.0675", "6.75"] * 15}).mapping()
    assert Mapping.from_json(mapping.to_json()) == mapping
    assert mapping.columns["Note Rate"].transform.scale_below == 0.25


@pytest.mark.parametrize(
    ("rates", "spreads", "scale"),
    [
        (["0.0675", "0.0725", "0.0588"], ["0.0024", "-0.0031", "0.0185"], 100),
        (["6.75", "7.25", "5.875"], ["0.0024", "-0.0031", "0.0185"], 1),
        (["0.0675", "0.0725", "0.0588"], ["0.24", "-0.31", "1.85"], 1),
    ],
)
def test_a_spread_is_written_as_the_rates_beside_it_are(rates, spreads, scale) -> None:
    matches = {match.field: match for match in proposed({"Note Rate": rates, "Rate Spread": spreads}).matches}
    assert matches["rate_spread"].transform.scale == scale
    assert ("as the rates of the tape are" in matches["rate_spread"].reason) == (scale == 100)


def test_a_saved_spread_has_the_scale_of_last_time() -> None:
    columns = {"Note Rate": ["0.0675", "0.0725", "0.0588"], "Rate Spread": ["0.0024", "-0.0031", "0.0185"]}
    again = proposed(columns, saved=proposed(columns).mapping()).matches[1]
    assert again.transform.scale == 100
    assert "another scale" not in again.reason
