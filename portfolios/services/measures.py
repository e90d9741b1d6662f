"""What a bundle adds up to: loans, UPB, findings by rule, strata and the limits, stored so that pages never sum loans."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal

import polars as pl
from django.db import connection

from diligence.domain.pool import evaluate_pool
from diligence.services.finishing import summarized
from diligence.services.rulebooks import ruleset_of
from loans.models import TapeChunk
from loans.services.files import read_parquet
from loans.services.snapshots import EXTRA
from portfolios.models import Bundle
from portfolios.services.picks import kept_rows

TOTALS = """
    SELECT count(*), coalesce(sum(b.upb), 0),
           count(*) FILTER (WHERE b.kicked_out <> ''), coalesce(sum(b.upb) FILTER (WHERE b.kicked_out <> ''), 0),
           count(*) FILTER (WHERE b.kicked_out = '' AND l.open_fatal > 0),
           coalesce(sum(b.upb) FILTER (WHERE b.kicked_out = '' AND l.open_fatal > 0), 0)
    FROM portfolios_bundleloan b LEFT JOIN diligence_loanresult l ON l.run_id = %s AND l.row_no = b.row_no
    WHERE b.bundle_id = %s
"""
RULES = """
    SELECT r.code, r.title, r.severity, r.waivable, count(*), count(*) FILTER (WHERE f.status NOT IN (1, 2)),
           count(DISTINCT f.row_no), coalesce(sum(b.upb) FILTER (WHERE f.seq = first.seq), 0)
    FROM portfolios_bundleloan b
    JOIN diligence_finding f ON f.run_id = %s AND f.row_no = b.row_no
    JOIN diligence_runrule r ON r.run_id = f.run_id AND r.rule_no = f.rule_no
    JOIN LATERAL (SELECT min(g.seq) AS seq FROM diligence_finding g
                  WHERE g.run_id = f.run_id AND g.row_no = f.row_no AND g.rule_no = f.rule_no) AS first ON true
    WHERE b.bundle_id = %s AND b.kicked_out = ''
    GROUP BY r.code, r.title, r.severity, r.waivable ORDER BY r.severity, 6 DESC, r.code
"""


def measure(*, bundle: Bundle, at: datetime) -> None:
    """Count and sum the bundle again and store it."""
    kept = kept_loans(bundle)
    totals = totals_of(bundle)
    values = {
        **totals,
        "rules": rules_of(bundle),
        "summary": summarized(kept),
        "limits": [asdict(limit) for limit in evaluate_pool(kept, ruleset_of(bundle.run), bundle.criteria.parsed())],
        "measured_at": at,
    }
    Bundle.objects.filter(pk=bundle.pk).update(**values)
    bundle.refresh_from_db()


def totals_of(bundle: Bundle) -> dict[str, int | Decimal]:
    names = ("loan_count", "upb", "kicked_out", "kicked_out_upb", "open_fatal", "open_fatal_upb")
    with connection.cursor() as cursor:
        cursor.execute(TOTALS, [bundle.run_id, bundle.pk])
        return dict(zip(names, cursor.fetchone(), strict=True))


def rules_of(bundle: Bundle) -> list[dict[str, object]]:
    """Findings by rule over the kept loans, fatal first."""
    names = ("code", "title", "severity", "waivable", "findings", "open", "loans", "upb")
    with connection.cursor() as cursor:
        cursor.execute(RULES, [bundle.run_id, bundle.pk])
        return [{**dict(zip(names, row, strict=True)), "upb": str(row[-1])} for row in cursor.fetchall()]


def kept_loans(bundle: Bundle) -> pl.DataFrame:
    """Typed columns of the kept loans; loans are money here, so every column the pool rules may name is read."""
    kept = kept_rows(bundle)
    parts = [read_parquet(chunk.typed) for chunk in TapeChunk.objects.filter(version_id=bundle.run.version_id)]
    frames = [
        part.filter(pl.col("row_no").is_in(kept.implode())).drop(pl.selectors.starts_with(EXTRA)) for part in parts
    ]
    return pl.concat(frames, how="diagonal") if frames else pl.DataFrame(schema={"row_no": pl.Int64})
