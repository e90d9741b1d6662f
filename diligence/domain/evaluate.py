"""All rules over a batch of loans in one pass, with three outcomes: fired, clear, not evaluated."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from diligence.domain import expressions, findings
from diligence.domain.compiling import RuleSet, Test
from diligence.domain.vocabulary import Vocabulary
from loans.domain.plans import at_once

Tally = tuple[int, int, int]
"""Loans fired, clear, not evaluated."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`findings`: one row a finding (findings.SCHEMA); `counts`: one row a rule (findings.COUNTS_SCHEMA)."""

    findings: pl.DataFrame
    counts: pl.DataFrame


def evaluate(
    typed: pl.DataFrame,
    ruleset: RuleSet,
    *,
    header_of: Mapping[str, str],
    file_facts: pl.DataFrame | None = None,
) -> Evaluation:
    """Run every loan rule over a typed batch.

    A rule for each of several fields counts a loan once: fired where any of them fired, not evaluated where none could
    be. A rule whose fields have no column on the tape is not evaluated for any loan. `file_facts` has row_no and the
    whole-file facts (see `filefacts.file_facts`).
    """
    frame = typed if file_facts is None else _with_file_facts(typed, file_facts)
    tests = [test for test in ruleset.tests if _can_run(test, frame.columns, ruleset.vocabulary)]
    complete = ruleset.vocabulary.complete(frame, _needed(tests), ruleset.as_of)
    outcomes = _outcomes(complete, tests, absent=_absent(ruleset.vocabulary, frame.columns))
    tallies = _tallies(outcomes, tests)
    fired = [test for test in tests if tallies[test.rule_no][0]]
    hits = findings.loans_hit(complete, outcomes, fired, ruleset)
    found = findings.findings(hits, fired, ruleset, header_of)
    return Evaluation(found, _counts(ruleset, tallies, found, findings.balance_by_rule(hits, fired), typed.height))


def _with_file_facts(typed: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """The facts are put beside the loans where they stand row by row, and joined where they do not."""
    if typed["row_no"].equals(facts["row_no"]):
        return typed.hstack(facts.drop("row_no"))
    return typed.join(facts, on="row_no", how="left", maintain_order="left")


def _counts(
    ruleset: RuleSet, tallies: Mapping[int, Tally], found: pl.DataFrame, affected: Mapping[int, float], rows: int
) -> pl.DataFrame:
    totals = dict(found.group_by("rule_no").len().iter_rows())
    counted = [
        (number, rule.code, totals.get(number, 0), *tallies.get(number, (0, 0, rows)), affected.get(number, 0.0))
        for number, rule in ruleset.rules.items()
        if rule.scope == "loan"
    ]
    return pl.DataFrame(counted, schema=findings.COUNTS_SCHEMA, orient="row")


def _can_run(test: Test, columns: Sequence[str], vocabulary: Vocabulary) -> bool:
    behind = vocabulary.fields_behind(test.names)
    return not behind or not behind.isdisjoint(columns)


def _needed(tests: Iterable[Test]) -> frozenset[str]:
    return frozenset(name for test in tests for name in test.names)


def _absent(vocabulary: Vocabulary, columns: Sequence[str]) -> frozenset[str]:
    return vocabulary.of_kind("field", "file") - set(columns)


def _outcomes(frame: pl.DataFrame, tests: Sequence[Test], *, absent: frozenset[str]) -> pl.DataFrame:
    """row_no and one Boolean column a test, null where an input is blank."""
    columns = [
        expressions.parse(expressions.unknown_when_absent(test.sql, absent)).cast(pl.Boolean).alias(test.key)
        for test in tests
    ]
    return at_once(frame.lazy().select("row_no", *columns))


def _tallies(outcomes: pl.DataFrame, tests: Sequence[Test]) -> dict[int, Tally]:
    keys = _keys_by_rule(tests)
    wanted = [
        part
        for number, group in keys.items()
        for part in (_fired(group).sum().alias(f"fired_{number}"), _unknown(group).sum().alias(f"unknown_{number}"))
    ]
    totals = at_once(outcomes.lazy().select(wanted)).row(0, named=True) if wanted else {}
    return {
        number: (
            totals[f"fired_{number}"],
            outcomes.height - totals[f"fired_{number}"] - totals[f"unknown_{number}"],
            totals[f"unknown_{number}"],
        )
        for number in keys
    }


def _keys_by_rule(tests: Sequence[Test]) -> dict[int, list[str]]:
    keys: dict[int, list[str]] = {}
    for test in tests:
        keys.setdefault(test.rule_no, []).append(test.key)
    return keys


def _fired(keys: list[str]) -> pl.Expr:
    return pl.col(keys[0]) if len(keys) == 1 else pl.any_horizontal(pl.col(key).fill_null(value=False) for key in keys)


def _unknown(keys: list[str]) -> pl.Expr:
    return pl.col(keys[0]).is_null() if len(keys) == 1 else pl.all_horizontal(pl.col(key).is_null() for key in keys)
