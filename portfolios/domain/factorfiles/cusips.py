"""CUSIP numbers and their check digit (ANSI X9.6): every second character counts double, digits are summed."""

from __future__ import annotations

import numpy as np
import polars as pl

LENGTH = 9
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*@#"
_UNKNOWN = 255


def _values() -> np.ndarray:
    table = np.full(256, _UNKNOWN, dtype=np.int64)
    table[[ord(sign) for sign in _ALPHABET]] = np.arange(len(_ALPHABET))
    return table


_VALUE_OF = _values()


def has_check_digit(cusips: pl.Series) -> pl.Series:
    """For each CUSIP whether its ninth character is the check digit of the first eight; null stays null."""
    text = cusips.str.to_uppercase()
    whole = text.str.len_bytes() == LENGTH
    joined = "".join(text.filter(whole.fill_null(value=False)).to_list()).encode("ascii", "replace")
    right = _agree(np.frombuffer(joined, dtype=np.uint8).reshape(-1, LENGTH))
    found = np.zeros(len(cusips), dtype=np.bool_)
    found[whole.fill_null(value=False).to_numpy()] = right
    answer = pl.Series(cusips.name, found)
    return pl.select(pl.when(cusips.is_not_null()).then(answer)).to_series().alias(cusips.name)


def _agree(signs: np.ndarray) -> np.ndarray:
    values = _VALUE_OF[signs]
    weighted = values[:, :8] * np.array([1, 2] * 4)
    sums = (weighted // 10 + weighted % 10).sum(axis=1)
    known = (values[:, :8] != _UNKNOWN).all(axis=1)
    return known & (values[:, 8] == (10 - sums % 10) % 10)
