"""Conventions of the programs: delay, day of payment, who publishes. Dated data, in `portfolios/reference`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from portfolios.domain.securities import Program

if TYPE_CHECKING:
    from collections.abc import Mapping

REFERENCE = Path(__file__).resolve().parent.parent / "reference"
ACCRUAL_DAYS = 31


@dataclass(frozen=True, slots=True)
class Convention:
    """What holds for every pool of a program unless its own file says otherwise.

    `stated_delay_days` counts from the first of the accrual month (45 for Ginnie Mae I); `status` says how sure it is:
    stored, recalled or design.
    """

    program: Program
    title: str
    issuer: str
    stated_delay_days: int
    payment_day: int
    status: str
    source: str

    @property
    def actual_delay_days(self) -> int:
        """Days that the payment comes later than without a delay: stated − 31 (SF-44)."""
        return self.stated_delay_days - ACCRUAL_DAYS


@cache
def conventions() -> Mapping[Program, Convention]:
    """The convention of every program, in the order of the file. ValueError names a program that has none."""
    rows = tomllib.loads((REFERENCE / "programs.toml").read_text(encoding="utf-8"))["program"]
    found = {Program(row["code"]): _convention(row) for row in rows}
    if missing := set(Program) - found.keys():
        raise ValueError(f"programs.toml says nothing of {', '.join(sorted(missing))}")
    return MappingProxyType(found)


def convention(program: Program | str) -> Convention:
    """The convention of one program; ValueError for a program that is not known."""
    return conventions()[Program(program)]


def _convention(row: dict[str, Any]) -> Convention:
    return Convention(
        program=Program(row["code"]),
        title=row["title"],
        issuer=row["issuer"],
        stated_delay_days=row["stated_delay_days"],
        payment_day=row["payment_day"],
        status=row["status"],
        source=row["source"],
    )
