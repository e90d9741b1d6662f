"""Loans that are the same by a key: within a file by a fast hash, across lenders by a keyed one."""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence

import polars as pl

from loans.domain.fields import FIELD, FieldType
from loans.domain.plans import at_once

KEYS: dict[str, tuple[str, ...]] = {
    "copies_of_loan_id": ("loan_id",),
    "copies_of_uli": ("uli",),
    "copies_of_mers_min": ("mers_min",),
    "copies_of_address": ("property_address", "property_zip", "lien_position"),
    "copies_of_borrower_address": ("borrower_ssn", "property_address"),
}
"""File fact → the fields that make two loans of a file the same."""


_ODD = "[^A-Z0-9]"
_USUAL_MARKS = dict.fromkeys(" .,-#/'", "")


def normalized(cells: pl.Series) -> pl.Series:
    """Keys as they are compared: capitals, letters and digits only; a key without any is blank.

    Most have nothing to take out and most others only the usual marks; a pattern costs ten times as much as those.
    """
    return _where(cells.cast(pl.String), f"{_ODD}|^$", _tidied)


def _tidied(odd: pl.Series) -> pl.Series:
    plain = odd.str.to_uppercase().str.replace_many(_USUAL_MARKS)
    letters = _where(plain, _ODD, lambda rest: rest.str.replace_all(_ODD, ""))
    return letters.set(letters == "", None)


def _where(text: pl.Series, pattern: str, better: Callable[[pl.Series], pl.Series]) -> pl.Series:
    rows = text.str.contains(pattern).fill_null(value=False).arg_true()
    if rows.len() == text.len():
        return better(text)
    return text.scatter(rows, better(text.gather(rows))) if rows.len() else text


def keys_of(typed: pl.DataFrame) -> pl.DataFrame:
    """row_no and one 64-bit hash a key, null where a part of the key is blank; 8 bytes a key and loan."""
    wanted = {fact: parts for fact, parts in KEYS.items() if set(parts) <= set(typed.columns)}
    each_once = sorted({part for parts in wanted.values() for part in parts})
    plain = typed.select(pl.col("row_no").cast(pl.Int64), *(_compared(typed[part]) for part in each_once))
    return at_once(plain.lazy().select("row_no", *(_key(parts).alias(fact) for fact, parts in wanted.items())))


def _compared(cells: pl.Series) -> pl.Series:
    """A part of a key as it is compared within a file, where a code is always written the same."""
    return cells if FIELD[cells.name].type is FieldType.ENUM else normalized(cells)


def _key(parts: Sequence[str]) -> pl.Expr:
    whole = pl.concat_str(parts, separator="|")
    return pl.when(whole.is_not_null()).then(whole.hash(seed=0))


def file_facts(keys: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """row_no and, for each key on the tape, how many loans of the file have it (1 = only this one), null without."""
    frames = list(keys)
    together = pl.concat(frames) if frames else pl.DataFrame(schema={"row_no": pl.Int64})
    return together.select("row_no", *(_copies(series) for series in together if series.name != "row_no"))


def _copies(keys: pl.Series) -> pl.Series:
    """How often each key occurs. Sorting finds the few that occur again; only those are counted one by one."""
    ordered = keys.drop_nulls().sort()
    again = ordered.filter(ordered == ordered.shift(1)).unique()
    rows = keys.is_in(again.implode()).fill_null(value=False).arg_true()
    repeated = keys.gather(rows).to_frame().select(pl.len().over(keys.name)).to_series()
    return keys.is_not_null().cast(pl.Int64).set(keys.is_null(), None).scatter(rows, repeated.cast(pl.Int64))


def duplicate_keys(typed: pl.DataFrame, *, secret: bytes) -> pl.DataFrame:
    """row_no and keyed hashes (HMAC-SHA256, hex) of the file's keys, to compare tapes of different lenders.

    Without the secret the hashes tell nothing about the loan. Null where a part of the key is blank.
    """
    columns = {fact: parts for fact, parts in KEYS.items() if set(parts) <= set(typed.columns)}
    plain = typed.select(
        "row_no",
        *(
            pl.concat_str([normalized(typed[part]) for part in parts], separator="|").alias(fact)
            for fact, parts in columns.items()
        ),
    )
    return plain.with_columns(
        pl.Series(fact, [_keyed(value, fact, secret) for value in plain[fact]], dtype=pl.String) for fact in columns
    )


def _keyed(value: str | None, fact: str, secret: bytes) -> str | None:
    if value is None:
        return None
    return hmac.new(secret, f"{fact}:{value}".encode(), hashlib.sha256).hexdigest()
