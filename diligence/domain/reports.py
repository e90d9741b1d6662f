"""What a check found, as one plain object for programs, as text for people, and as a CSV of findings."""

from typing import Any

import polars as pl

from diligence.domain.pipeline import Checked
from diligence.domain.rule import SEVERITIES, Rule
from diligence.domain.wording import loans_text
from loans.domain.harmless import harmless_frame

CSV_COLUMNS = ("row", "loan_id", "rule", "severity", "fields", "columns", "message")
_COLUMNS_SHOWN = 12


def as_object(checked: Checked, *, file: str, sha256: str, criteria: str | None, seconds: float) -> dict[str, Any]:
    """The check as one object of plain values; rules without a count are left out of the `by_rule` tables."""
    counts = checked.counts
    return {
        "file": file,
        "sha256": sha256,
        "loans": checked.loans,
        "layout": checked.matched.tape.layout.code,
        "as_of": checked.ruleset.as_of.isoformat(),
        "criteria": criteria,
        "profile": checked.ruleset.profile,
        "rulebook": checked.rulebook_hash,
        "columns": _columns(checked),
        "findings": {
            "total": sum(checked.by_severity.values()),
            "by_severity": checked.by_severity,
            "by_rule": _by_rule(counts, "findings"),
        },
        "not_evaluated": {"total": int(counts["not_evaluated"].sum()), "by_rule": _by_rule(counts, "not_evaluated")},
        "clear": {"total": int(counts["clear"].sum()), "by_rule": _by_rule(counts, "clear")},
        "loans_with_fatal": checked.loans_with_fatal,
        "upb": round(checked.totals.upb, 2),
        "seconds": round(seconds, 3),
    }


def _by_rule(counts: pl.DataFrame, column: str) -> dict[str, int]:
    return dict(counts.filter(pl.col(column) > 0).select("code", column).sort("code").iter_rows())


def _columns(checked: Checked) -> dict[str, Any]:
    used = {name: mapped.field for name, mapped in checked.matched.mapping.columns.items()}
    matched = [
        {"column": m.column, "field": used[m.column], "how": m.how, "confidence": round(m.confidence, 3)}
        for m in checked.matched.proposal.matches
        if used.get(m.column)
    ]
    return {"matched": matched, "unmatched": [name for name in checked.matched.tape.columns if not used.get(name)]}


def as_text(checked: Checked, *, file: str, seconds: float) -> str:
    """The check in a few lines: what was read, what was found, rule by rule in order of severity."""
    found, layout = checked.by_severity, checked.matched.tape.layout
    warnings = found["warning"] + found["warning_to_fatal"]
    lines = [
        f"{file}: {loans_text(checked.loans)}, ${checked.totals.upb:,.2f}, read as {layout.title}.",
        _columns_line(checked),
        f"Findings: {found['fatal']:,} fatal on {loans_text(checked.loans_with_fatal)}, "
        f"{warnings:,} {'warning' if warnings == 1 else 'warnings'}, {found['informational']:,} informational.",
        *_rule_lines(checked),
        f"As of {checked.ruleset.as_of.isoformat()}, rulebook {checked.rulebook_hash[:12]}, {seconds:.1f} s.",
    ]
    return "\n".join(lines)


def _columns_line(checked: Checked) -> str:
    columns = _columns(checked)
    unused = columns["unmatched"]
    text = f"Columns: {len(columns['matched'])} matched"
    if not unused:
        return f"{text}."
    more = f" and {len(unused) - _COLUMNS_SHOWN} more" if len(unused) > _COLUMNS_SHOWN else ""
    return f"{text}, not used: {', '.join(unused[:_COLUMNS_SHOWN])}{more}."


def _rule_lines(checked: Checked) -> list[str]:
    rows = checked.counts.filter(pl.col("findings") > 0).to_dicts()
    rows.sort(key=lambda row: (checked.worst[row["rule_no"]], -row["findings"]))
    words = {number: word.replace("_", " ") for word, number in SEVERITIES.items()}
    return [
        _rule_line(row, checked.ruleset.rules[row["rule_no"]], words[checked.worst[row["rule_no"]]]) for row in rows
    ]


def _rule_line(row: dict[str, Any], rule: Rule, severity: str) -> str:
    open_ends = f", not evaluated on {row['not_evaluated']:,}" if row["not_evaluated"] else ""
    return f"  {rule.code:<9} {severity:<16} {row['findings']:>9,}  {rule.title}{open_ends}"


def csv_rows(found: pl.DataFrame, checked_rules: dict[int, Rule], words: dict[int, str]) -> pl.DataFrame:
    """Findings as the rows of the CSV; texts that a spreadsheet would run as a formula begin with an apostrophe."""
    codes = {number: rule.code for number, rule in checked_rules.items()}
    rows = found.select(
        pl.col("row_no").alias("row"),
        "loan_id",
        pl.col("rule_no").replace_strict(codes, return_dtype=pl.String).alias("rule"),
        pl.col("severity").replace_strict(words, return_dtype=pl.String),
        "fields",
        "columns",
        "message",
    )
    return harmless_frame(rows)
