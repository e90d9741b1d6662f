"""What a new version of a tape changed against the one before, worked out once the version is ready."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from django.db.models import QuerySet

from loans.domain.differences import CHANGE_SCHEMA, Pairs, came_and_went, changes, differs, pair
from loans.domain.fields import FIELDS
from loans.domain.lifecycles import TapeStatus
from loans.domain.mapping import Mapping
from loans.domain.purposes import TapePurpose
from loans.models import TapeVersion
from loans.services import snapshots
from loans.services.files import parquet_of, read_parquet
from loans.services.intake import Clock
from loans.services.leases import MAX_ATTEMPTS, Lost, claim, renew
from loans.services.mappings import BALANCES

FIELDS_AT_ONCE = 6  # of both versions in memory, whatever the number of columns
CHANGES_KEPT = 1_000_000
EXAMPLES = 25
EXAMPLES_OF_FIELD = 3


@dataclass
class Comparison:
    """What has been found so far."""

    changed: pl.Series
    counts: dict[str, int] = field(default_factory=dict)
    frames: list[pl.DataFrame] = field(default_factory=list)
    kept: int = 0
    found: int = 0

    def keep(self, frame: pl.DataFrame) -> None:
        """Keep changes for the download, up to the bound."""
        self.found += frame.height
        frame = frame.head(CHANGES_KEPT - self.kept)
        self.kept += frame.height
        if frame.height:
            self.frames.append(frame)


def compare(*, version_id: int, clock: Clock) -> bool:
    """Compare a ready version with the ready one before it, once; False when somebody else does or did it.

    Loans are found again by their number. A field that only one of the two versions has is named and not counted as a
    change of every loan.
    """
    if not lacking().filter(pk=version_id).exists():
        return False
    version = claim(version_id, status=TapeStatus.READY, at=clock())
    if version is None:
        return False
    earlier = before(version)
    if earlier is None:
        return finish(version, {"against": None})
    try:
        result, found = compared(earlier, version, clock=clock)
    except Lost:
        return False
    except Exception:
        if version.attempts >= MAX_ATTEMPTS:
            finish(version, {"against": earlier.number, "failed": True})
        raise
    version.changes.save("changes.parquet", parquet_of(found), save=False)
    return finish(version, result, changes=version.changes.name)


def lacking() -> QuerySet[TapeVersion]:
    """Versions that are ready and not yet compared with the one before. A pool's months are not versions of a month."""
    return TapeVersion.objects.filter(
        status=TapeStatus.READY, number__gt=1, difference__isnull=True, tape__purpose=TapePurpose.SALE
    )


def before(version: TapeVersion) -> TapeVersion | None:
    earlier = TapeVersion.objects.filter(tape_id=version.tape_id, number__lt=version.number, status=TapeStatus.READY)
    return earlier.order_by("-number").first()


def finish(version: TapeVersion, difference: dict[str, Any], **more: object) -> bool:
    waiting = lacking().filter(pk=version.pk)
    return bool(waiting.update(difference=difference, lease_until=None, attempts=0, **more))


def compared(earlier: TapeVersion, version: TapeVersion, *, clock: Clock) -> tuple[dict[str, Any], pl.DataFrame]:
    """The summary as it is stored, and the changes one by one."""
    pairs = pair(column(earlier, "loan_id"), column(version, "loan_id"))
    comparison = Comparison(changed=pl.repeat(False, pairs.both.height, eager=True, dtype=pl.Boolean))
    comparison.keep(came_and_went(pairs))
    had, has = fields_of(earlier), fields_of(version)
    shared = [name for name in has if name in had and name != "loan_id"]
    for names in in_groups(shared):
        add_fields(comparison, pairs, columns(earlier, names), columns(version, names))
        renew(version, at=clock())
    found = pl.concat(comparison.frames) if comparison.frames else pl.DataFrame(schema=CHANGE_SCHEMA)
    summary = {
        "against": earlier.number,
        "added": pairs.added.height,
        "dropped": pairs.dropped.height,
        "changed": int(comparison.changed.sum()),
        "same": pairs.both.height - int(comparison.changed.sum()),
        "unnumbered": pairs.unnumbered,
        "added_upb": balance(version, pairs.added["after"]),
        "dropped_upb": balance(earlier, pairs.dropped["before"]),
        "fields": sorted_counts(comparison.counts),
        "new_fields": [name for name in has if name not in had],
        "lost_fields": [name for name in had if name not in has],
        "examples": examples(found),
        "listed": found.height,
        "found": comparison.found,
    }
    return summary, found


def add_fields(comparison: Comparison, pairs: Pairs, old: pl.DataFrame, new: pl.DataFrame) -> None:
    for name in new.columns:
        changed = differs(pairs, old[name], new[name])
        if count := int(changed.sum()):
            comparison.counts[name] = count
            comparison.changed |= changed
            comparison.keep(changes(pairs, old[name], new[name], changed))


def sorted_counts(counts: dict[str, int]) -> list[dict[str, Any]]:
    return [{"field": name, "count": n} for name, n in sorted(counts.items(), key=lambda pair: -pair[1])]


def examples(found: pl.DataFrame) -> list[dict[str, Any]]:
    """A few changes of each field, in the order of the tape."""
    changed = found.filter(pl.col("kind") == "changed")
    few = changed.group_by("field", maintain_order=True).head(EXAMPLES_OF_FIELD).head(EXAMPLES)
    return few.sort("row_after", maintain_order=True).to_dicts()


def fields_of(version: TapeVersion) -> tuple[str, ...]:
    """The canonical fields that the version fills, in the order of the catalogue."""
    filled = set(Mapping.from_json(version.mapping or {}).fields)
    return tuple(field.name for field in FIELDS if field.name in filled)


def in_groups(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), FIELDS_AT_ONCE):
        yield names[start : start + FIELDS_AT_ONCE]


def column(version: TapeVersion, name: str) -> pl.Series:
    return columns(version, [name])[name]


def columns(version: TapeVersion, names: list[str]) -> pl.DataFrame:
    """Some typed columns of all parts of a version, in row order."""
    parts = [read_parquet(part.typed, columns=names) for part in version.chunks.order_by("number")]
    return pl.concat(parts) if parts else pl.DataFrame(schema=dict.fromkeys(names, pl.String))


def balance(version: TapeVersion, places: pl.Series) -> float | None:
    """Balance of the loans at these places, in USD; None where the tape carries none."""
    names = [name for name in BALANCES if name in fields_of(version)]
    return round(snapshots.balance(columns(version, names)[places]), 2) if names else None
