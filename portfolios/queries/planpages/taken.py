"""Loans of a plan's pools that stand in a bundle already, and so cannot be sold a second time."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import polars as pl
from django.db.models import Q

from portfolios.domain.lifecycles import LIVE
from portfolios.models import Bundle, BundleLoan
from portfolios.models.plans import PoolingPlan

SAID = 3


@dataclass(frozen=True, slots=True)
class Taken:
    """How many loans of a pool are elsewhere, and the numbers of the bundles and sales they are in."""

    loans: int
    bundles: tuple[str, ...]
    sales: tuple[str, ...]

    def __str__(self) -> str:
        """As "3 of its loans are in B-2026-0001 already, which is in sale S-2026-0001"."""
        some = "1 of its loans is" if self.loans == 1 else f"{self.loans:,} of its loans are"
        more = f" and {len(self.bundles) - SAID} more" if len(self.bundles) > SAID else ""
        offered = f" (in sale {', '.join(self.sales[:SAID])})" if self.sales else ""
        return f"{some} in {', '.join(self.bundles[:SAID])}{more}{offered} already"


def taken(plan: PoolingPlan, rows: pl.DataFrame, codes: Collection[str]) -> dict[str, Taken]:
    """By code of a pool what stands in the way of it. `rows` are the plan's placements; pools in no way are left out.

    A loan is elsewhere when a bundle of the lender that was not withdrawn or rejected holds it: by its number, or by
    its row of the same tape. A loan that its purchaser left out of a bundle is free again.
    """
    wanted = rows.filter(pl.col("pool").is_in(list(codes))).select("row_no", "loan_id", "pool")
    if not wanted.height:
        return {}
    places = {row_no: pool for row_no, _, pool in wanted.iter_rows()}
    numbers = {loan_id: pool for _, loan_id, pool in wanted.iter_rows() if loan_id}
    found: dict[str, set[tuple[str, Bundle]]] = {}
    for loan, pool, bundle in [*_listed(plan, places, numbers), *_asked(plan, places)]:
        found.setdefault(pool, set()).add((loan, bundle))
    return {pool: _told(pairs) for pool, pairs in found.items()}


def _others(plan: PoolingPlan) -> Q:
    return Q(lender_id=plan.organization_id, status__in=LIVE)


def _listed(
    plan: PoolingPlan, places: Mapping[int, str], numbers: Mapping[str, str]
) -> Iterator[tuple[str, str, Bundle]]:
    """Loans on the lists of bundles."""
    same_row = Q(bundle__run__version=plan.run.version_id, row_no__in=list(places))
    held = BundleLoan.objects.filter(
        same_row | Q(loan_id__in=list(numbers)), bundle__in=Bundle.objects.filter(_others(plan)), kicked_out=""
    )
    for line in held.select_related("bundle__run").only("row_no", "loan_id", "bundle__number", "bundle__run__version"):
        same_tape = line.bundle.run.version_id == plan.run.version_id
        pool = places.get(line.row_no) if same_tape and line.row_no in places else numbers.get(line.loan_id)
        if pool is not None:
            yield line.loan_id or str(line.row_no), pool, line.bundle


def _asked(plan: PoolingPlan, places: Mapping[int, str]) -> Iterator[tuple[str, str, Bundle]]:
    """Loans of bundles whose lists a worker has still to make."""
    waiting = Bundle.objects.filter(_others(plan), run__version=plan.run.version_id, measured_at=None)
    for bundle in waiting.filter(selection__has_key="rows").only("number", "selection"):
        for row_no in bundle.selection["rows"]:
            if row_no in places:
                yield f"row {row_no}", places[row_no], bundle


def _told(pairs: Collection[tuple[str, Bundle]]) -> Taken:
    bundles = sorted({bundle.number for _, bundle in pairs})
    lots = Bundle.objects.filter(number__in=bundles, lots__isnull=False).exclude(lots__status="withdrawn")
    sales = sorted(set(lots.values_list("lots__sale__number", flat=True)))
    return Taken(len({loan for loan, _ in pairs}), tuple(bundles), tuple(sales))
