"""What a bundle adds up to: loans, UPB, findings by rule, strata, limits; stored so that pages never sum loans."""

from collections.abc import Callable, Collection
from dataclasses import asdict
from decimal import Decimal

import polars as pl
from django.db import connection
from django.db.models import Exists, OuterRef, Q

from diligence.domain import summaries
from diligence.domain.expressions import names_in
from diligence.domain.kickouts import Suggestion, suggested
from diligence.domain.pool import evaluate_pool
from diligence.models import Decision
from diligence.services.finishing import summarized, typed_columns
from diligence.services.rulebooks import ruleset_of
from portfolios.domain.verdicts import FATAL, Check
from portfolios.models import Bundle, BundleLoan
from portfolios.services import duplicates, picks

Tick = Callable[[], None]
TOTALS = """
    SELECT count(*), coalesce(sum(b.upb), 0),
           count(*) FILTER (WHERE b.kicked_out <> ''), coalesce(sum(b.upb) FILTER (WHERE b.kicked_out <> ''), 0),
           count(*) FILTER (WHERE b.kicked_out = '' AND l.open_fatal > 0),
           coalesce(sum(b.upb) FILTER (WHERE b.kicked_out = '' AND l.open_fatal > 0), 0)
    FROM portfolios_bundleloan b LEFT JOIN diligence_loanresult l ON l.run_id = %s AND l.row_no = b.row_no
    WHERE b.bundle_id = %s
"""
RULES = """
    SELECT code, title, severity, waivable, rule_no, sum(findings), sum(open), count(*), sum(upb)
    FROM (SELECT r.code, r.title, f.severity, r.waivable, r.rule_no, b.row_no, min(b.upb) AS upb,
                 count(*) AS findings, count(*) FILTER (WHERE f.status NOT IN (1, 2)) AS open
          FROM portfolios_bundleloan b
          JOIN diligence_finding f ON f.run_id = %s AND f.row_no = b.row_no
          JOIN diligence_runrule r ON r.run_id = f.run_id AND r.rule_no = f.rule_no
          WHERE b.bundle_id = %s AND b.kicked_out = ''
          GROUP BY r.code, r.title, f.severity, r.waivable, r.rule_no, b.row_no) AS loan
    GROUP BY code, title, severity, waivable, rule_no ORDER BY severity, sum(open) DESC, code
"""
LARGE = 10_000  # loans from which a join planned for a single one is felt
FILLED = ("portfolios_bundleloan", "diligence_loanresult", "diligence_finding")
GROUPS = {1: "fatal", 2: "warning", 3: "warning", 4: "info"}


def measured(bundle: Bundle, *, tick: Tick) -> dict[str, object]:
    """What the bundle adds up to, as values of its columns; `tick` is called between the parts of the work."""
    delivered = loans_of(bundle, picks.delivered_rows(bundle))
    tick()
    if delivered.height > LARGE:
        look_at_filled()
    totals, rules = totals_of(bundle), rules_of(bundle)
    tick()
    found = open_by_group(rules)
    kept = delivered.filter(pl.col("row_no").is_in(picks.kept_rows(bundle).implode()))
    values = {"summary": summarized(kept), "limits": limits_of(bundle, kept)}
    tick()
    same = kept.height == delivered.height
    values["suggested"] = asdict(suggestion_of(bundle, kept))
    tick()
    values["delivered_limits"] = values["limits"] if same else limits_of(bundle, delivered)
    values["checks"] = [asdict(check) for check in (no_open_fatal(found, totals), *duplicates.checks(bundle))]
    tick()
    return {**totals, **values, "rules": rules, "found": found}


def look_at_filled() -> None:
    """Have PostgreSQL count the rows that were just copied: by itself it does so up to a minute later.

    Until then it plans for one loan, and a join that way took minutes on a hundred thousand: longer than the lease.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(FILLED)}")


def decided_since(bundle: Bundle) -> bool:
    """Whether somebody decided on findings of these loans, or took a decision back, after the last adding up."""
    if bundle.measured_at is None:
        return False
    later = Q(decided_at__gt=bundle.measured_at) | Q(superseded_at__gt=bundle.measured_at)
    mine = BundleLoan.objects.filter(bundle=bundle, loan_id=OuterRef("loan_id"))
    return Decision.objects.filter(later, Exists(mine), lender=bundle.lender_id).exists()


def totals_of(bundle: Bundle) -> dict[str, int | Decimal]:
    names = ("loan_count", "upb", "kicked_out", "kicked_out_upb", "open_fatal", "open_fatal_upb")
    with connection.cursor() as cursor:
        cursor.execute(TOTALS, [bundle.run_id, bundle.pk])
        return dict(zip(names, cursor.fetchone(), strict=True))


def rules_of(bundle: Bundle) -> list[dict[str, object]]:
    """Findings by rule over the kept loans, fatal first; `upb` (USD) counts each loan once."""
    names = ("code", "title", "severity", "waivable", "rule_no", "findings", "open", "loans", "upb")
    with connection.cursor() as cursor:
        cursor.execute(RULES, [bundle.run_id, bundle.pk])
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [{**row, "findings": int(row["findings"]), "open": int(row["open"]), "upb": str(row["upb"])} for row in rows]


def open_by_group(rules: list[dict[str, object]]) -> dict[str, int]:
    """Open findings by what people see: fatal, warning, info."""
    counts = {"fatal": 0, "warning": 0, "info": 0}
    for rule in rules:
        counts[GROUPS[int(str(rule["severity"]))]] += int(str(rule["open"]))
    return counts


def no_open_fatal(found: dict[str, int], totals: dict[str, int | Decimal]) -> Check:
    loans = totals["open_fatal"]
    on = "1 loan" if loans == 1 else f"{loans:,} loans"
    return Check(
        "OPEN-1", "No open fatal finding", not loans, FATAL, f"{found['fatal']:,} on {on}" if loans else "0 findings"
    )


def limits_of(bundle: Bundle, loans: pl.DataFrame) -> list[dict[str, object]]:
    """Every limit of the bundle's criteria over these loans."""
    return [asdict(limit) for limit in evaluate_pool(loans, ruleset_of(bundle.run), bundle.criteria.parsed())]


def suggestion_of(bundle: Bundle, kept: pl.DataFrame) -> Suggestion:
    """Which kept loans to leave out for the limits, besides those with open fatal findings, which leave first."""
    leaving = picks.rows_with_open_fatal(bundle.run).to_list()
    return suggested(kept, ruleset_of(bundle.run), bundle.criteria.parsed(), leaving=leaving)


def loans_of(bundle: Bundle, rows: pl.Series) -> pl.DataFrame:
    """Those columns of these loans that the summary and the limits need."""
    wanted = rows.implode()
    parts = [part.filter(pl.col("row_no").is_in(wanted)) for part in typed_columns(bundle.run, needed(bundle))]
    return pl.concat(parts, how="diagonal") if parts else pl.DataFrame(schema={"row_no": pl.Int64})


def needed(bundle: Bundle) -> tuple[str, ...]:
    limits = bundle.criteria.parsed().limits
    named: Collection[str] = {
        name for limit in limits for sql in (limit.filter, limit.by) if sql for name in names_in(sql)
    }
    behind = ruleset_of(bundle.run).vocabulary.fields_behind(named)
    return tuple(sorted({"loan_id", *summaries.READ, *behind}))
