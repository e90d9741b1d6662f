"""One batch of a tape against every rule that can be decided loan by loan."""

from collections.abc import Mapping

import polars as pl

from diligence.domain import cells, findings, hits
from diligence.domain.compiling import RuleSet
from diligence.domain.evaluate import Evaluation, evaluate
from loans.domain.formats import LENDER


def check_batch(
    typed: pl.DataFrame,
    problems: pl.DataFrame,
    ruleset: RuleSet,
    *,
    header_of: Mapping[str, str],
    file_facts: pl.DataFrame | None = None,
    layout: str = LENDER.code,
) -> Evaluation:
    """Rules by expression, unreadable cells and blank required fields, as one set of findings and counts.

    `problems` are casting's, `header_of` gives the tape's header of a field, `file_facts` come from `filefacts`.
    """
    by_rule = evaluate(typed, ruleset, header_of=header_of, file_facts=file_facts)
    about_cells = pl.concat(
        [
            cells.problem_hits(problems, ruleset),
            cells.required_hits(typed, problems, ruleset, header_of=header_of, layout=layout),
        ]
    )
    found = hits.render(about_cells, ruleset, typed)
    counts = hits.counts(found, (*cells.CELL_RULES, cells.REQUIRED), ruleset, rows=typed.height)
    return combined([by_rule, Evaluation(found, counts)])


def combined(parts: list[Evaluation]) -> Evaluation:
    """Several evaluations as one: findings in order of row and rule, counts of the same rule added up."""
    found = pl.concat([part.findings for part in parts]).sort("row_no", "rule_no", "seq")
    numbers = pl.col("findings", "fired", "clear", "not_evaluated", "upb_affected")
    counts = pl.concat([part.counts for part in parts]).group_by("rule_no", "code").agg(numbers.sum()).sort("rule_no")
    return Evaluation(found, counts.select(findings.COUNTS_SCHEMA.keys()))
