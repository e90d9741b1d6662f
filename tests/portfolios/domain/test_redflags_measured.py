"""How often a flag is raised by chance, and how soon a pool that really is fast is found, on real cohorts' speeds.

Pools of unequal loans are drawn whose loans prepay with the chance that a real cohort's SMM was in each month. The
table of the proposal (1.4, 0.7 and 0.3 percent of the months of pools of 50, 200 and 1,000 loans above 3 standard
errors) is held as an order of magnitude: it was measured on real loans, which also differ in what makes them prepay.
"""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from portfolios.domain import redflags as r

COHORTS = Path(__file__).parents[4] / "shared" / "data" / "freddie_cohort_factors.csv"
POOLS, MONTHS, SPREAD = 25, 72, 0.43  # a lognormal spread of balances with the effective share of a real pool, 0.83
Speeds = NDArray[np.float64]

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def cohorts() -> list[Speeds]:
    if not COHORTS.is_file():
        pytest.skip(f"{COHORTS.name} is not beside the repository")
    rows: dict[tuple[str, str], list[float]] = defaultdict(list)
    with COHORTS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["smm"]:
                rows[row["quarter"], row["note_rate"]].append(float(row["smm"]))
    return [np.array(smm[:MONTHS]) for smm in rows.values()]


def histories(chance: np.random.Generator, expected: Speeds, loans: int, faster_from: int = MONTHS) -> list[Speeds]:
    """Speeds in percent and effective loans of random pools, as rows (observed, loans) by month.

    From `faster_from` on every loan meets a second hazard as large as the first.
    """
    found = []
    for _ in range(POOLS):
        balances = chance.lognormal(0.0, SPREAD, loans)
        observed, starts = [], []
        for at, due in enumerate(expected):
            hazard = 1 - (1 - due) ** 2 if at >= faster_from else due
            gone = chance.random(len(balances)) < hazard
            total = balances.sum()
            observed.append(100 * balances[gone].sum() / total if total else np.nan)
            starts.append(r.effective_loan_count(balances))
            balances = balances[~gone]
        found.append(np.array([observed, starts]))
    return found


def scores(expected: Speeds, drawn: Speeds) -> list[float | None]:
    """The z-score of each month over three months."""
    observed, loans = drawn
    due = 100 * expected
    return [r.SpeedHistory(observed[:at], due[:at], loans[:at]).z(3) for at in range(3, len(due) + 1)]


@pytest.mark.parametrize(("loans", "above_two", "above_three"), [(50, 5.0, 1.4), (200, 3.9, 0.7), (1_000, 2.9, 0.3)])
def test_chance_raises_few_flags(cohorts: list[Speeds], loans: int, above_two: float, above_three: float) -> None:
    chance = np.random.default_rng(20_261_122)
    drawn = [(expected, pool) for expected in cohorts for pool in histories(chance, expected, loans)]
    found = np.array([z for expected, pool in drawn for z in scores(expected, pool) if z is not None])
    assert len(found) > 10_000
    assert 100 * np.mean(found > 3) == pytest.approx(above_three, rel=0.6)
    assert 100 * np.mean(found > 2) == pytest.approx(above_two, rel=0.4)


@pytest.mark.parametrize(("loans", "least"), [(200, 0.75), (1_000, 0.95)])
def test_a_doubled_speed_is_found_within_two_years(cohorts: list[Speeds], loans: int, least: float) -> None:
    chance, start = np.random.default_rng(7), 24
    hits = []
    for expected in cohorts:
        for pool in histories(chance, expected[: start + 24], loans, faster_from=start):
            later = [z for z in scores(expected[: start + 24], pool)[start - 2 :] if z is not None]
            hits.append(max(later) > 3)
    assert np.mean(hits) > least
