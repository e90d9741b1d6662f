"""The same rules twice: as plain Polars expressions in one select, and as pandera checks."""

import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import polars as pl

from benchmarks.machine import own_cpu
from benchmarks.tapes import AS_OF
from diligence.domain import expressions, pipeline
from diligence.domain.compiling import RuleSet, Test
from diligence.domain.criteria_rules import NO_CRITERIA, ruleset_for
from diligence.domain.rulebook import shipped_rulebook
from loans.domain.casting import cast

Timed = tuple[int, float, float]
"""Failures, CPU seconds, seconds by the clock."""


@cache
def ruleset() -> RuleSet:
    return ruleset_for(shipped_rulebook(), criteria_text=NO_CRITERIA, as_of=AS_OF)


def typed_tape(tape: Path) -> pl.DataFrame:
    """Opened, matched, cast, with every derived fact and lookup: what both ways of checking start from."""
    with tempfile.TemporaryDirectory() as folder:
        job = pipeline.Job(tape, tape.name, Path(folder), shipped_rulebook(), AS_OF)
        matched = pipeline.match(job)
        parts = [cast(batch, matched.mapping).typed for batch in matched.tape.batches(pipeline.BATCH_ROWS)]
    frame = pl.concat(parts)
    names = frozenset(name for test in common_tests(frame) for name in test.names)
    return ruleset().vocabulary.complete(frame, names, AS_OF)


def common_tests(frame: pl.DataFrame) -> list[Test]:
    """The loan rules whose fields the tape has and that need nothing of the whole file: a peer can hold them all."""
    words = ruleset().vocabulary
    has = set(frame.columns)
    return [test for test in ruleset().tests if words.fields_behind(test.names) <= has and not _of_file(test)]


def _of_file(test: Test) -> bool:
    words = ruleset().vocabulary
    return bool(words.closure(test.names) & words.of_kind("file"))


def broken(test: Test) -> pl.Expr:
    """True where the loan breaks the rule; a blank input breaks nothing."""
    return expressions.parse(test.sql).cast(pl.Boolean).fill_null(value=False)


def by_expressions(frame: pl.DataFrame, tests: Sequence[Test]) -> Timed:
    """All rules in one select; row and rule of every failure."""

    def work() -> int:
        outcomes = frame.select(broken(test).alias(test.key) for test in tests)
        rows = [outcomes[test.key].arg_true() for test in tests]
        return sum(len(found) for found in rows)

    return timed(work)


def by_pandera(frame: pl.DataFrame, tests: Sequence[Test]) -> Timed:
    """All rules as checks of one schema, validated lazily so that every failure is collected."""
    import pandera.polars as pa
    from pandera.errors import SchemaErrors

    def check(test: Test) -> object:
        return pa.Check(lambda data: data.lazyframe.select((~broken(test)).alias(test.key)), name=test.key)

    schema = pa.DataFrameSchema(checks=[check(test) for test in tests])

    def work() -> int:
        try:
            schema.validate(frame, lazy=True)
        except SchemaErrors as errors:
            return int(errors.failure_cases.height)
        return 0

    return timed(work)


def timed(work: Callable[[], int]) -> Timed:
    cpu, clock = own_cpu(), time.perf_counter()
    failures = work()
    return failures, own_cpu() - cpu, time.perf_counter() - clock
