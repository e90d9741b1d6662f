"""The page of a pool: everything it shows."""

from dataclasses import dataclass
from datetime import date

from config.ui import dates, numbers
from portfolios.domain.programs import convention
from portfolios.domain.redflags import FlagKind
from portfolios.models import RedFlag, Security
from portfolios.queries.cohorts import cohort, longest_of
from portfolios.queries.poolpage import told
from portfolios.queries.poolpage.charts import Charts, charts
from portfolios.queries.poolpage.matrix import Asked, Matrix, matrix
from portfolios.queries.poolpage.paydown import PaydownLines, paydown
from portfolios.queries.poolpage.verdict import Verdict, verdict
from portfolios.queries.poolpage.working import Working, workings
from portfolios.queries.series import Series, SeriesMonth

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the strip: label, value as written, note below, exact value, tone, and the workings behind it."""

    key: str
    label: str
    value: str
    note: str = ""
    exact: str = ""
    tone: str = ""
    workings: tuple[Working, ...] = ()


@dataclass(frozen=True, slots=True)
class Peers:
    """The pools of the same kind over one and three months."""

    words: str
    pools: int
    cpr: float | None
    pools_three: int
    cpr_three: float | None


@dataclass(frozen=True, slots=True)
class PoolPage:
    """All that the page of a pool shows. For its servicer there are no flags, peers and prices."""

    security: Security
    series: Series
    follows: bool
    facts: tuple[str, ...]
    verdict: Verdict
    figures: tuple[Figure, ...]
    charts: Charts | None
    months: tuple[SeriesMonth, ...]
    flags: tuple[RedFlag, ...]
    paydown: PaydownLines | None
    peers: Peers | None
    matrix: Matrix | None

    @property
    def latest(self) -> SeriesMonth | None:
        return self.series.latest

    @property
    def known_months(self) -> int:
        """Months with a factor."""
        return len(self.series.months) - len(self.series.gaps)


def pool_page(found: Series, *, follows: bool, asked: Asked, range_: str, today: date) -> PoolPage:
    """Besides the series: flags (one query) and peers (three at most); the rest is arithmetic."""
    security, latest = found.security, found.latest
    flags = current_flags(security) if follows else ()
    return PoolPage(
        security=security,
        series=found,
        follows=follows,
        facts=facts(found),
        verdict=verdict(found, flags),
        figures=figures(found),
        charts=charts(found, range_),
        months=tuple(reversed(found.months))[:SHOWN],
        flags=flags,
        paydown=paydown(found, latest) if latest else None,
        peers=peers(security, latest) if follows and latest else None,
        matrix=matrix(found, asked, today=today) if follows else None,
    )


def current_flags(security: Security) -> tuple[RedFlag, ...]:
    """The flags that stand for the newest month, those about data first, then the red ones."""
    found = RedFlag.objects.filter(security=security, current=True)
    return tuple(sorted(found, key=lambda flag: (flag.kind != FlagKind.DATA, flag.level, flag.code)))


def facts(found: Series) -> tuple[str, ...]:
    """The line under the name."""
    security, latest = found.security, found.latest
    title = convention(security.program).title
    length = told.term(security)
    lines = [
        f"{title}, {length[0].lower()}{length[1:]}, {numbers.rate(security.coupon)} pass-through",
        f"Issued {dates.day_year(security.issued_on)}, {numbers.money_cents(security.original_face)}",
    ]
    if latest:
        lines.append(f"Factor for {dates.month(latest.month)}, {told.source(latest)}")
    return tuple(lines)


def figures(found: Series) -> tuple[Figure, ...]:
    """The strip of the newest month."""
    latest = found.latest
    if latest is None:
        return ()
    known = workings(found, latest)

    def behind(*keys: str) -> tuple[Working, ...]:
        return tuple(known[key] for key in keys if key in known)

    return (
        Figure(
            "factor",
            "Pool factor",
            numbers.factor8(latest.factor),
            _change(latest),
            workings=behind("factor", "change"),
        ),
        Figure(
            "balance",
            "Balance",
            numbers.money_short(latest.balance),
            _loans(found, latest),
            numbers.money_cents(latest.balance),
            workings=behind("balance", "loans", "difference"),
        ),
        _speed("cpr", "CPR, 1 month", latest.cpr, _psa(latest.psa), behind("smm", "cpr", "psa"), latest.above_twice),
        _speed("cpr3", "CPR, 3 months", latest.cpr_three, _psa(latest.psa_three), behind("cpr3")),
        _speed("cpr12", "CPR, 12 months", latest.cpr_twelve, _expected(found, latest), behind("cpr12", "forecast")),
        Figure("wac", "WAC", numbers.rate(latest.wac), _terms(latest), workings=behind("wac")),
        Figure("late", "60+ days late", numbers.pct(latest.late_share), _late(latest), workings=behind("late")),
    )


def _speed(
    key: str, label: str, cpr: float | None, note: str, behind: tuple[Working, ...], twice: bool = False
) -> Figure:
    return Figure(key, label, numbers.pct1(cpr), note, tone="warning" if twice else "", workings=behind)


def _change(latest: SeriesMonth) -> str:
    return f"{told.signed_factor(latest.change)} in {latest.month:%b}" if latest.change is not None else "at issue"


def _loans(found: Series, latest: SeriesMonth) -> str:
    at_issue = found.security.loan_count
    if latest.loan_count is None:
        return "loans not told"
    loans = numbers.count(latest.loan_count)
    return f"{loans} of {numbers.count(at_issue)} loans" if at_issue else f"{loans} loans"


def _psa(psa: float | None) -> str:
    return f"{numbers.number(psa, 0)} PSA" if psa is not None else ""


def _expected(found: Series, latest: SeriesMonth) -> str:
    told = found.forecast_given and latest.cpr_twelve is not None
    return f"forecast {numbers.pct1(latest.expected_cpr)}" if told else ""


def _terms(latest: SeriesMonth) -> str:
    said = [
        f"WAM {latest.wam}" if latest.wam is not None else "",
        f"age {latest.wala}" if latest.wala is not None else "",
    ]
    return ", ".join(part for part in said if part)


def _late(latest: SeriesMonth) -> str:
    if latest.late_count is None:
        return "not told"
    return "1 loan" if latest.late_count == 1 else f"{numbers.count(latest.late_count)} loans"


def peers(security: Security, latest: SeriesMonth) -> Peers | None:
    """The other pools of the same coupon, year and length that the organization follows (SF-12)."""
    found = cohort(security, month=latest.month, months=3)
    if found is None:
        return None
    one, three = found.over(1), found.over(3)
    if not one.pools and not three.pools:
        return None
    longest = longest_of(security.remaining)
    length = f"up to {longest // 12} years" if longest else "longer than 30 years"
    words = f"Pools of {numbers.rate(security.coupon)}, issued {security.issued_on.year}, {length}"
    return Peers(words, one.pools, one.cpr, three.pools, three.cpr)
