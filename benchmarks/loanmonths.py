"""Invented histories of loans in Freddie Mac's performance layout: loans that pay, fall behind and leave."""

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from portfolios.domain.amortization import balance_ratio

COLUMNS = 32
TERM = 360
MONTHS = 84
FIRST = date(2019, 1, 1)
LEAVES_A_MONTH = 0.012
EXIT_CODES = ("01", "01", "01", "01", "01", "01", "02", "03", "09", "15", "96")
LATE = np.array(["0", "1", "2", "3", "RA"])
LATE_SHARES = (0.96, 0.02, 0.01, 0.009, 0.001)
PLACES = {"loan": 1, "month": 2, "balance": 3, "late": 4, "age": 5, "remaining": 6, "code": 9, "gone": 10, "rate": 11,
          "left": 27}  # fmt: skip


def history(path: Path, *, loan_months: int, seed: int) -> float:
    """Write about so many loan-months, a loan's months behind one another; returns their balance in the first month."""
    draw = np.random.default_rng(seed)
    lengths = _lengths(draw, loan_months)
    loans = lengths.size
    month = np.concatenate([np.arange(length) for length in lengths])
    loan = np.repeat(np.arange(loans), lengths)
    start, rate = draw.integers(50, 800, loans) * 1_000.0, draw.integers(20, 60, loans) / 8.0
    left = (month + 1 == lengths[loan]) & (lengths[loan] < MONTHS)
    balance = np.round(start[loan] * balance_ratio(rate[loan], TERM, TERM - month), 2)
    table = pl.DataFrame({"loan": loan, "month": month, "rate": rate[loan], "amount": balance, "gone": left})
    codes = draw.choice(EXIT_CODES, loan.size)
    late = LATE[draw.choice(len(LATE), loan.size, p=LATE_SHARES)]
    _lines(table.with_columns(late=pl.Series(late), code=pl.Series(codes)), seed).write_csv(
        path, separator="|", include_header=False, quote_style="never", null_value=""
    )
    return float(balance[(month == 0) & ~left].sum())


def _lengths(draw: np.random.Generator, loan_months: int) -> np.ndarray:
    """Months each loan is there, enough loans for so many loan-months."""
    guess = 2 * loan_months // int(1 / LEAVES_A_MONTH * (1 - (1 - LEAVES_A_MONTH) ** MONTHS))
    lengths = np.minimum(draw.geometric(LEAVES_A_MONTH, guess), MONTHS)
    return lengths[: int(np.searchsorted(np.cumsum(lengths), loan_months)) + 1]


def _lines(table: pl.DataFrame, seed: int) -> pl.DataFrame:
    stays = ~pl.col("gone")
    when = pl.lit(FIRST).dt.offset_by(pl.format("{}mo", "month")).dt.strftime("%Y%m")
    money = pl.col("amount").round(2).cast(pl.Decimal(14, 2)).cast(pl.String)
    cells = {
        "loan": pl.format("F{}Q1{}", pl.lit(f"{10 + seed % 80:02d}"), pl.col("loan").cast(pl.String).str.zfill(7)),
        "month": when,
        "balance": pl.when(stays).then(money).otherwise(pl.lit("0.00")),
        "late": pl.col("late"),
        "age": pl.col("month").cast(pl.String),
        "remaining": (TERM - pl.col("month")).cast(pl.String),
        "code": pl.when("gone").then("code"),
        "gone": pl.when("gone").then(when),
        "rate": pl.col("rate").cast(pl.Decimal(6, 3)).cast(pl.String),
        "left": pl.when("gone").then(money),
    }
    named = {place: cells[name] for name, place in PLACES.items()}
    return table.select(named.get(place, pl.lit(None, pl.String)).alias(f"c{place}") for place in range(1, COLUMNS + 1))
