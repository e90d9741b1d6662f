"""What is asked of the calculator, from its fields or from a pool."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import User
from portfolios.domain.prepayment import Speed
from portfolios.domain.valuation import (
    AverageLifeTime,
    Terms,
    actual_delay,
    days_30_360,
)
from portfolios.models import Security
from portfolios.queries.poolpage.matrix import Asked as PoolAsked
from portfolios.queries.poolpage.matrix import choice, terms_at
from portfolios.queries.series import series

USUAL_SHIFT = 10.0  # basis points
MOST_POOLS = 500


@dataclass(frozen=True, slots=True)
class Question:
    """What is valued. price or semiannual is given, percent; face in USD; shift in basis points, horizon in months."""

    terms: Terms
    face: Decimal
    factor: Decimal
    settle: date
    speed: Speed
    price: float | None = None
    semiannual: float | None = None
    life: AverageLifeTime = AverageLifeTime.SETTLEMENT
    shift: float = USUAL_SHIFT
    speed_up: Speed | None = None
    speed_down: Speed | None = None
    horizon: int | None = None
    sale_price: float | None = None
    reinvestment: float | None = None


def question(data: dict[str, Any], *, life: AverageLifeTime, speeds: dict[str, Speed | None]) -> Question:
    """A question from the calculator's cleaned fields; speeds under the names speed, speed_up and speed_down."""
    settle: date = data["settle"]
    terms = Terms(
        gross=float(data["wac"]),
        net=float(data["coupon"]),
        remaining=data["remaining"],
        age=data["age"],
        delay=actual_delay(data["delay_days"]),
        elapsed=days_30_360(settle.replace(day=1), settle),
    )
    by_price, shift = data["given"] == "price", data.get("shift")
    assert speeds["speed"] is not None  # the form demands it
    return Question(
        terms=terms,
        face=data["face"],
        factor=data["factor"],
        settle=settle,
        speed=speeds["speed"],
        price=float(data["price"]) if by_price else None,
        semiannual=None if by_price else float(data["semiannual"]),
        life=life,
        shift=USUAL_SHIFT if shift is None else float(shift),
        speed_up=speeds["speed_up"],
        speed_down=speeds["speed_down"],
        horizon=data.get("horizon"),
        sale_price=None if data.get("sale_price") is None else float(data["sale_price"]),
        reinvestment=None if data.get("reinvestment") is None else float(data["reinvestment"]),
    )


def from_pool(security: Security, *, today: date) -> dict[str, Any] | None:
    """Terms of a pool as the calculator's fields; None for one that has ended or has no month yet."""
    months = series(security)
    chosen = choice(months, PoolAsked(), today=today)
    terms = terms_at(months, chosen.settle) if chosen else None
    if chosen is None or terms is None or months.latest is None:
        return None
    return {
        "coupon": shortest(security.coupon),
        "wac": round(terms.gross, 6),
        "remaining": terms.remaining,
        "age": terms.age,
        "delay_days": max(security.delay_days, 31),
        "face": shortest(security.original_face),
        "factor": months.latest.factor,
        "settle": chosen.settle,
        "given": "price",
        "price": f"{chosen.price:g}",
        "speed_kind": chosen.kind.value,
        "speed": f"{chosen.speed:g}",
        "life": "bma",
    }


def shortest(number: Decimal) -> str:
    """A number without the zeros at its end."""
    return f"{number.normalize():f}"


def choices_of(user: User) -> list[Security]:
    """Pools whose terms can be taken, for the list of the calculator."""
    followed = Security.objects.followed_by(user).active().filter(factor__gt=0)
    return list(followed.only("name").order_by("name")[:MOST_POOLS])
