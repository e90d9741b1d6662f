"""Where the homes stand: states by share, ZIP and county of that state, conforming limits of the county."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from diligence.domain.synthetic.draws import Column, Columns, Random, between, one_of
from diligence.domain.synthetic.names import CITIES, STREET_KINDS, STREETS
from diligence.domain.synthetic.shares import STATE_SHARES
from loans.domain import reference

LIMIT_UNITS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class _State:
    zip3: Column
    fips: Column
    cbsa: Column


@cache
def _states() -> dict[str, _State]:
    zips = reference.frame("zip3_state").filter(pl.col("kind") == "main")
    counties = reference.frame("counties").filter(pl.col("limits_to").is_null())
    return {
        state: _State(
            zips.filter(state=state)["zip3"].to_numpy(),
            (here := counties.filter(state=state))["county_fips"].to_numpy(),
            here["cbsa"].to_numpy(),
        )
        for state in STATE_SHARES
    }


def draw_places(rng: Random, n: int) -> Columns:
    """State, ZIP, county (FIPS), metropolitan area, census tract, city and street of `n` homes."""
    names = np.array(list(STATE_SHARES))
    shares = np.array(list(STATE_SHARES.values()), dtype=float)
    state = np.sort(rng.choice(len(names), n, p=shares / shares.sum()))
    places = {"property_state": names[state].astype(object)}
    present, counts = np.unique(state, return_counts=True)
    drawn = [_in_state(rng, names[number], count) for number, count in zip(present, counts, strict=True)]
    for key in drawn[0]:
        places[key] = np.concatenate([part[key] for part in drawn])
    order = rng.permutation(n)
    return {key: column[order] for key, column in places.items()} | _addresses(rng, n)


def _in_state(rng: Random, name: str, n: int) -> Columns:
    state = _states()[name]
    # Counties are not equally big: a Zipf-like preference for the first of a shuffled list keeps a few in front.
    county = np.minimum((len(state.fips) * rng.random(n) ** 2).astype(int), len(state.fips) - 1)
    fips = state.fips[county].astype(object)
    return {
        "property_zip": one_of(rng, state.zip3, n).astype(object) + _digits(between(rng, 1, 99, n), 2),
        "property_county": fips,
        "msa": state.cbsa[county].astype(object),
        "census_tract": fips + _digits(between(rng, 100, 980_099, n), 6),
    }


def _addresses(rng: Random, n: int) -> Columns:
    number = between(rng, 100, 19_999, n).astype(str).astype(object)
    street, kind = one_of(rng, STREETS, n).astype(object), one_of(rng, STREET_KINDS, n).astype(object)
    return {
        "property_address": number + " " + street + " " + kind,
        "property_city": one_of(rng, CITIES, n).astype(object),
    }


def _digits(numbers: Column, width: int) -> Column:
    return np.char.zfill(numbers.astype(str), width).astype(object)


def limits(county: Column, units: Column, year: Column) -> tuple[Column, Column]:
    """(national baseline, limit of the county) in USD for the year; counties that are not listed have the baseline."""
    loans = pl.DataFrame({"county_fips": county.astype(str), "units": units, "year": year})
    joined = loans.join(_baselines(), on=["year", "units"], how="left", maintain_order="left")
    joined = joined.join(_listed(), on=["year", "units", "county_fips"], how="left", maintain_order="left")
    island = joined["county_fips"].str.slice(0, 2).is_in(["02", "15"]).to_numpy()
    baseline = np.where(island, joined["island_baseline"].to_numpy(), joined["baseline"].to_numpy())
    return baseline, np.maximum(baseline, joined["listed"].fill_null(0).to_numpy())


@cache
def _baselines() -> pl.DataFrame:
    table = reference.frame("loan_limits_national").sort("effective_from")
    return table.unique(["year", "units"], keep="first", maintain_order=True).select(
        "year", "units", "baseline", "island_baseline"
    )


@cache
def _listed() -> pl.DataFrame:
    table = reference.frame("loan_limits_high_cost_counties")
    parts = [
        table.select("year", "county_fips", units=pl.lit(units, pl.Int64), listed=f"limit_{units}_unit")
        for units in LIMIT_UNITS
    ]
    return pl.concat(parts)
