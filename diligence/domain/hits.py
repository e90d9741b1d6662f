"""Findings that the engine makes itself under a rule's code: about a cell, a column or the whole tape."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from diligence.domain import findings, wording
from diligence.domain.compiling import RuleSet
from diligence.domain.engine_words import ENGINE_WORDS
from diligence.domain.vocabulary import Name

WHOLE_TAPE_ROW = 0

SCHEMA: dict[str, pl.DataType] = {
    "code": pl.String(),
    "row_no": pl.Int64(),
    "severity": pl.Int8(),
    "fields": pl.String(),
    "columns": pl.String(),
    "message": pl.String(),
    "values": pl.String(),
    **{word: pl.String() for word in sorted(ENGINE_WORDS)},
}
"""A hit: `severity` and `message` only where they differ from the rule's own; the words its message may use."""

_WORDS = {word: Name(word, word, pl.String()) for word in ENGINE_WORDS}


def whole_tape_hit(
    code: str, words: Mapping[str, object], *, severity: int | None = None, message: str | None = None
) -> dict[str, object]:
    """One hit about the tape, not about a loan. The words `fields` and `columns` name what it is about."""
    plain = {name: None if value is None else str(value) for name, value in words.items()}
    return {"code": code, "row_no": WHOLE_TAPE_ROW, "severity": severity, "message": message, **plain}


def frame_of(hits: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    return pl.DataFrame(list(hits), schema=SCHEMA)


def with_all_words(hits: pl.DataFrame) -> pl.DataFrame:
    """The hits with every column of SCHEMA, in its order; what was not given is blank."""
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in SCHEMA.items() if name not in hits.columns]
    return hits.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


def render(hits: pl.DataFrame, ruleset: RuleSet, loans: pl.DataFrame) -> pl.DataFrame:
    """Hits as findings; `loans` gives loan number and balance by row_no. Hits of rules that do not run are dropped."""
    numbers = ruleset.numbers("file")
    known = hits.filter(pl.col("code").is_in(list(numbers)))
    if known.is_empty():
        return findings.empty()
    named = known.join(_names_and_balances(loans), on="row_no", how="left", maintain_order="left")
    parts = [
        _of_rule(group, numbers[str(code)], ruleset)
        for (code,), group in named.group_by("code", maintain_order=True)
    ]  # fmt: skip
    return pl.concat(parts).sort("row_no", "rule_no", "seq")


def _names_and_balances(loans: pl.DataFrame) -> pl.DataFrame:
    upb = findings.balance(loans.columns).alias("balance")
    return loans.select("row_no", findings.loan_id(loans.columns), upb).with_columns(pl.col("row_no").cast(pl.Int64))


def _of_rule(hits: pl.DataFrame, number: int, ruleset: RuleSet) -> pl.DataFrame:
    rule = ruleset.rules[number]
    texts = {name: wording.literal_text(value) for name, value in rule.params_on(ruleset.as_of).items()}
    return hits.with_columns(row=pl.col("row_no").cast(pl.String)).select(
        pl.col("row_no"),
        pl.lit(number, pl.Int16).alias("rule_no"),
        pl.int_range(pl.len()).over("row_no").cast(pl.Int16).alias("seq"),
        pl.col("severity").fill_null(rule.severity_on(ruleset.as_of)).cast(pl.Int8),
        pl.col("loan_id").fill_null(""),
        pl.col("fields").fill_null(""),
        pl.col("columns").fill_null(""),
        pl.coalesce("message", wording.message(rule.message, _WORDS, texts)).alias("message"),
        pl.col("values").fill_null("{}"),
        pl.col("balance").fill_null(0.0).alias("upb"),
    )


def counts(found: pl.DataFrame, codes: Sequence[str], ruleset: RuleSet, *, rows: int) -> pl.DataFrame:
    """Counts of engine rules over a batch of loans: a loan without a hit is clear."""
    numbers = {code: number for code, number in ruleset.numbers("file").items() if code in codes}
    loans = found.filter(pl.col("row_no") > WHOLE_TAPE_ROW).unique(["rule_no", "row_no"])
    tally = loans.group_by("rule_no").agg(fired=pl.len(), upb=pl.col("upb").sum())
    by_number = {number: (fired, upb) for number, fired, upb in tally.iter_rows()}
    totals = dict(found.group_by("rule_no").len().iter_rows())
    return pl.DataFrame(
        [
            (number, code, totals.get(number, 0), fired, rows - fired, 0, upb)
            for code, number in numbers.items()
            for fired, upb in [by_number.get(number, (0, 0.0))]
        ],
        schema=findings.COUNTS_SCHEMA,
        orient="row",
    )
