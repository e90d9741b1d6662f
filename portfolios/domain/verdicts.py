"""What a bundle's stored limits and checks say: which stop an approval, which only advise, which are close."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

OVER, FATAL = "over", "fatal"
Stored = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must hold for a bundle as a whole. `numbers` are other bundles, which only the lender may read."""

    code: str
    title: str
    met: bool
    severity: str
    value: str
    numbers: tuple[str, ...] = ()


def is_share(limit: Stored) -> bool:
    """Whether a limit is a largest share in percent, which has a bar; the others are met or not."""
    return bool(limit["unit"] == "percent" and limit["op"] == "at_most")


def stopping(limits: Iterable[Stored], checks: Iterable[Stored]) -> list[str]:
    """Titles of the limits and checks that must be met before a bundle can be approved and are not."""
    broken = [limit["title"] for limit in limits if limit["status"] == OVER and limit["severity"] == FATAL]
    return broken + [check["title"] for check in checks if not check["met"] and check["severity"] == FATAL]


def advised(limits: Iterable[Stored], checks: Iterable[Stored]) -> list[str]:
    """Titles of what is past advice only: the approver decides."""
    broken = [limit["title"] for limit in limits if limit["status"] == OVER and limit["severity"] != FATAL]
    return broken + [check["title"] for check in checks if not check["met"] and check["severity"] != FATAL]


def strain(limit: Stored) -> float:
    """The used part of a share limit: 1 is the line; a limit of nothing that is used is far past it."""
    used, allowed = float(limit["used"] or 0), float(limit["allowed"])
    return used / allowed if allowed else (2.0 if used else 0.0)


def closest(limits: Sequence[Stored], number: int) -> list[Stored]:
    """The share limits that stand closest to their line, the worst first."""
    shares = [limit for limit in limits if is_share(limit) and limit["used"] is not None]
    return sorted(shares, key=strain, reverse=True)[:number]
