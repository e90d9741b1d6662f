"""What the results page shows, from what was stored when the run finished."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from diligence.models import Run, RunRule

SEVERITIES = {"fatal": [1], "warning": [2, 3], "info": [4]}
STATUSES = ("open", "all")


@dataclass(frozen=True)
class Filters:
    """The filters of the page, as they stand in the address."""

    severity: str = ""
    status: str = "open"
    by: str = "credit_score"

    @classmethod
    def of(cls, data: Mapping[str, str]) -> "Filters":
        severity, status = data.get("severity", ""), data.get("status", "open")
        return cls(
            severity if severity in SEVERITIES else "",
            status if status in STATUSES else "open",
            data.get("by", "credit_score"),
        )


@dataclass(frozen=True)
class Page:
    """The results of one run under filters."""

    filters: Filters
    rules: QuerySet[RunRule]
    silent: int
    counts: dict[str, int]
    stratum: dict[str, object] | None


def page(run: Run, filters: Filters) -> Page:
    rules = run.rules.filter(findings__gt=0) if filters.status == "all" else run.rules.filter(open__gt=0)
    if filters.severity:
        rules = rules.filter(severity__in=SEVERITIES[filters.severity])
    strata = {table["name"]: table for table in run.summary.get("strata", ())}
    return Page(
        filters=filters,
        rules=rules.order_by("severity", "-open", "code"),
        silent=run.rules.filter(findings=0).count(),
        counts={"fatal": run.fatal, "warning": run.warning, "info": run.informational},
        stratum=strata.get(filters.by) or next(iter(strata.values()), None),
    )
