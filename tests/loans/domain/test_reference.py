"""The shipped tables: typed, dated, complete where they claim to be."""

import hashlib
from datetime import date, timedelta

import polars as pl
import pytest

from loans.domain import reference
from loans.domain.reference import TABLES, Table

UNITS = (1, 2, 3, 4)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_table_says_what_it_is(table: Table) -> None:
    assert table.title
    assert table.source
    assert table.status in {"stored", "recalled", "mixed"}
    assert table.rows == len(table.path.read_text(encoding="utf-8").splitlines()) - 1
    assert table.sha256 == hashlib.sha256(table.path.read_bytes()).hexdigest()


def test_fingerprints_name_every_table() -> None:
    assert reference.fingerprints() == {name: table.sha256 for name, table in TABLES.items()}


def test_an_unknown_table_is_an_error() -> None:
    with pytest.raises(KeyError):
        reference.frame("no_such_table")


@pytest.mark.parametrize(
    ("year", "baselines", "ceilings"),
    [
        (2006, (417_000, 533_850, 645_300, 801_950), (417_000, 533_850, 645_300, 801_950)),
        (2017, (424_100, 543_000, 656_350, 815_650), (636_150, 814_500, 984_525, 1_223_475)),
        (2025, (806_500, 1_032_650, 1_248_150, 1_551_250), (1_209_750, 1_548_975, 1_872_225, 2_326_875)),
        (2026, (832_750, 1_066_250, 1_288_800, 1_601_750), (1_249_125, 1_599_375, 1_933_200, 2_402_625)),
    ],
)
def test_published_limits(year: int, baselines: tuple[int, ...], ceilings: tuple[int, ...]) -> None:
    rows = reference.frame("loan_limits_national").filter(pl.col("year") == year).sort("units")
    assert tuple(rows["baseline"]) == baselines
    assert tuple(rows["high_cost_ceiling"]) == ceilings


def test_limits_leave_no_day_out_and_none_twice() -> None:
    for units in UNITS:
        rows = reference.frame("loan_limits_national").filter(pl.col("units") == units).sort("effective_from")
        assert rows["effective_from"][0] == date(2006, 1, 1)
        assert rows["effective_to"][-1] == date(2026, 12, 31)
        follows = [last + timedelta(days=1) for last in rows["effective_to"].to_list()[:-1]]
        assert rows["effective_from"].to_list()[1:] == follows


def test_ceilings_are_one_and_a_half_baselines_since_2012() -> None:
    rows = reference.frame("loan_limits_national").filter(pl.col("year") >= 2012)
    ratio = rows["high_cost_ceiling"] / rows["baseline"]
    assert ratio.is_between(1.4999, 1.5001).all()


def test_county_limits_lie_between_baseline_and_ceiling() -> None:
    counties = reference.frame("loan_limits_high_cost_counties").filter(pl.col("state") != "MP")
    states = reference.frame("states").select("state", "limit_class")
    for units in UNITS:
        national = reference.frame("loan_limits_national").filter(pl.col("units") == units)
        rows = counties.join(national, on="year").join(states, on="state")
        limit, island = pl.col(f"limit_{units}_unit"), pl.col("limit_class") == "island"
        ceiling = pl.when(island).then("island_ceiling").otherwise("high_cost_ceiling")
        assert rows.filter((limit <= pl.col("baseline")) | (limit > ceiling)).is_empty()


def test_every_high_cost_county_has_a_name() -> None:
    listed = set(reference.frame("loan_limits_high_cost_counties").filter(pl.col("year") >= 2020)["county_fips"])
    assert listed <= set(reference.frame("counties")["county_fips"])


def test_county_codes_begin_with_the_code_of_their_state() -> None:
    counties = reference.frame("counties").join(reference.frame("states"), on="state")
    assert counties.height == TABLES["counties"].rows
    assert (counties["county_fips"].str.slice(0, 2) == counties["state_fips"]).all()


def test_prefixes_are_three_digits_and_have_one_main_state() -> None:
    prefixes = reference.frame("zip3_state")
    assert prefixes["zip3"].str.contains(r"^\d{3}$").all()
    assert prefixes.filter(pl.col("kind") == "main")["zip3"].is_unique().all()
    assert set(prefixes["state"]) <= set(reference.frame("states")["state"])


def test_no_minimum_score_in_du_from_the_day_it_was_removed() -> None:
    du = reference.frame("eligibility_matrix").filter(pl.col("underwriting") == "DU")
    removed = date(2025, 11, 16)
    after, before = du.filter(pl.col("effective_from") >= removed), du.filter(pl.col("effective_to") < removed)
    assert after["min_score_over_75_ltv"].null_count() == after.height > 0
    assert set(before["min_score_over_75_ltv"]) == {620}
    assert after.height + before.height == du.height


def test_spread_bands_meet_without_gap() -> None:
    bands = reference.frame("qm_price_spread").sort("year", "lien", "manufactured", "amount_from")
    for _, group in bands.group_by("year", "lien", "manufactured", maintain_order=True):
        assert group["amount_from"][0] == 0
        assert group["amount_from"].to_list()[1:] == group["amount_below"].to_list()[:-1]
        assert group["amount_below"][-1] is None


def test_thresholds_of_2026_as_published() -> None:
    row = reference.frame("regz_thresholds").filter(pl.col("year") == 2026).row(0, named=True)
    tiers = [row[name] for name in ("tier1_from", "tier2_from", "tier3_from", "tier4_from", "tier2_usd", "tier4_usd")]
    assert tiers == [137_958, 82_775, 27_592, 17_245, 4_139, 1_380]
