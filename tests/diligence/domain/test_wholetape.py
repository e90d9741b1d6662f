"""Cells, keys and whole-tape rules, with the rules that ship."""

import json
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from diligence.domain.batches import check_batch, combined
from diligence.domain.compiling import compile_rules
from diligence.domain.duplicates import duplicate_keys, file_facts, keys_of
from diligence.domain.filefacts import file_facts as facts_of_the_file
from diligence.domain.filefacts import signs_of
from diligence.domain.rulebook import shipped_rulebook
from diligence.domain.tapeseen import ColumnSeen, TapeSeen, seen_in
from diligence.domain.wholetape import Tape, evaluate_tape
from loans.domain.casting import cast
from loans.domain.fields import FIELD
from loans.domain.formats import Note
from loans.domain.mapping import MappedColumn, Mapping, Transform

RULES = compile_rules(shipped_rulebook(), profile="all", as_of=date(2026, 11, 21))
CODES = {number: rule.code for number, rule in RULES.rules.items()}


def text_batch(**columns: list) -> pl.DataFrame:
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return frame.with_row_index("row_no", offset=1).with_columns(pl.col("row_no").cast(pl.Int64))


def mapping(**fields: str | None) -> Mapping:
    return Mapping({column: MappedColumn(name) for column, name in fields.items()})


def about(found: pl.DataFrame, code: str) -> list[dict]:
    return [row for row in found.to_dicts() if CODES[row["rule_no"]] == code]


def checked(batch: pl.DataFrame, columns: Mapping, layout: str = "lender"):
    result = cast(batch, columns)
    return check_batch(result.typed, result.problems, RULES, header_of=columns.header_of, layout=layout)


def whole_tape(batch: pl.DataFrame, columns: Mapping, *, layout: str = "lender", notes: tuple[Note, ...] = ()):
    return evaluate_tape(seen_of(batch, columns, layout=layout, notes=notes), RULES).findings


def seen_of(batch: pl.DataFrame, columns: Mapping, *, layout: str = "lender", notes: tuple[Note, ...] = ()) -> Tape:
    seen = seen_in(batch, cast(batch, columns), columns, RULES, layout=layout)
    return Tape(seen, columns, notes, layout, "cp1252")


def test_an_unreadable_cell_is_a_finding_with_its_text_and_columns():
    batch = text_batch(**{"Loan #": ["A1", "A2"], "Amount": ["12x", "250000"]})
    (found,) = about(checked(batch, mapping(**{"Loan #": "loan_id", "Amount": "note_amount"})).findings, "DV-005")
    assert (found["row_no"], found["loan_id"], found["fields"], found["columns"]) == (1, "A1", "note_amount", "Amount")
    assert '"12x"' in found["message"]
    assert json.loads(found["values"]) == {"note_amount": "12x"}


def test_two_unreadable_cells_of_a_loan_are_told_apart():
    batch = text_batch(Amount=["abc"], LTV=["xyz"])
    result = checked(batch, mapping(Amount="note_amount", LTV="ltv"))
    assert [(row["seq"], row["fields"]) for row in about(result.findings, "DV-005")] == [(0, "note_amount"), (1, "ltv")]
    count = result.counts.filter(code="DV-005").row(0, named=True)
    assert (count["findings"], count["fired"], count["clear"]) == (2, 1, 0)


def test_a_required_cell_left_blank_is_fatal_and_an_unreadable_one_is_not_called_blank():
    batch = text_batch(Loan=["1", "2", "3"], Rate=["6.5", None, "six"])
    found = about(checked(batch, mapping(Loan="loan_id", Rate="note_rate")).findings, "DV-003")
    assert [(row["row_no"], row["fields"], row["severity"]) for row in found] == [(2, "note_rate", 1)]


def test_a_field_is_required_only_where_its_condition_holds():
    batch = text_batch(Purpose=["Purchase", "Refinance", None], Price=[None, None, None])
    found = about(checked(batch, mapping(Purpose="loan_purpose", Price="sales_price")).findings, "DV-003")
    assert [row["row_no"] for row in found if row["fields"] == "sales_price"] == [1]


def test_a_blank_in_a_published_layout_is_told_once_unless_the_layout_requires_it():
    batch = text_batch(Loan=["1", "2"], Balance=[None, "x"], Rate=[None, "6"])
    columns = mapping(Loan="loan_id", Balance="current_upb", Rate="note_rate")
    found = about(checked(batch, columns, layout="freddie_sflld").findings, "DV-003")
    assert [(row["row_no"], row["fields"], row["severity"]) for row in found] == [(1, "note_rate", 1)]
    (blank,) = about(whole_tape(batch, columns, layout="freddie_sflld"), "DV-004")
    assert (blank["fields"], blank["columns"], blank["severity"]) == ("current_upb", "Balance", 3)
    assert "on 1 loan." in blank["message"]


def test_a_delivery_of_the_lenders_own_loans_is_told_of_each_blank():
    batch = text_batch(Loan=["1", "2"], Purpose=["Refinance", "Refinance"], Kind=["CashOut", None])
    columns = mapping(Loan="loan_id", Purpose="loan_purpose", Kind="refinance_cash_out_type")
    found = about(checked(batch, columns, layout="uldd").findings, "DV-003")
    assert [(row["row_no"], row["fields"]) for row in found] == [(2, "refinance_cash_out_type")]
    assert about(whole_tape(batch, columns, layout="uldd"), "DV-004") == []


def test_a_required_field_without_a_column_is_told_once():
    batch = text_batch(Loan=["1", "2"], Purpose=["Purchase", "Refinance"])
    columns = mapping(Loan="loan_id", Purpose="loan_purpose")
    (own,) = about(whole_tape(batch, columns), "DV-072")
    assert {"note_rate", "sales_price"} < set(own["fields"].split(";"))
    assert own["fields"].split(";") == [name for name in FIELD if name in own["fields"].split(";")]
    assert own["message"].startswith("The tape has no column for ")
    assert "more." in own["message"]
    assert len(own["message"]) < 300
    assert (own["row_no"], own["severity"], own["columns"]) == (0, 3, "")
    published = whole_tape(batch, columns, layout="freddie_sflld")
    assert [row["severity"] for row in about(published, "DV-073")] == [4]
    assert about(published, "DV-072") == []


def test_the_order_in_which_parts_are_stored_changes_no_sentence():
    batch = text_batch(**{"Loan Number": ["1"] * 20, "Rate": ["6.5"] * 20, "Amount": ["5"] * 20})
    columns = mapping(**{"Loan Number": "loan_id", "Rate": "note_rate", "Amount": "note_amount"})
    tape = seen_of(batch, columns)
    turned = replace(
        tape,
        seen=replace(
            tape.seen,
            columns=dict(reversed(tape.seen.columns.items())),
            needed=dict(reversed(tape.seen.needed.items())),
        ),
    )
    messages = [evaluate_tape(seen, RULES).findings["message"].to_list() for seen in (tape, turned)]
    assert messages[0] == messages[1]
    assert any("no column for" in message for message in messages[0])


def test_of_fields_without_a_column_those_that_most_loans_need_come_first():
    batch = text_batch(Loan=["1", "2"], Purpose=["Purchase", "Refinance"])
    (own,) = about(whole_tape(batch, mapping(Loan="loan_id", Purpose="loan_purpose")), "DV-072")
    assert "Purchase price (1 loan)" not in own["message"], "eight others are needed by both loans"


def test_unused_columns_are_told_together():
    batch = text_batch(Loan=["1"], Color=["red"], Shape=["round"])
    (unused,) = about(whole_tape(batch, mapping(Loan="loan_id", Color=None, Shape=None)), "DV-010")
    assert unused["columns"] == "Color;Shape"
    assert "2 columns of the tape: Color, Shape." in unused["message"]


def test_of_very_many_unused_columns_the_first_are_named():
    many = {f"C{n}": None for n in range(10_000)}
    (unused,) = about(whole_tape(text_batch(Loan=["1"]), mapping(Loan="loan_id", **many)), "DV-010")
    assert "and 9,960 more." in unused["message"]


def test_columns_that_never_change_are_told_from_twenty_loans_on():
    columns = mapping(Loan="loan_id", Rate="note_rate", Seller="seller_id")
    for rows, expected in ((19, []), (20, ["Rate"])):
        batch = text_batch(Loan=[str(n) for n in range(rows)], Rate=["6.5"] * rows, Seller=["7"] * rows)
        assert [row["columns"] for row in about(whole_tape(batch, columns), "DV-071")] == expected


def test_lost_zeros_other_names_and_open_dates_are_told():
    codes = Transform(codes={"P": "Purchase", "Purchase": "Purchase"})
    columns = Mapping({
        "ZIP": MappedColumn("property_zip"),
        "Purpose": MappedColumn("loan_purpose", codes),
        "Closed": MappedColumn("note_date", Transform(date_order="mdy", ambiguous=True)),
    })  # fmt: skip
    batch = text_batch(ZIP=["1040", "10001"], Purpose=["P", "Purchase"], Closed=["01/02/2026", "03/04/2026"])
    found = whole_tape(batch, columns)
    (lost,), (other,), (unclear,) = about(found, "DV-070"), about(found, "DV-009"), about(found, "DV-007")
    assert (lost["columns"], lost["fields"]) == ("ZIP", "property_zip")
    assert '"P" as purchase' in other["message"]
    assert "on 1 loan:" in other["message"]
    assert "month/day/year" in unclear["message"]


def test_notes_of_the_reader_keep_their_row():
    notes = (Note("DV-015", "it has 3 cells.", 7), Note("DV-016", "Read as cp1252.", 0))
    found = whole_tape(text_batch(Loan=["1"]), mapping(Loan="loan_id"), notes=notes)
    assert [row["row_no"] for row in about(found, "DV-015")] == [7]
    assert "cp1252" in about(found, "DV-016")[0]["message"]


def test_a_tape_without_loans_is_one_finding():
    found = whole_tape(text_batch(Loan=[]), mapping(Loan="loan_id"))
    assert [CODES[row["rule_no"]] for row in found.to_dicts() if row["severity"] == 1] == ["DV-012"]


def test_two_columns_of_one_field_are_told_with_the_loans_they_differ_on():
    batch = text_batch(Rate=["6.5", "7"], Coupon=["6.5", "7.25"])
    columns = mapping(Rate="note_rate", Coupon="note_rate")
    (found,) = about(whole_tape(batch, columns), "DV-011")
    assert (found["columns"], found["fields"]) == ("Rate;Coupon", "note_rate")


def test_copies_are_counted_over_batches_and_as_people_write_numbers():
    first = pl.DataFrame({"row_no": [1, 2], "loan_id": ["a-1", "B2"]})
    second = pl.DataFrame({"row_no": [3, 4, 5], "loan_id": ["A 1", None, "--"]})
    facts = file_facts([keys_of(first), keys_of(second)])
    assert facts.rows() == [(1, 2), (2, 1), (3, 2), (4, None), (5, None)]
    assert facts.columns == ["row_no", "copies_of_loan_id"]


def ages(first_payment: date, age: int, rows: range) -> pl.DataFrame:
    columns = {"first_payment_date": [first_payment] * len(rows), "loan_age_months": [age] * len(rows)}
    return pl.DataFrame({"row_no": rows, **columns})


def test_the_whole_tape_decides_the_cut_off_of_every_batch():
    """The last batch alone has too few loans to tell, and would fall back to the day of the check."""
    batches = [ages(date(2020, 1, 1), 24, range(1, 30)), ages(date(2020, 3, 1), 22, range(30, 32))]
    facts = facts_of_the_file(map(signs_of, batches), as_of=date(2026, 11, 21))
    assert set(facts["cutoff_date"]) == {date(2022, 1, 1)}
    assert facts.height == 31


def test_a_tape_that_tells_no_cut_off_is_as_of_the_check():
    typed = pl.DataFrame({"row_no": [1], "loan_id": ["A"]})
    facts = facts_of_the_file([signs_of(typed)], as_of=date(2026, 11, 21))
    assert facts.rows(named=True) == [{"row_no": 1, "copies_of_loan_id": 1, "cutoff_date": date(2026, 11, 21)}]
    assert facts_of_the_file([], as_of=date(2026, 11, 21)).is_empty()


def test_amounts_rounded_by_a_layout_may_stand_a_little_over_the_original():
    typed = pl.DataFrame({"row_no": [1], "note_amount": [126_000.0], "current_upb": [126_400.0]})
    blank = cast(text_batch(), mapping()).problems
    for layout, expected in (("gse_mbs_loan_level", []), ("lender", [1])):
        facts = facts_of_the_file([signs_of(typed)], as_of=date(2026, 11, 21), layout=layout)
        result = check_batch(typed, blank, RULES, header_of={}, file_facts=facts, layout=layout)
        assert [row["row_no"] for row in about(result.findings, "XF-023")] == expected


def test_areas_that_lost_their_zero_are_told_once_for_the_tape():
    columns = Mapping({
        "ZIP3": MappedColumn("property_zip", Transform(zip3=True)),
        "State": MappedColumn("property_state"),
    })  # fmt: skip
    batch = text_batch(ZIP3=["870", "606", "87", "870"], State=["NJ", "IL", "NJ", "NM"])
    (lost,) = about(whole_tape(batch, columns), "DV-070")
    assert "on 1 loan," in lost["message"]
    assert about(checked(batch, columns).findings, "DV-044") == []


def test_a_repeated_loan_number_fires_on_every_copy():
    typed = pl.DataFrame({"row_no": [1, 2, 3], "loan_id": ["A", "A", "B"]})
    result = check_batch(
        typed, cast(text_batch(), mapping()).problems, RULES, header_of={}, file_facts=file_facts([keys_of(typed)])
    )
    assert [row["row_no"] for row in about(result.findings, "DV-002")] == [1, 2]


def test_keys_across_lenders_agree_only_under_the_same_secret():
    one = pl.DataFrame(
        {"row_no": [1], "loan_id": ["a-1"], "mers_min": [None]}, schema_overrides={"mers_min": pl.String}
    )
    other = pl.DataFrame({"row_no": [9], "loan_id": ["A1"]})
    first, second = duplicate_keys(one, secret=b"x"), duplicate_keys(other, secret=b"x")
    assert first["copies_of_loan_id"][0] == second["copies_of_loan_id"][0]
    assert first["copies_of_mers_min"][0] is None
    assert duplicate_keys(other, secret=b"y")["copies_of_loan_id"][0] != second["copies_of_loan_id"][0]


def test_parts_add_up_in_any_order_and_survive_json():
    columns = mapping(Loan="loan_id", Rate="note_rate", Coupon="note_rate")
    parts = [
        text_batch(Loan=["1"], Rate=["6"], Coupon=["7"]),
        text_batch(Loan=["2", "3"], Rate=["6", None], Coupon=["6", "5"]),
    ]
    seen = [seen_in(part, cast(part, columns), columns, RULES) for part in parts]
    forward, backward = seen[0].plus(seen[1]), seen[1].plus(seen[0])
    assert forward.rows == 3
    assert forward.columns["Rate"] == backward.columns["Rate"] == ColumnSeen(2, "6", "6", 0)
    assert forward.differing == {"note_rate": 1}
    assert TapeSeen.from_json(json.loads(json.dumps(forward.to_json()))) == forward
    assert TapeSeen.from_json({}) == TapeSeen()


def test_checking_in_parts_gives_what_checking_at_once_gives():
    batch = text_batch(
        Loan=[f"L{n % 7}" for n in range(30)], Rate=[None, "0.065", "abc"] * 10, LTV=["80", "180", "-1"] * 10
    )
    columns = mapping(Loan="loan_id", Rate="note_rate", LTV="ltv")
    whole = checked(batch, columns)
    parts = combined([checked(batch[:11], columns), checked(batch[11:], columns)])
    assert parts.findings.equals(whole.findings)
    assert parts.counts.equals(whole.counts.sort("rule_no"))


@pytest.mark.parametrize(
    "code", ["DV-003", "DV-005", "DV-006", "DV-008", "DV-010", "DV-012", "DV-017", "DV-018", "DV-019"]
)
def test_rules_that_the_engine_runs_are_in_the_rulebook(code):
    assert code in RULES.numbers("file")
