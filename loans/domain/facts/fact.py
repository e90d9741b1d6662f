"""What a derived fact is, and the vectorised arithmetic facts are made of."""

from dataclasses import dataclass

import polars as pl

CENTS = 100
NOISE_DIGITS = 5
"""Decimals kept of a hundredth: 79.99999999 counts as 80.00, 79.9999 does not."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One derived column: `expression` over canonical fields and other facts, `arithmetic` in words for people."""

    name: str
    label: str
    unit: str
    expression: pl.Expr
    inputs: tuple[str, ...]
    arithmetic: str
    source: str = "Definition"


def as_facts(*facts: Fact) -> dict[str, Fact]:
    """Facts by name, in the order given."""
    return {fact.name: fact for fact in facts}


def in_cents(money: pl.Expr) -> pl.Expr:
    """Whole cents (Int64) of a USD amount; null when it is not a finite number."""
    return (money * CENTS).round(0).cast(pl.Int64, strict=False)


def positive(number: pl.Expr) -> pl.Expr:
    """The number, or null when it is zero or negative and cannot divide."""
    return pl.when(number > 0).then(number)


def percent_of(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """100 * part / whole in percent, cut (not rounded) to two decimals, exact because it is reckoned in whole cents."""
    hundredths = (in_cents(part) * CENTS * CENTS) // in_cents(positive(whole))
    return hundredths / CENTS


def truncated(percent: pl.Expr) -> pl.Expr:
    """A percentage cut to two decimals, immune to binary noise."""
    return (percent * CENTS).round(NOISE_DIGITS).floor() / CENTS


def rounded_up(percent: pl.Expr) -> pl.Expr:
    """A percentage cut to two decimals, then rounded up to a whole percent: 94.01 is 95, 80.001 is 80."""
    return ((percent * CENTS).round(NOISE_DIGITS).floor() / CENTS).ceil()


def blank_as_zero(number: pl.Expr) -> pl.Expr:
    return number.fill_null(0)


def joined(parts: list[pl.Expr]) -> pl.Expr:
    """The texts that are there, joined by commas; empty text when none is."""
    return pl.concat_str(parts, separator=", ", ignore_nulls=True)
