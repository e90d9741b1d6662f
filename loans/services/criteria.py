"""Criteria and reference tables that ship, kept in step with their rows in the database."""

from collections.abc import Iterator
from datetime import date, datetime

import polars as pl
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from loans import policies
from loans.domain import reference
from loans.domain.criteria import Criteria, load_text, shipped, shipped_texts
from loans.models import CriteriaVersion, ReferenceRow, ReferenceTable

ROWS_AT_ONCE = 2000


class Changed(Exception):
    """Another text was published under the same code; the message is a sentence for people."""


@transaction.atomic
def sync_criteria(*, at: datetime) -> int:
    """Publish the shipped criteria that are not there yet; returns how many were new.

    What is published stays as it is, since runs and bundles name it. A shipped text that changed under its code is
    published as the next revision, FNMA-2026-09.2, and the one before ends on that day.
    """
    texts, new = shipped_texts(), 0
    for code, criteria in shipped().items():
        revisions = CriteriaVersion.objects.filter(Q(code=code) | Q(code__startswith=f"{code}."), organization=None)
        if revisions.filter(content_hash=criteria.content_hash).exists():
            continue
        number = revisions.count() + 1
        revisions.filter(effective_to=None).update(effective_to=at.date())
        _version(criteria, texts[code], at, code=code if number == 1 else f"{code}.{number}").save()
        new += 1
    return new


def _version(criteria: Criteria, text: str, at: datetime, *, code: str) -> CriteriaVersion:
    return CriteriaVersion(
        code=code,
        name=criteria.name,
        text=text,
        content_hash=criteria.content_hash,
        effective_from=criteria.effective_from,
        effective_to=criteria.effective_to,
        published_at=at,
    )


@transaction.atomic
def publish(*, text: str, organization_id: int, at: datetime) -> CriteriaVersion:
    """Publish a purchaser's own criteria; the same text finds the version that holds it.

    Raises BrokenCriteria with every mistake, or Changed when another text was published under the code.
    """
    criteria = load_text(text, name="criteria")
    known = CriteriaVersion.objects.filter(code=criteria.code).first()
    if known is None:
        version = _version(criteria, text, at, code=criteria.code)
        version.organization_id = organization_id
        version.save()
        return version
    if known.content_hash != criteria.content_hash or known.organization_id != organization_id:
        raise Changed(f"Other criteria were published as {criteria.code}. Choose another code.")
    return known


def publish_draft(*, version: CriteriaVersion, by: User, at: datetime) -> None:
    """Publish a draft written in the admin; from then on its text no longer changes.

    Raises NotAllowed, BrokenCriteria, or Changed when it was published already.
    """
    policies.check_can_publish(by)
    version.parsed()
    draft = CriteriaVersion.objects.filter(pk=version.pk, published_at=None, content_hash=version.content_hash)
    if not draft.update(published_at=at, published_by=by):
        raise Changed("Published already, or changed since it was shown.")


@transaction.atomic
def sync_reference(*, at: datetime) -> int:
    """Mirror the shipped tables whose file has changed; returns how many were written."""
    known = dict(ReferenceTable.objects.values_list("name", "sha256"))
    ReferenceTable.objects.exclude(name__in=reference.TABLES).delete()
    changed = [table for table in reference.TABLES.values() if known.get(table.name) != table.sha256]
    for table in changed:
        _mirror(table, at)
    return len(changed)


def _mirror(table: reference.Table, at: datetime) -> None:
    ReferenceTable.objects.filter(name=table.name).delete()
    stored = ReferenceTable.objects.create(
        name=table.name,
        title=table.title,
        source=table.source,
        status=table.status,
        effective_from=table.effective_from,
        effective_to=table.effective_to,
        sha256=table.sha256,
        columns=list(table.columns),
        row_count=table.rows,
        loaded_at=at,
    )
    rows = (ReferenceRow(table=stored, number=number, values=values) for number, values in _rows(table.frame()))
    ReferenceRow.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def _rows(frame: pl.DataFrame) -> Iterator[tuple[int, dict[str, object]]]:
    """Rows from 1 as plain values; dates as ISO text, since JSON has none."""
    for number, row in enumerate(frame.iter_rows(named=True), start=1):
        yield number, {name: str(value) if isinstance(value, date) else value for name, value in row.items()}
