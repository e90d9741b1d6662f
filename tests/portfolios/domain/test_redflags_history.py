"""Red flags over months: who drives them, what people explained, histories, and the limits of a portfolio."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain import redflags as r
from portfolios.domain.redflags.limits import amount
from tests.portfolios.domain.test_redflags import FAST, GOOD

# Who drives the prepayments.


def loans(**counts: int) -> pl.DataFrame:
    """Loans of 100,000 by servicer."""
    names = [name for name, count in counts.items() for _ in range(count)]
    return pl.DataFrame({"loan_id": [f"{at}" for at in range(len(names))], "servicer": names}).with_columns(
        balance=pl.lit(100_000.0)
    )


def test_a_servicer_with_most_of_the_prepayments_is_named() -> None:
    start = loans(A=280, B=720)
    gone = [*range(61), *range(280, 319)]  # 61 of A's, 39 of B's
    end = start.filter(~pl.col("loan_id").is_in([str(at) for at in gone]))
    (flag,) = r.driver_flags(r.drivers(start, end))
    assert flag.code == "servicer_drives"
    assert flag.sentence == (
        "Servicer A holds 28% of the balance and 61% of the month's prepayments: "
        "61 loans where 28.0 would be its share."
    )


def test_few_prepayments_are_chance() -> None:
    """Two of two payoffs by one of four equal servicers: such a month comes once in four."""
    start = loans(A=100, B=100, C=100, D=100)
    assert r.driver_flags(r.drivers(start, start.filter(~pl.col("loan_id").is_in(["0", "1"])))) == []


def test_one_servicer_alone_drives_nothing() -> None:
    start = loans(A=100)
    assert r.drivers(start, start.head(50)) == []
    assert r.drivers(start.clear(), start.clear()) == []


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_the_shares_of_all_servicers_are_the_whole(first: int, second: int, data: st.DataObject) -> None:
    start = loans(A=first, B=second)
    left = data.draw(st.integers(0, first + second - 1))
    found = r.drivers(start, start.sample(left, seed=3))
    assert sum(each.prepaid for each in found) == first + second - left
    assert sum(each.prepaid_share for each in found) == pytest.approx(100)
    assert sum(each.expected for each in found) == pytest.approx(first + second - left)


# What a person explained.


def test_an_immaterial_move_is_the_same_case() -> None:
    assert r.same_case("under_path", {"shortfall": 10.0, "factor": 0.9}, {"shortfall": 10.9, "factor": 0.5})
    assert not r.same_case("under_path", {"shortfall": 10.0}, {"shortfall": 11.2})
    assert not r.same_case("under_path", {"shortfall": 10.0}, {})


def test_any_move_of_data_is_another_case() -> None:
    assert r.same_case("rose", {"before": 0.5, "factor": 0.6}, {"before": 0.5, "factor": 0.6})
    assert not r.same_case("rose", {"before": 0.5, "factor": 0.6}, {"before": 0.5, "factor": 0.60000001})


def test_a_later_month_may_be_better_and_a_little_worse() -> None:
    assert r.no_worse("few_loans", {"loans": 40.0}, {"loans": 49.0})
    assert r.no_worse("few_loans", {"loans": 40.0}, {"loans": 36.0})
    assert not r.no_worse("few_loans", {"loans": 40.0}, {"loans": 35.0})
    assert not r.no_worse("fast", {"z": 4.0, "gap": 8.0}, {"z": 4.0, "gap": 8.9})
    assert not r.no_worse("corrected", {}, {})


# Months together.


def month(at: int, smm: float | None, *, factor: str = "0.9", **facts: object) -> r.MonthFacts:
    data = {"factor": Decimal(factor), "smm": smm, **facts.pop("data", {})}
    return r.MonthFacts(
        date(2025, at, 1), r.MonthData(**data), smm=smm, expected_smm=0.5, effective_loans=400.0, **facts
    )


def codes(history: r.History) -> dict[int, list[str]]:
    return {day.month: [flag.code for flag in flags] for day, flags in history.flags().items()}


def test_the_first_speed_is_that_of_the_month_after_issue() -> None:
    history = r.History([month(1, None), month(2, 3.0), month(3, 3.0), month(4, 3.0)])
    assert codes(history) == {1: [], 2: [], 3: [], 4: ["fast"]}


def test_a_wrong_factor_silences_its_month_and_the_speeds_that_follow_from_it() -> None:
    wrong = {"factor_before": Decimal("0.8")}
    months = [month(1, None), *(month(at, 3.0) for at in range(2, 12))]
    months[5] = month(6, 3.0, data=wrong)
    assert codes(r.History(months)) == {
        1: [], 2: [], 3: [], 4: ["fast"], 5: ["fast"], 6: ["rose"], 7: [], 8: [], 9: [], 10: ["fast"], 11: ["fast"],
    }  # fmt: skip
    accepted = r.History(months, accepted={(date(2025, 6, 1), "rose")})
    assert codes(accepted)[6] == ["rose", "fast"]
    assert codes(accepted)[7] == ["fast"]


def test_a_cohort_is_a_yardstick_of_its_own() -> None:
    months = [month(1, None), *(month(at, 0.5, cohort_smm=0.05) for at in range(2, 6))]
    (flag,) = r.History(months).flags()[date(2025, 5, 1)]
    assert (flag.code, "above its cohort of" in flag.sentence) == ("fast_cohort", True)


def test_loans_are_estimated_where_only_their_count_is_known() -> None:
    assert r.MonthFacts(date(2025, 1, 1), r.MonthData(None), loan_count=500).loans == 400
    assert r.MonthFacts(date(2025, 1, 1), r.MonthData(None)).loans is None


# Limits.


def test_every_threshold_is_a_limit_with_words() -> None:
    assert [limit.name for limit in r.LIMITS] == [field.name for field in fields(r.Thresholds)]
    assert all(limit.lowest <= limit.default <= limit.highest for limit in r.LIMITS)
    assert {name for kind in r.TYPES.values() for name in kind.limits} == set(r.LIMIT)


def test_a_portfolio_overrides_some_limits() -> None:
    limits = r.thresholds({"red_z": 4, "months": 6.0, "gone_by_now": 1})
    assert (limits.red_z, limits.months, limits.amber_z) == (4.0, 6, 2.0)


@pytest.mark.parametrize(("unit", "words"), [("%", "5%"), ("USD a loan", "$5 a loan"), ("loans", "5 loans")])
def test_limits_are_written_with_their_unit(unit: str, words: str) -> None:
    assert amount(5.0, unit) == words


def test_every_number_of_a_flag_has_a_label() -> None:
    start = loans(A=280, B=720)
    bad = replace(GOOD, factor_before=Decimal("0.1"), scheduled=2.0, smm=30.0, loans_before=1, computed=Decimal(1),
                  file_balance=Decimal(1), tape_balance=Decimal(900), fatal=("x",), corrected=True)  # fmt: skip
    flags = [
        *r.data_flags(bad),
        *r.data_flags(r.MonthData(None, factor_before=Decimal(1))),
        *r.data_flags(r.MonthData(Decimal(0), loans=3)),
        *r.data_flags(r.MonthData(Decimal("1.1"))),
        *r.speed_flags(FAST),
        *r.speed_flags(r.SpeedHistory([0.5], [0.5], [1.0], factor=0.5, expected_factor=1.0)),
        *r.collateral_flags(r.Collateral(5, 9.0, 40.0, 20.0)),
        *r.credit_flags(r.Credit(26.0, 100.0, 4.0, 2.0)),
        *r.driver_flags(r.drivers(start, start.filter(pl.col("loan_id").cast(pl.Int64) >= 90))),
    ]
    others = {"fast_cohort", "seller_drives"}
    assert {flag.code for flag in flags} == r.TYPES.keys() - others
    assert {name for flag in flags for name in flag.numbers} <= r.MEASURES.keys()
    assert all(flag.kind == r.TYPES[flag.code].kind for flag in flags)
