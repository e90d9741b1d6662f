"""By which rounding rule the factors of a file follow from the balances beside them, counted by issuer."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import polars as pl

from portfolios.domain.factor import compared
from portfolios.domain.programs import convention

if TYPE_CHECKING:
    from collections.abc import Mapping

FREDDIE_MAC = "Freddie Mac"  # the only issuer whose lines may come without a program

Tally = Counter[tuple[str, str]]


def tally(frame: pl.DataFrame) -> Tally:
    """Factors by issuer and rule, over the lines with an original face and a balance."""
    given = frame.filter((pl.col("original_face") > 0) & pl.col("balance").is_not_null())
    counted: Tally = Counter()
    for program, factor, face, balance in given.select("program", "factor", "original_face", "balance").iter_rows():
        issuer = convention(program).issuer if program else FREDDIE_MAC
        counted[issuer, compared(factor, face, balance).rule] += 1
    return counted


def by_issuer(counted: Tally) -> Mapping[str, dict[str, int]]:
    """The tally as issuer → rule → factors, as it is kept with the file."""
    table: dict[str, dict[str, int]] = {}
    for (issuer, rule), factors in sorted(counted.items()):
        table.setdefault(issuer, {})[str(rule)] = factors
    return table
