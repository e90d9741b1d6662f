"""ZIP, state and county: does the place exist, and do its parts agree?"""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache

import polars as pl

from loans.domain import reference
from loans.domain.lookups.terms import Group, Terms, at, state_code, state_codes, state_place
from loans.domain.plans import at_once
from loans.domain.texts import where_it_matters

PAIRS_KEPT = 20_000
"""Pairs of state and county text: a tape repeats a few thousand, batch after batch."""


@cache
def _areas() -> dict[int, list[str]]:
    """ZIP area as a number → the states it serves, in the order of the table."""
    table = reference.frame("zip3_state").group_by("zip3", maintain_order=True).agg(pl.col("state"))
    return {int(area): list(dict.fromkeys(states)) for area, states in table.rows()}


@cache
def _states_of_areas() -> pl.Series:
    return pl.Series([";".join(_areas().get(area, ())) or None for area in range(1_000)], dtype=pl.String)


@cache
def _served() -> pl.Series:
    """Whether an area serves a state, by `area * states + state`; null for an area that is not in use."""
    return pl.Series(
        [code in states if (states := _areas().get(area)) else None for area in range(1_000) for code in state_codes()],
        dtype=pl.Boolean,
    )


def _join(frame: pl.LazyFrame, _terms: Terms, _as_of: date) -> pl.LazyFrame:
    stated = frame.with_columns(_state=state_code()).with_columns(
        _state_place=state_place(pl.col("_state")), zip3=_zip3()
    )
    placed = stated.with_columns(_area=pl.col("zip3").cast(pl.Int32, strict=False), _county=_counties())
    fips = reference.frame("states")["state_fips"]
    return placed.with_columns(
        state_fips=at(fips, pl.col("_state_place")),
        state_known=_known("_state", pl.col("_state_place").is_not_null()),
        zip3_states=at(_states_of_areas(), pl.col("_area")),
        zip3_known=_known("zip3", at(_states_of_areas(), pl.col("_area")).is_not_null()),
        zip_state_ok=at(_served(), pl.col("_area") * len(fips) + pl.col("_state_place")),
        **{name: pl.col("_county").struct.field(name) for name in _COUNTY_SCHEMA},
    ).drop("_state", "_state_place", "_area", "_county")


def _known(key: str, found: pl.Expr) -> pl.Expr:
    return pl.when(pl.col(key).is_not_null()).then(found)


PLAIN_ZIP = r"^[0-9]{5}(?:-[0-9]{4})?$"
NO_ZIP_ENDS_SO = "000"


def _zip3() -> pl.Expr:
    """First three digits; four digits have lost a leading zero, three are a prefix except in PR and VI."""
    text = pl.col("property_zip")
    return where_it_matters(
        ["property_zip", "_state"],
        matters=~text.str.contains(PLAIN_ZIP) | text.str.ends_with(NO_ZIP_ENDS_SO),
        read=pl.coalesce(_area_without_zero(), _first_digits()),
        otherwise=text.str.head(3),
        dtype=pl.String(),
    )


def _first_digits() -> pl.Expr:
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
    return pl.when(_lies_in_state(shifted) & ~_lies_in_state(_first_digits())).then(shifted)


def areas_without_zero(typed: pl.DataFrame) -> int:
    """How many loans have a three-digit ZIP area that lost its leading zero, told by the state."""
    if not {"property_zip", "property_state"} <= set(typed.columns):
        return 0
    masked = typed.lazy().filter(pl.col("property_zip").str.ends_with(NO_ZIP_ENDS_SO))
    return at_once(masked.with_columns(_state=state_code()).select(_area_without_zero().count())).item()


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


def _counties() -> pl.Expr:
    return pl.map_batches(
        ["_state", "property_county"], _found, return_dtype=pl.Struct(_COUNTY_SCHEMA), is_elementwise=True
    )


def _found(places: Sequence[pl.Series]) -> pl.Series:
    """Each pair of state and county text is looked for once: tapes repeat a few thousand pairs."""
    cells = pl.DataFrame(places)
    pair = cells.select(pl.concat_str(pl.all().fill_null(""), separator="\n")).to_series()
    first = pair.arg_unique()
    found = [find_county(state, county) for state, county in cells[first].rows()]
    place = pair.replace_strict(pair.gather(first), pl.int_range(len(first), eager=True)).cast(pl.Int64)
    answers = pl.DataFrame(found, schema=_COUNTY_SCHEMA, orient="row")
    return answers.select(pl.all().gather(place)).to_struct("county")


GROUP = Group("places", _join)
