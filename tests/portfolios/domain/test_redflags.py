"""Flags come with their numbers, small pools are not flagged for chance, and wrong data silences the rest."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain import redflags as r

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


@pytest.mark.parametrize(("apart", "codes"), [("50.00", []), ("50.01", ["tape"])])
def test_a_tape_is_held_against_the_balance_and_not_against_its_rounded_factor(apart: str, codes: list[str]) -> None:
    recorded = Decimal("63250001.50")
    month = replace(GOOD, file_balance=None, recorded_balance=recorded, tape_balance=recorded + Decimal(apart))
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
