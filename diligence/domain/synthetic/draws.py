"""Seeded draws and calendar arithmetic on whole columns."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[Any]
Columns = dict[str, Column]
Random = np.random.Generator


def pick(rng: Random, shares: Mapping[Any, float], n: int) -> Column:
    """`n` keys of `shares`, each as often as its share; shares need not add up to 1."""
    weights = np.array(list(shares.values()), dtype=float)
    edges = np.cumsum(weights / weights.sum())
    places = np.searchsorted(edges, rng.random(n) * edges[-1], side="right")
    return np.array(list(shares))[np.minimum(places, len(edges) - 1)]


def one_of(rng: Random, values: Sequence[Any] | Column, n: int) -> Column:
    """`n` values, all equally likely."""
    return np.asarray(values)[rng.integers(0, len(values), n)]


def chance(rng: Random, share: float | Column, n: int) -> Column:
    """`n` times true with probability `share`."""
    return rng.random(n) < share


def between(rng: Random, least: int | Column, most: int | Column, n: int) -> Column:
    """`n` whole numbers from `least` to `most`, both included."""
    return rng.integers(least, np.asarray(most) + 1, n)


def cents(amount: Column) -> Column:
    """USD rounded to whole cents."""
    return np.round(amount, 2)


def floored_percent(part: Column, whole: Column) -> Column:
    """100 * part / whole cut to two decimals, reckoned in whole cents so that it is exact."""
    return np.round(part * 100).astype(np.int64) * 10_000 // np.round(whole * 100).astype(np.int64) / 100


def month_start(days: Column, later: int | Column = 0) -> Column:
    """First day of the month of each day, or of a month some months later."""
    return (days.astype("datetime64[M]") + later).astype("datetime64[D]")


def months_between(earlier: Column, later: Column) -> Column:
    """Calendar months from one day's month to another's."""
    return later.astype("datetime64[M]").astype(np.int64) - earlier.astype("datetime64[M]").astype(np.int64)


def where_text(condition: Column, text: Column | str) -> Column:
    """The text where the condition holds, None elsewhere."""
    return np.where(condition, np.asarray(text, dtype=object), np.array(None, dtype=object))


def where_number(condition: Column, number: Column | float) -> Column:
    """The number where the condition holds, not-a-number (blank) elsewhere."""
    return np.where(condition, number, np.nan)


def where_day(condition: Column, day: Column) -> Column:
    """The day where the condition holds, not-a-time (blank) elsewhere."""
    return np.where(condition, day, np.datetime64("NaT", "D"))
