"""The fingerprint of an approved bundle: loans, values, findings and decisions, in an order that never changes."""

import hashlib
import json
from datetime import datetime

import polars as pl
from django.db import connection, transaction

from loans.models import TapeChunk
from loans.services.files import read_parquet
from portfolios.models import Bundle
from portfolios.services.measures import Tick
from portfolios.services.picks import kept_rows

FINDINGS = """
    SELECT f.row_no, r.code, f.seq, f.severity, md5(f.values)
    FROM diligence_finding f JOIN diligence_runrule r ON r.run_id = f.run_id AND r.rule_no = f.rule_no
    JOIN portfolios_bundleloan b ON b.bundle_id = %s AND b.row_no = f.row_no AND b.kicked_out = ''
    WHERE f.run_id = %s ORDER BY f.row_no, r.code, f.seq
"""
DECISIONS = """
    SELECT d.loan_id, d.rule, d.values_hash, d.kind, d.decided_by_id, d.decided_at, d.note
    FROM diligence_decision d JOIN portfolios_bundleloan b ON b.bundle_id = %s AND b.loan_id = d.loan_id
    WHERE d.lender_id = %s AND d.decided_at <= %s AND (d.superseded_at IS NULL OR d.superseded_at > %s)
      AND b.kicked_out = ''
    ORDER BY d.loan_id, d.rule, d.values_hash
"""


def frozen_hash(bundle: Bundle, *, at: datetime, tick: Tick = lambda: None) -> str:
    """SHA-256 (hex) over the kept loans with all their typed values, their findings and the decisions in force `at`.

    The status of a finding follows from the decisions, so what the lender decides after the approval changes nothing.
    `tick` is called between the parts of the tape.
    """
    digest = hashlib.sha256()
    digest.update(json.dumps([bundle.number, bundle.criteria.content_hash, bundle.run.rulebook.content_hash]).encode())
    kept = kept_rows(bundle)
    for chunk in TapeChunk.objects.filter(version_id=bundle.run.version_id):
        digest.update(values_text(read_parquet(chunk.typed), kept))
        tick()
    add_rows(digest, FINDINGS, [bundle.pk, bundle.run_id])
    add_rows(digest, DECISIONS, [bundle.pk, bundle.lender_id, at, at])
    return digest.hexdigest()


def values_text(frame: pl.DataFrame, kept: pl.Series) -> bytes:
    """Typed values of the kept rows as CSV, their columns in order of name, however the part was stored."""
    columns = sorted(frame.columns)
    return frame.filter(pl.col("row_no").is_in(kept.implode())).select(columns).write_csv(null_value="").encode()


def add_rows(digest: "hashlib._Hash", query: str, params: list[int | datetime]) -> None:
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(query, params)
        for row in cursor:
            digest.update(json.dumps([str(value) for value in row]).encode())
