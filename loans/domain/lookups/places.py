"""ZIP, state and county: does the place exist, and do its parts agree?"""

import unicodedata
from collections import Counter
from datetime import date
from functools import cache, lru_cache

import polars as pl

from loans.domain import reference
from loans.domain.lookups.terms import Group, Terms, state_code
from loans.domain.plans import at_once

PAIRS_KEPT = 20_000
"""Pairs of state and county text: a tape repeats a few thousand, batch after batch."""


def _states() -> pl.DataFrame:
    table = reference.frame("states")
    return table.select(_state="state", state_fips="state_fips", state_known=pl.lit(value=True))


def _prefixes() -> pl.DataFrame:
    table = reference.frame("zip3_state")
    states = table.group_by("zip3", maintain_order=True).agg(
        zip3_states=pl.col("state").unique(maintain_order=True).str.join(";")
    )
    return states.with_columns(zip3_known=pl.lit(value=True))


def _join(frame: pl.LazyFrame, _terms: Terms, _as_of: date) -> pl.LazyFrame:
    keyed = frame.with_columns(_state=state_code()).with_columns(zip3=_zip3())
    keyed = keyed.with_columns(zip3=pl.coalesce(_area_without_zero(), "zip3"))
    placed = keyed.join(_states().lazy(), on="_state", how="left", maintain_order="left")
    placed = placed.join(_prefixes().lazy(), on="zip3", how="left", maintain_order="left")
    placed = placed.with_columns(_known("state_known", "_state"), _known("zip3_known", "zip3"))
    placed = placed.join(
        _counties_of(keyed).lazy(),
        on=["_state", "property_county"],
        how="left",
        maintain_order="left",
        nulls_equal=True,
    )
    in_prefix = pl.when("state_known").then(pl.col("zip3_states").str.contains(pl.col("_state"), literal=True))
    return placed.with_columns(zip_state_ok=in_prefix).drop("_state")


def _zip3() -> pl.Expr:
    """First three digits; four digits have lost a leading zero, three are a prefix except in PR and VI."""
    text = pl.col("property_zip").str.strip_chars()
    lost_one = text.str.extract(r"^(\d{2})\d{2}$")
    lost_two = pl.when(pl.col("_state").is_in(["PR", "VI"])).then(text.str.extract(r"^(\d)\d{2}$"))
    return pl.coalesce("0" + lost_one, "00" + lost_two, text.str.extract(r"^(\d{3})(?:\d{2}.*)?$"))


@cache
def _areas_of_states() -> pl.Series:
    table = reference.frame("zip3_state")
    return (table["state"] + table["zip3"]).unique()


def _lies_in_state(area: pl.Expr) -> pl.Expr:
    return pl.concat_str("_state", area).is_in(_areas_of_states().implode())


def _area_without_zero() -> pl.Expr:
    """The area of a masked ZIP cut from a number: 08700 became 8700 and then 870. Null where the state does not say so.

    No ZIP in use ends in three zeros, so only such masks are read again.
    """
    shifted = "0" + pl.col("property_zip").str.extract(r"^(\d{2})000$")
    return pl.when(_lies_in_state(shifted) & ~_lies_in_state(pl.col("zip3"))).then(shifted)


def areas_without_zero(typed: pl.DataFrame) -> int:
    """How many loans have a three-digit ZIP area that lost its leading zero, told by the state."""
    if not {"property_zip", "property_state"} <= set(typed.columns):
        return 0
    keyed = typed.select("property_zip", "property_state").with_columns(_state=state_code(), zip3=pl.lit(""))
    return keyed.with_columns(zip3=_zip3()).select(_area_without_zero().count()).item()


def _known(flag: str, key: str) -> pl.Expr:
    return pl.when(pl.col(key).is_not_null()).then(pl.col(flag).fill_null(value=False)).alias(flag)


def name_key(name: str) -> str:
    """A county name reduced to capital letters and digits: "Doña Ana County" and "DONA ANA COUNTY" are the same."""
    plain = unicodedata.normalize("NFKD", name).upper().replace("SAINTE ", "STE ").replace("SAINT ", "ST ")
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())


_KINDS = (
    "CITYANDBOROUGH",
    "CENSUSAREA",
    "PLANNINGREGION",
    "MUNICIPALITY",
    "MUNICIPIO",
    "BOROUGH",
    "COUNTY",
    "PARISH",
    "DISTRICT",
    "ISLAND",
)


def _short(key: str) -> str:
    kind = next((kind for kind in _KINDS if key.endswith(kind) and key != kind), "")
    return key.removesuffix(kind)


@cache
def _county_names() -> dict[tuple[str, str], str]:
    """(state, name) → code. A name without its kind means the county where a city has the same name."""
    rows = [
        (state, name_key(name), code)
        for code, state, name in reference.frame("counties").select("county_fips", "state", "county_name").rows()
    ]
    names = {(state, key): code for state, key, code in rows}
    for state, key, code in rows:
        names.setdefault((state, _short(key)), code)
    alone = Counter((state, key.removesuffix("CITY")) for state, key, _ in rows)
    for state, key, code in rows:
        bare = key.removesuffix("CITY")
        if alone[state, bare] == 1:
            names.setdefault((state, bare), code)
    return names


@cache
def _county_states() -> dict[str, str]:
    return dict(reference.frame("counties").select("county_fips", "state").rows())


@cache
def _fips_of_state() -> dict[str, str]:
    return dict(reference.frame("states").select("state", "state_fips").rows())


@lru_cache(maxsize=PAIRS_KEPT)
def find_county(state: str | None, county: str | None) -> tuple[str | None, bool | None, bool | None]:
    """(five-digit code, does it exist, does it lie in the state) of one county cell; None where it cannot be told."""
    text = (county or "").strip()
    if not text:
        return None, None, None
    digits = text.removesuffix(".0")
    if digits.isdecimal():
        return _by_code(state, digits)
    if state not in _fips_of_state():
        return None, None, None
    key = name_key(text)
    code = _county_names().get((state, key)) or _county_names().get((state, _short(key)))
    return code, code is not None, True if code else None


def _by_code(state: str | None, digits: str) -> tuple[str | None, bool | None, bool | None]:
    if len(digits) <= 3:
        if state not in _fips_of_state():
            return None, None, None
        digits = _fips_of_state()[state] + digits.zfill(3)
    code = digits.zfill(5)
    owner = _county_states().get(code)
    if owner is None:
        return None, False, None
    return code, True, owner == state if state else None


_COUNTY_SCHEMA = {"county_fips": pl.String(), "county_known": pl.Boolean(), "county_state_ok": pl.Boolean()}


def _counties_of(frame: pl.LazyFrame) -> pl.DataFrame:
    """Each pair of state and county text once, with what was found: tapes repeat a few thousand pairs."""
    pairs = at_once(frame.select("_state", "property_county").unique())
    found = [find_county(state, county) for state, county in pairs.rows()]
    return pairs.hstack(pl.DataFrame(found, schema=_COUNTY_SCHEMA, orient="row"))


GROUP = Group("places", _join)
