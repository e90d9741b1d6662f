"""What the pages of criteria show: versions with their dates, and one version in words instead of TOML."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import User
from config.ui import dates, numbers
from loans.domain.criteria import Criteria, SeverityChange
from loans.domain.limits import Limit
from loans.models import CriteriaVersion

INVESTORS = {"fannie_mae": "Fannie Mae", "freddie_mac": "Freddie Mac"}
UNDERWRITING = {"DU": "Desktop Underwriter", "LPA": "Loan Product Advisor", "Manual": "Manual underwriting"}
PROFILES = {
    "all": "Any loan",
    "agency": "Agency loans",
    "agency_mbs": "Agency loans for a security",
    "private": "Private purchaser",
    "freddie_mac": "Freddie Mac loans",
}
GROUPS = {
    "DV": "Data validity",
    "XF": "Cross-field",
    "EL": "Eligibility",
    "PRC": "Pricing",
    "CMP": "Compliance",
    "POOL": "Pool",
    "DQ": "Data quality",
}
STATUSES = {
    "stored": "As published",
    "recalled": "From memory",
    "mixed": "Partly published",
    "design": "Plumbline's own",
}
SEVERITY_WORDS = {
    "fatal": "Fatal",
    "warning_to_fatal": "Warning, later fatal",
    "warning": "Warning",
    "informational": "Info",
}


@dataclass(frozen=True)
class CriteriaRow:
    """A version in the list: the row of the database, what its text says, and where it stands on a day."""

    version: CriteriaVersion
    criteria: Criteria
    state: str

    @property
    def investor(self) -> str:
        return INVESTORS.get(self.criteria.investor or "", "Any purchaser")

    @property
    def profile(self) -> str:
        return PROFILES[self.criteria.profile]


@dataclass(frozen=True)
class LimitRow:
    """A limit of the pool in words."""

    limit: Limit
    threshold: str

    @property
    def counted(self) -> str:
        """Which loans count, or by what they are grouped."""
        limit = self.limit
        return f"by {limit.by}" if limit.by else limit.filter or "every loan"

    @property
    def certainty(self) -> str:
        return STATUSES[self.limit.source_status]


@dataclass(frozen=True)
class Parameter:
    """A value that these criteria give a rule."""

    rule: str
    name: str
    value: str


@dataclass(frozen=True)
class SeverityRow:
    """A rule that weighs more or less here than in the rulebook."""

    rule: str
    change: SeverityChange

    @property
    def word(self) -> str:
        return SEVERITY_WORDS[self.change.severity]


@dataclass(frozen=True)
class CriteriaPage:
    """One version, as its page shows it."""

    row: CriteriaRow
    underwriting: str
    included: str
    excluded: tuple[str, ...]
    limits: list[LimitRow]
    parameters: list[Parameter]
    severities: list[SeverityRow]


def criteria_of(user: User, *, today: date) -> list[CriteriaRow]:
    """Every version the person may read: those in force first, then the newest."""
    visible = CriteriaVersion.objects.visible_to(user).select_related("organization").order_by("-effective_from")
    rows = [row_of(version, today=today) for version in visible]
    return sorted(rows, key=lambda row: ("published", "draft", "retired").index(row.state))


def row_of(version: CriteriaVersion, *, today: date) -> CriteriaRow:
    return CriteriaRow(version, version.parsed(), state_of(version, today=today))


def state_of(version: CriteriaVersion, *, today: date) -> str:
    """`draft` until it is published, `retired` once its last day has passed."""
    if version.published_at is None:
        return "draft"
    return "retired" if version.effective_to and version.effective_to < today else "published"


def page(version: CriteriaVersion, *, today: date) -> CriteriaPage:
    row = row_of(version, today=today)
    criteria = row.criteria
    return CriteriaPage(
        row=row,
        underwriting=UNDERWRITING.get(criteria.underwriting or "", "As the tape says"),
        included=", ".join(map(named, criteria.include)) or "Every rule of the profile",
        excluded=criteria.exclude,
        limits=[LimitRow(limit, threshold(limit)) for limit in criteria.limits],
        parameters=list(parameters(criteria)),
        severities=[SeverityRow(rule, change) for rule, change in sorted(criteria.severities.items())],
    )


def named(group: str) -> str:
    """A group of rules with its name; a single rule as its code."""
    return f"{GROUPS[group]} ({group})" if group in GROUPS else group


def parameters(criteria: Criteria) -> Iterator[Parameter]:
    for rule, values in sorted(criteria.params.items()):
        yield from (Parameter(rule, name.replace("_", " "), written(value)) for name, value in values.items())


def written(value: Any) -> str:
    """A parameter as people read it; a list by its items, a dated value by its day."""
    if isinstance(value, list):
        return "; ".join(map(written, value))
    if isinstance(value, dict):
        since = f" from {dates.day_year(value['from'])}" if isinstance(value.get("from"), date) else ""
        return f"{written(value.get('value'))}{since}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return dates.day_year(value)
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def threshold(limit: Limit) -> str:
    """ "at most 30%", "at least $1,000,000"."""
    write = {"percent": numbers.pct1, "USD": numbers.money}.get(limit.unit)
    noun = limit.unit.removesuffix("s") if limit.limit == 1 else limit.unit
    amount = write(limit.limit) if write else f"{numbers.count(limit.limit)} {noun}"
    return f"{limit.op.replace('_', ' ')} {amount}"
