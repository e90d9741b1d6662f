"""The rules of a run: frozen as texts with a fingerprint when it starts, compiled from them when a part is checked."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache

import polars as pl
from django.core.files.base import ContentFile

from diligence.domain import filefacts
from diligence.domain.batches import check_batch
from diligence.domain.compiling import RuleSet
from diligence.domain.criteria_rules import ruleset_for
from diligence.domain.evaluate import Evaluation
from diligence.domain.rule import Rule
from diligence.domain.rulebook import Rulebook, load_texts, read_texts, shipped_texts
from diligence.models import RulebookVersion, Run, RunRule
from loans.domain import reference
from loans.domain.mapping import Mapping as ColumnMapping
from loans.models import CriteriaVersion, TapeChunk, TapeVersion
from loans.services.files import parquet_of, read_parquet, read_rows

KEPT_COMPILED = 8
GROUP_ROWS = 50_000  # a part reads its own stretch of the facts of the file, few rows more


def freeze(*, criteria: CriteriaVersion | None, at: datetime) -> RulebookVersion:
    """The shipped rules and the criteria as they are now; the same texts are kept once."""
    texts = [list(named) for named in shipped_texts()]
    criteria_text = criteria.text if criteria else ""
    tables = reference.fingerprints()
    digest = hashlib.sha256(json.dumps([texts, criteria_text, tables], sort_keys=True).encode()).hexdigest()
    version, _ = RulebookVersion.objects.get_or_create(
        content_hash=digest,
        defaults={"texts": texts, "criteria": criteria_text, "reference": tables, "frozen_at": at},
    )
    return version


def ruleset_of(run: Run) -> RuleSet:
    """The rules of a run, compiled from their frozen texts; a worker keeps the last few."""
    return compiled(run.rulebook.content_hash, run.as_of)


@lru_cache(maxsize=KEPT_COMPILED)
def compiled(content_hash: str, as_of: date) -> RuleSet:
    """The rules behind a fingerprint of rules and criteria; a process reads their texts once."""
    frozen = RulebookVersion.objects.get(content_hash=content_hash)
    texts = [(name, text) for name, text in frozen.texts]
    return ruleset_for(rulebook_of(texts), criteria_text=frozen.criteria, as_of=as_of)


def rulebook_of(texts: Sequence[tuple[str, str]]) -> Rulebook:
    """The rules of frozen texts; those that ship with this release were checked when it started (`manage.py check`)."""
    return read_texts(texts) if texts == shipped_texts() else load_texts(texts)


def rules_of(run: Run) -> Mapping[int, Rule]:
    return ruleset_of(run).rules


def rule_rows(run: Run) -> list[RunRule]:
    """A row for each rule of a run, with nothing counted yet."""
    return [
        RunRule(
            run=run,
            rule_no=number,
            code=rule.code,
            title=rule.title,
            severity=rule.severity_on(run.as_of),
            component=rule.component,
            waivable=rule.waivable,
        )
        for number, rule in rules_of(run).items()
        if rule.scope != "bundle"
    ]


def file_facts(version: TapeVersion, *, as_of: date) -> ContentFile:
    """What only the whole tape can say of a row, such as how often its loan number occurs."""
    parts = TapeChunk.objects.filter(version=version)
    signs = [filefacts.signs_of(read_parquet(part.typed, only=filefacts.FIELDS_READ)) for part in parts]
    facts = filefacts.file_facts(signs, as_of=as_of, layout=version.layout)
    return parquet_of(facts, group_rows=GROUP_ROWS)


def mapping_of(run: Run) -> ColumnMapping:
    return ColumnMapping.from_json(run.version.mapping or {})


def evaluate_part(run: Run, typed: pl.DataFrame, problems: pl.DataFrame) -> Evaluation:
    """All rules over one part of the run's tape."""
    return check_batch(
        typed,
        problems,
        ruleset_of(run),
        header_of=mapping_of(run).header_of,
        file_facts=read_rows(run.file_facts, typed["row_no"]),
        layout=run.version.layout,
    )
