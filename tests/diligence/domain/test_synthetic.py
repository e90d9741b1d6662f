"""Synthetic tapes: the same for a seed, like real ones, made of identifiers that hold and belong to nobody."""

from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from diligence.domain.rulebook import shipped_rulebook
from diligence.domain.synthetic import CATALOGUE, SETS, Batch, Plan, batches, headers
from diligence.domain.synthetic.columns import text_of
from diligence.domain.synthetic.defect import defect
from diligence.domain.synthetic.money import balance_after, level_payment
from diligence.domain.synthetic.spoiling import ANSWERS, spoil
from diligence.domain.synthetic.tape import BATCH_LOANS
from loans.domain.facts import with_facts
from loans.domain.fields import FIELD, normalize

AS_OF = date(2026, 9, 15)


def one_batch(**changes: object) -> Batch:
    plan = Plan(**{"loans": 3000, "seed": 11, "as_of": AS_OF, "columns": "full"} | changes)  # type: ignore[arg-type]
    return next(batches(plan))


@pytest.fixture(scope="module")
def loans() -> pl.DataFrame:
    return one_batch().clean


class TestSameSeed:
    def test_gives_the_same_cells_and_answers(self) -> None:
        first, again = one_batch(defects=0.2), one_batch(defects=0.2)
        assert first.cells.equals(again.cells)
        assert first.answers.equals(again.answers)

    def test_another_seed_gives_other_loans(self) -> None:
        assert not one_batch().cells["note_amount"].equals(one_batch(seed=12).cells["note_amount"])

    def test_a_batch_does_not_depend_on_how_many_follow(self) -> None:
        longer = next(batches(Plan(BATCH_LOANS + 10, 5, AS_OF, columns="lean")))
        alone = next(batches(Plan(BATCH_LOANS, 5, AS_OF, columns="lean")))
        assert longer.cells.equals(alone.cells)

    def test_the_last_batch_holds_the_rest(self) -> None:
        heights = [batch.cells.height for batch in batches(Plan(BATCH_LOANS + 7, 5, AS_OF, columns="lean"))]
        assert heights == [BATCH_LOANS, 7]


class TestLikeReal:
    def test_eighty_percent_is_the_most_common_ltv(self, loans: pl.DataFrame) -> None:
        assert loans["ltv"].value_counts(sort=True)["ltv"][0] == 80

    def test_most_homes_are_lived_in_and_most_loans_buy(self, loans: pl.DataFrame) -> None:
        assert 0.8 < (loans["occupancy"] == "PrimaryResidence").mean() < 0.95
        assert 0.55 < (loans["loan_purpose"] == "Purchase").mean() < 0.75

    def test_insurance_begins_above_eighty_percent(self, loans: pl.DataFrame) -> None:
        assert loans.filter((pl.col("ltv") > 80) != (pl.col("mi_coverage_pct") > 0)).is_empty()

    def test_days_are_in_their_order(self, loans: pl.DataFrame) -> None:
        order = ("application", "rate_lock", "note", "disbursement", "first_payment", "maturity")
        days = [f"{name}_date" for name in order]
        for earlier, later in pairwise(days):
            assert loans.filter(pl.col(earlier) > pl.col(later)).is_empty(), (earlier, later)

    def test_nobody_signed_after_the_cut_off(self, loans: pl.DataFrame) -> None:
        latest = loans["disbursement_date"].max()
        assert isinstance(latest, date)
        assert latest <= AS_OF

    def test_states_of_every_size_occur(self, loans: pl.DataFrame) -> None:
        assert loans["property_state"].n_unique() > 40
        assert loans["property_state"].value_counts(sort=True)["property_state"][0] == "CA"


class TestIdentifiers:
    def test_are_there_once(self, loans: pl.DataFrame) -> None:
        for name in ("loan_id", "uli", "mers_min", "borrower_ssn"):
            assert loans[name].n_unique() == loans.height, name

    def test_hold_their_check_digits(self, loans: pl.DataFrame) -> None:
        facts = with_facts(loans, needed={"mers_min_valid", "uli_valid", "ssn_possible"}, as_of=AS_OF)
        assert facts["mers_min_valid"].all()
        assert facts["uli_valid"].all()
        assert facts["ssn_possible"].all()

    def test_taxpayer_numbers_come_from_areas_nobody_was_born_with(self, loans: pl.DataFrame) -> None:
        assert set(loans["borrower_ssn"].str.slice(0, 3)) == {"890"}


class TestMoney:
    def test_a_published_payment(self) -> None:
        payment = level_payment(np.array([100_000.0]), np.array([6.0]), np.array([360]))
        assert payment[0] == 599.55
        assert balance_after(np.array([100_000.0]), np.array([6.0]), payment, np.array([1]))[0] == 99_900.45


class TestColumns:
    def test_lean_has_sixty(self) -> None:
        lean = SETS["lean"]
        assert lean is not None
        assert len(lean) == 60

    def test_headers_mean_one_field_each(self) -> None:
        owners: dict[str, set[str]] = {}
        for field in FIELD.values():
            for alias in field.aliases:
                owners.setdefault(alias, set()).add(field.name)
        doubtful = [name for name, header in headers().items() if owners.get(normalize(header), {name}) != {name}]
        assert doubtful == []


class TestAnswers:
    def test_list_what_stood_there_and_what_stands_there_now(self) -> None:
        clean, spoiled = one_batch(), one_batch(defects=0.3)
        single = spoiled.answers.filter(~pl.col("field").str.contains(";"))
        assert spoiled.answers.schema == ANSWERS
        for row, field, original, defective in single.select("row", "field", "original", "defective").rows():
            assert (clean.cells[field][row - 1] or "") == original
            assert (spoiled.cells[field][row - 1] or "") == defective

    def test_everything_else_is_as_it_was(self) -> None:
        clean, spoiled = one_batch(), one_batch(defects=0.1)
        touched = set(spoiled.answers["row"])
        untouched = [row for row in range(clean.cells.height) if row + 1 not in touched]
        assert clean.cells[untouched].equals(spoiled.cells[untouched])

    def test_a_share_of_the_loans_is_spoiled(self) -> None:
        spoiled = one_batch(defects=0.1).answers["row"].n_unique()
        assert 0.07 < spoiled / 3000 < 0.13

    def test_none_without_asking(self) -> None:
        assert one_batch().answers.is_empty()

    def test_the_catalogue_names_rules_and_fields_there_are(self) -> None:
        codes = shipped_rulebook().by_code().keys()
        assert {defect.rule for defect in CATALOGUE} | {code for defect in CATALOGUE for code in defect.also} <= codes
        assert {name for defect in CATALOGUE for name in defect.fields} <= FIELD.keys()

    def test_the_catalogue_covers_most_loan_rules(self) -> None:
        assert len({defect.rule for defect in CATALOGUE}) >= 120


def test_no_defect_meets_one_that_changes_what_it_is_made_from():
    typed = pl.DataFrame(
        {"loan_id": [str(n) for n in range(60)], "note_rate": [6.25] * 60, "arm_ceiling": [11.25] * 60}
    )
    low = defect("XF-046", "arm", {"arm_ceiling": pl.col("note_rate") - 1})
    fraction = defect("DV-020", "money", {"note_rate": pl.col("note_rate") / 100})
    spoiled = spoil(np.random.default_rng(3), typed, text_of(typed), share=1.0, catalogue=(low, fraction), first_row=1)
    assert set(spoiled.answers["rule"]) == {"XF-046", "DV-020"}
    assert spoiled.answers["row"].n_unique() == spoiled.answers.height == 60
