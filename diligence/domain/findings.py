"""Findings: a row for each loan and rule that fired, with the words, the fields, the tape's own columns, the values."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from diligence.domain import wording
from diligence.domain.compiling import RuleSet, Test
from diligence.domain.vocabulary import Vocabulary

SCHEMA: dict[str, pl.DataType] = {
    "row_no": pl.Int64(),
    "rule_no": pl.Int16(),
    "seq": pl.Int16(),
    "severity": pl.Int8(),
    "loan_id": pl.String(),
    "fields": pl.String(),
    "columns": pl.String(),
    "message": pl.String(),
    "values": pl.String(),
    "upb": pl.Float64(),
}

COUNTS_SCHEMA: dict[str, pl.DataType] = {
    "rule_no": pl.Int16(),
    "code": pl.String(),
    "findings": pl.Int64(),
    "fired": pl.Int64(),
    "clear": pl.Int64(),
    "not_evaluated": pl.Int64(),
    "upb_affected": pl.Float64(),
}
"""Findings, and loans by outcome; `upb_affected` is the balance of the loans fired on, USD."""

_BALANCES = ("current_upb", "note_amount")


def empty() -> pl.DataFrame:
    return pl.DataFrame(schema=SCHEMA)


def balance(columns: Sequence[str]) -> pl.Expr:
    """The balance a loan counts with: the current UPB, or the note amount where that is blank or has no column; USD."""
    present = [pl.col(name).cast(pl.Float64) for name in _BALANCES if name in columns]
    return pl.coalesce(*present, pl.lit(0.0)) if present else pl.lit(0.0)


def loans_hit(frame: pl.DataFrame, outcomes: pl.DataFrame, fired: Sequence[Test], ruleset: RuleSet) -> pl.DataFrame:
    """The loans where any rule fired: what their findings show, and the outcomes of those rules."""
    if not fired:
        return frame.clear()
    keys = [test.key for test in fired]
    is_hit = outcomes.select(pl.any_horizontal(keys).fill_null(value=False)).to_series()
    shown = {name for test in fired for name in (*test.message_names, *test.seen)}
    read = ruleset.vocabulary.closure(shown) | {"row_no", "loan_id", *_BALANCES}
    hit = frame.select(name for name in frame.columns if name in read).filter(is_hit)
    return ruleset.vocabulary.complete(hit.hstack(outcomes.select(keys).filter(is_hit)), shown, ruleset.as_of)


def balance_by_rule(hits: pl.DataFrame, fired: Sequence[Test]) -> dict[int, float]:
    """Rule number to the balance of the loans it fired on, each loan once; USD."""
    keys: dict[int, list[str]] = {}
    for test in fired:
        keys.setdefault(test.rule_no, []).append(test.key)
    if not keys:
        return {}
    upb = balance(hits.columns)
    sums = hits.select(upb.filter(pl.any_horizontal(group)).sum().alias(str(number)) for number, group in keys.items())
    return {int(number): value for number, value in sums.row(0, named=True).items()}


def findings(hits: pl.DataFrame, fired: Sequence[Test], ruleset: RuleSet, header_of: Mapping[str, str]) -> pl.DataFrame:
    """The findings of all tests, in order of row, rule and seq."""
    if not fired:
        return empty()
    texts = pl.collect_all([_texts(hits.lazy(), test, ruleset.vocabulary) for test in fired], engine="in-memory")
    loan = pl.concat(hits[test.key].arg_true() for test in fired)
    test = pl.Series(np.repeat(np.arange(len(fired)), [text.height for text in texts]))
    parts = [_of_loans(hits)[loan], _of_tests(fired, header_of)[test], pl.concat(texts)]
    return pl.concat(parts, how="horizontal").select(SCHEMA.keys()).sort("row_no", "rule_no", "seq")


def _texts(hits: pl.LazyFrame, test: Test, vocabulary: Vocabulary) -> pl.LazyFrame:
    return hits.filter(pl.col(test.key)).select(
        pl.col("row_no").cast(pl.Int64),
        message=wording.message(test.template, vocabulary.names, test.words),
        values=_values(test, vocabulary),
    )


def _of_loans(hits: pl.DataFrame) -> pl.DataFrame:
    """What the findings of a loan have in common."""
    return hits.with_columns(loan_id(hits.columns), balance(hits.columns).alias("upb")).select("loan_id", "upb")


def _of_tests(tests: Sequence[Test], header_of: Mapping[str, str]) -> pl.DataFrame:
    """What the findings of a test have in common."""
    rows = [
        (test.rule_no, test.seq, test.severity, ";".join(test.fields), ";".join(_headers(test, header_of)))
        for test in tests
    ]
    names = ("rule_no", "seq", "severity", "fields", "columns")
    return pl.DataFrame(rows, schema={name: SCHEMA[name] for name in names}, orient="row")


def _headers(test: Test, header_of: Mapping[str, str]) -> list[str]:
    return [header_of[name] for name in test.fields if name in header_of]


def loan_id(columns: Sequence[str]) -> pl.Expr:
    column = pl.col("loan_id") if "loan_id" in columns else pl.lit(None, pl.String)
    return column.cast(pl.String).fill_null("").alias("loan_id")


def _values(test: Test, vocabulary: Vocabulary) -> pl.Expr:
    if not test.seen:
        return pl.lit("{}")
    texts = [wording.as_typed(vocabulary.names[name]).alias(name) for name in test.seen]
    return pl.struct(texts).struct.json_encode()
