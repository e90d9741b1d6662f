"""The agencies' files as they publish them: recognized by what stands in them, read exactly, problems as sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loans.domain.formats import Bounds, Unreadable
from portfolios.domain.factorfiles.loans import batches as loan_batches
from portfolios.domain.factorfiles.loans import with_month
from portfolios.domain.factorfiles.pools import WithoutFactor
from portfolios.domain.factorfiles.pools import batches as factor_batches
from portfolios.domain.factorfiles.recognition import Recognized, recognized, told_by_name
from portfolios.domain.factorfiles.text import BOUNDS, Checked, Problems, checked, counted, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

__all__ = ["BOUNDS", "Bounds", "OpenFile", "Problems", "Unreadable", "opened"]


@dataclass(slots=True)
class OpenFile:
    """A recognized file and what its reading has noted so far."""

    found: Recognized
    file: Checked
    problems: Problems
    blank: WithoutFactor = field(default_factory=WithoutFactor)

    @property
    def holds_loans(self) -> bool:
        """Whether its lines are loans rather than factors."""
        return self.found.layout.contents != "pools"

    def factors(self) -> Iterator[pl.DataFrame]:
        """Frames of factors, a pool and month a row (see `pools.COLUMNS`)."""
        return factor_batches(self.file, self.found, self.problems, self.blank)

    def loan_months(self) -> Iterator[pl.DataFrame]:
        """Frames of loans, a loan and month a row (see `loans.COLUMNS`)."""
        return loan_batches(self.file, self.found, self.problems)


def opened(path: Path, folder: Path, *, name: str = "", bounds: Bounds = BOUNDS) -> OpenFile:
    """Open a local file; `folder` takes unpacked copies, and the caller removes it.

    Only what the file itself does not say (its month, its day, that it is a reissue) is looked for in its `name`.
    Raises Unreadable with one sentence.
    """
    problems = Problems()
    path = unpacked(path, folder, bounds)
    counts = counted(path, bounds)
    found = told_by_name(recognized(path), name)
    file = checked(path, folder, counts, width=len(found.names), problems=problems)
    if found.layout.contents == "loans" and found.month is None:
        found = with_month(file, found, name, problems)
    return OpenFile(found, file, problems)
