"""Pools and prepayment assumptions out of a row's inputs."""

import re
from datetime import date

import numpy as np
from numpy.typing import NDArray

from portfolios.domain.prepayment import Speed, SpeedKind
from portfolios.domain.valuation import DatedTerms, Terms
from tests.portfolios.domain.published.rows import FRACTION_FAMILIES, Row


def dated(row: Row) -> DatedTerms:
    issue, settle, maturity = (date.fromisoformat(row.get(key)) for key in ("issue", "settle", "maturity"))
    return DatedTerms(issue, settle, maturity)


def remaining_of(row: Row) -> int:
    if row.has("settle", "maturity"):
        return dated(row).remaining
    return int(row.get("remaining") or row.get("term") - row.get("age", 0))


def age_of(row: Row) -> int:
    if row.has("settle", "maturity"):
        return dated(row).age
    if row.has("age"):
        return int(row.get("age"))
    return int(row.get("term") - remaining_of(row)) if row.has("term") else 0


def speed_of(row: Row, psa: float | None = None) -> Speed:
    """The row's prepayment assumption; none stated is none assumed."""
    if psa is not None:
        return Speed.flat(SpeedKind.PSA, psa)
    if row.has("smm"):
        return Speed(SpeedKind.SMM, _vector(row))
    for key, kind in (("psa", SpeedKind.PSA), ("cpr", SpeedKind.CPR), ("abs", SpeedKind.ABS)):
        if row.has(key):
            return Speed.flat(kind, row.rate(key) if key != "psa" else float(row.get(key)))
    return Speed.flat(SpeedKind.SMM, 0.0)


def _vector(row: Row) -> tuple[float, ...]:
    given, scale = row.get("smm"), 100.0 if row.family in FRACTION_FAMILIES else 1.0
    if isinstance(given, str):  # such as 0.005*ones(360,1)
        given = float(re.match(r"[\d.]+", given)[0])
    return tuple(float(each) * scale for each in (given if isinstance(given, list) else [given]))


def smm_of(row: Row, psa: float | None = None) -> NDArray[np.float64]:
    return speed_of(row, psa).smm(age=age_of(row), months=remaining_of(row))


def net_of(row: Row) -> float:
    return row.rate("net") if row.has("net") else row.rate("gross")


def elapsed_of(row: Row) -> int:
    """Days of the accrual month before settlement, from dates, a number, or words such as "7 days after issue date"."""
    if row.has("settle", "maturity"):
        return dated(row).elapsed
    for key in ("settle_days", "days_after_issue", "settle_days_after_issue", "elapsed", "N"):
        if row.has(key):
            return int(row.get(key))
    words = {"seven": "7", "thirteen": "13", "fourteen": "14", "fifteen": "15"}
    text = " ".join(words.get(word, word) for word in re.split(r"[\s+]+", str(row.get("settle", "")).lower()))
    found = re.search(r"\d+", text)
    return int(found[0]) if found else 0


def terms_of(row: Row) -> Terms:
    return Terms(
        gross=row.rate("gross"),
        net=net_of(row),
        remaining=remaining_of(row),
        age=age_of(row),
        delay=int(row.get("delay", 0)),
        elapsed=elapsed_of(row),
    )
