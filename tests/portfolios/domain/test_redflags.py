"""Flags come with their numbers, small pools are not flagged for chance, and wrong data silences the rest."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain import redflags as r
from portfolios.domain.redflags.limits import amount

balances = st.lists(st.floats(1, 1e6), min_size=1, max_size=60)


@given(balances)
def test_the_effective_count_lies_between_1_and_the_loans(amounts: list[float]) -> None:
    count = r.effective_loan_count(amounts)
    assert 1 - 1e-9 <= count <= len(amounts) + 1e-9
    assert r.effective_loan_count([1.0] * len(amounts)) == pytest.approx(len(amounts))


@given(balances)
def test_shares(amounts: list[float]) -> None:
    assert r.largest_share(amounts) == pytest.approx(100 * max(amounts) / sum(amounts))
    assert r.largest_share(amounts, len(amounts)) == pytest.approx(100)


def test_a_pool_without_balance_has_no_concentration() -> None:
    assert r.effective_loan_count([]) == 0
    assert r.largest_share([]) == 0
    assert r.largest_group([], []) is None
    assert r.largest_group(["FL", "CA", "FL"], [10, 15, 10]) == ("FL", pytest.approx(100 * 20 / 35))


def test_three_standard_errors_at_6_cpr() -> None:
    """Of one month, by effective loans: CPR 35 at 50, 21.8 at 200, 13.4 at 1,000, 9.4 at 5,000."""
    smm = 100 * (1 - 0.94 ** (1 / 12))
    limits = [r.standard_error_cpr(smm, loans) for loans in (50, 200, 1_000, 5_000)]
    assert limits == pytest.approx([35, 21.8, 13.4, 9.4], abs=0.6)


def test_z_is_none_where_nothing_is_expected() -> None:
    assert r.speed_z([1, 1, 1], [0, 0, 0], [100, 100, 100]) is None
    assert r.speed_z([1, 1, 1], [0.5, 0.5, 0.5], [100, 0, 100]) is None
    assert r.speed_z([1, float("nan"), 1], [0.5] * 3, [100] * 3) is None
    assert r.speed_z([1.5], [0.5], [100]) == pytest.approx(0.01 / (0.005 * 0.995 / 100) ** 0.5)


def test_z_over_3_is_rare_by_chance_in_a_small_pool() -> None:
    """50 equal loans at their expected speed, 20,000 quarters: at most the measured 1.4 percent."""
    chance, expected = np.random.default_rng(11), 1.0
    paid = chance.binomial(50, expected / 100, size=(20_000, 3)) * 2.0
    scores = [r.speed_z(row, [expected] * 3, [50] * 3) for row in paid]
    assert np.mean(np.array(scores) > 3) < 0.02


FAST = r.SpeedHistory(observed=[0.5, 2.5, 3.0, 3.0], expected=[0.5] * 4, loans=[400.0] * 4)


def test_a_speed_far_above_the_forecast_is_red_with_its_numbers() -> None:
    (flag,) = r.speed_flags(FAST)
    assert (flag.code, flag.kind, flag.level) == ("fast", r.FlagKind.SPEED, r.Level.RED)
    assert flag.numbers["cpr"] == pytest.approx(r.compound_cpr([2.5, 3.0, 3.0]))
    assert flag.numbers["gap"] > 5
    assert "above the forecast" in flag.sentence


def test_amber_needs_two_months_running() -> None:
    limits = r.Thresholds(red_z=99)
    lasting = r.SpeedHistory([1.5, 1.5, 1.5, 1.5], [0.5] * 4, [400.0] * 4, against="its cohort")
    fresh = replace(lasting, observed=[0.5, 0.5, 0.5, 3.0])
    assert [flag.level for flag in r.speed_flags(lasting, limits)] == [r.Level.AMBER]
    assert "its cohort" in r.speed_flags(lasting, limits)[0].sentence
    assert r.speed_flags(fresh, limits) == []


def test_no_flag_before_there_are_enough_months_or_at_the_expected_speed() -> None:
    assert r.speed_flags(r.SpeedHistory([5.0, 5.0], [0.5, 0.5], [400.0, 400.0])) == []
    assert r.speed_flags(r.SpeedHistory([0.6] * 6, [0.5] * 6, [400.0] * 6)) == []


@pytest.mark.parametrize(("factor", "level"), [(0.96, None), (0.94, r.Level.AMBER), (0.89, r.Level.RED)])
def test_a_factor_under_its_path(factor: float, level: r.Level | None) -> None:
    history = r.SpeedHistory([0.5] * 3, [0.5] * 3, [400.0] * 3, factor=factor, expected_factor=1.0)
    assert [flag.level for flag in r.speed_flags(history)] == ([level] if level else [])


def test_collateral() -> None:
    pool = r.Collateral(loans=49, largest_loan=5.1, state_now=31.0, state_at_issue=20.0)
    assert [flag.code for flag in r.collateral_flags(pool)] == ["few_loans", "large_loan", "state_share"]
    assert r.collateral_flags(r.Collateral(50, 5.0, 30.0, 20.0)) == []
    assert r.collateral_flags(replace(pool, loans=1))[0].sentence == "1 loan is left: single loans decide."
    assert r.collateral_flags(r.Collateral(0, 0.0, 0.0, 20.0)) == []


def test_credit() -> None:
    bad = r.Credit(involuntary=26.0, unscheduled=100.0, late_now=4.0, late_before=2.0)
    assert [flag.code for flag in r.credit_flags(bad)] == ["removals", "delinquency"]
    assert r.credit_flags(r.Credit(0.0, 0.0, 1.0, 0.0)) == []
    assert r.credit_flags(r.Credit(25.0, 100.0)) == []


GOOD = r.MonthData(
    factor=Decimal("0.63250000"),
    factor_before=Decimal("0.64000000"),
    scheduled=0.638,
    smm=0.86,
    loans=200,
    loans_before=203,
    face=Decimal(100_000_000),
    file_balance=Decimal("63250000.20"),
    tape_balance=Decimal("63250040.00"),
)


def test_a_sound_month_raises_nothing() -> None:
    assert r.data_flags(GOOD) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"factor": None}, "missing"),
        ({"factor_before": Decimal("0.63249999")}, "rose"),
        ({"factor": Decimal("1.00000001"), "factor_before": None, "face": None}, "above_one"),
        ({"scheduled": 1.266}, "fell"),
        ({"smm": -0.01}, "smm_range"),
        ({"smm": 20.1}, "smm_range"),
        ({"loans_before": 199}, "loans_rose"),
        ({"file_balance": Decimal("63250000.60")}, "balance"),
        ({"tape_balance": Decimal("63250050.30")}, "tape"),
        ({"corrected": True}, "corrected"),
    ],
)
def test_what_cannot_be_right_is_named(changes: dict[str, object], code: str) -> None:
    assert [flag.code for flag in r.data_flags(replace(GOOD, **changes))] == [code]


def test_a_factor_of_zero_before_the_last_loan() -> None:
    month = r.MonthData(factor=Decimal(0), loans=3, loans_before=4)
    assert [flag.code for flag in r.data_flags(month)] == ["zero_with_loans"]


def test_negative_amortization_may_raise_the_factor() -> None:
    grown = r.MonthData(factor=Decimal("1.01"), factor_before=Decimal("1.00"), negative_amortization=True)
    assert r.data_flags(grown) == []


def test_wrong_data_silences_the_other_flags() -> None:
    wrong, fast = r.data_flags(replace(GOOD, smm=30.0)), r.speed_flags(FAST)
    assert r.raised(wrong, fast) == wrong
    assert r.raised([], fast) == fast


# Boundaries: a value at its limit raises nothing, one past it does.


@pytest.mark.parametrize(("loans", "codes"), [(50, []), (49, ["few_loans"]), (1, ["few_loans"]), (0, []), (None, [])])
def test_few_loans_at_the_limit(loans: int | None, codes: list[str]) -> None:
    assert [flag.code for flag in r.collateral_flags(r.Collateral(loans))] == codes


@pytest.mark.parametrize(("share", "rise", "codes"), [(5.0, 10.0, []), (5.01, 10.01, ["large_loan", "state_share"])])
def test_shares_at_the_limit(share: float, rise: float, codes: list[str]) -> None:
    pool = r.Collateral(500, share, state_now=20.0 + rise, state_at_issue=20.0, state="CA")
    assert [flag.code for flag in r.collateral_flags(pool)] == codes


@pytest.mark.parametrize(("involuntary", "late", "codes"), [(25.0, 1.99, []), (25.1, 2.0, ["removals", "delinquency"])])
def test_credit_at_the_limit(involuntary: float, late: float, codes: list[str]) -> None:
    month = r.Credit(involuntary, 100.0, late_now=late, late_before=1.0)
    assert [flag.code for flag in r.credit_flags(month)] == codes


def test_a_pool_without_late_loans_before_has_nothing_to_double() -> None:
    assert r.credit_flags(r.Credit(0.0, 0.0, late_now=3.0, late_before=0.0)) == []
    assert r.credit_flags(r.Credit(0.0, 0.0, late_now=3.0)) == []


@pytest.mark.parametrize(
    ("shortfall", "levels"), [(5.0, []), (5.01, [r.Level.AMBER]), (10.0, [r.Level.AMBER]), (10.01, [r.Level.RED])]
)
def test_the_path_at_its_limits(shortfall: float, levels: list[r.Level]) -> None:
    history = r.SpeedHistory([0.5] * 3, [0.5] * 3, [400.0] * 3, factor=100.0 - shortfall, expected_factor=100.0)
    assert [flag.level for flag in r.speed_flags(history)] == levels


def test_red_needs_the_gap_as_well_as_the_distance() -> None:
    """A large pool is far beyond chance with a gap of 3 points: amber, since it lasts, and never red."""
    lasting = r.SpeedHistory([0.75] * 4, [0.5] * 4, [50_000.0] * 4)
    (flag,) = r.speed_flags(lasting)
    assert (flag.level, flag.numbers["z"] > 3, flag.numbers["gap"] < 5) == (r.Level.AMBER, True, True)


@pytest.mark.parametrize(("smm", "codes"), [(0.0, []), (-1e-9, ["smm_range"]), (20.0, []), (20.001, ["smm_range"])])
def test_speeds_at_the_limits(smm: float, codes: list[str]) -> None:
    assert [flag.code for flag in r.data_flags(replace(GOOD, smm=smm))] == codes


@pytest.mark.parametrize(("cents", "codes"), [("50", []), ("51", ["balance"])])
def test_a_balance_may_be_off_by_the_rounding_of_its_factor(cents: str, codes: list[str]) -> None:
    """5e-9 of 100,000,000 is 50 cents, half a cent more is allowed for the balance itself."""
    month = replace(GOOD, file_balance=Decimal(f"63250000.{cents}"), tape_balance=None)
    assert [flag.code for flag in r.data_flags(month)] == codes


@pytest.mark.parametrize(("apart", "codes"), [("50.00", []), ("50.01", ["tape"])])
def test_a_tape_may_be_off_by_a_quarter_a_loan(apart: str, codes: list[str]) -> None:
    month = replace(GOOD, tape_balance=GOOD.file_balance + Decimal(apart))
    assert [flag.code for flag in r.data_flags(month)] == codes


def test_the_last_payoff_is_no_impossible_speed() -> None:
    ended = replace(GOOD, factor=Decimal(0), smm=100.0, loans=0, loans_before=1, file_balance=None, tape_balance=None)
    assert r.data_flags(ended) == []


@pytest.mark.parametrize(("computed", "level"), [("0.63250030", r.Level.AMBER), ("0.63250400", r.Level.RED)])
def test_a_published_factor_that_does_not_agree(computed: str, level: r.Level) -> None:
    """$30 is within $0.25 for each of 200 loans, $400 is not; neither silences the other flags."""
    (flag,) = r.data_flags(replace(GOOD, computed=Decimal(computed)))
    assert (flag.code, flag.level) == ("disagrees", level)
    assert flag.numbers["usd"] == pytest.approx(1e8 * (float(computed) - 0.6325))
    assert f"computed from the loans {computed}" in flag.sentence
    assert r.blocking([flag]) == []


def test_fatal_findings_on_the_tape_are_counted() -> None:
    (flag,) = r.data_flags(replace(GOOD, fatal=("Loan 7 rose.", "Loan 9 is unknown.")))
    assert flag.sentence == "Loan 7 rose. 2 fatal findings in all."


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
