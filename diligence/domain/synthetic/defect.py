"""What one kind of defect is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

Profile = Literal["all", "agency", "agency_mbs"]
ALONE = "alone"
ANY_LOAN = pl.lit(value=True)


@dataclass(frozen=True, slots=True)
class Defect:
    """One way to spoil a loan.

    `changes` holds the new value of each field, an expression over the clean typed loans; text stays as it is, other
    types are written as the field is. `where` is true for the loans that can have the defect. Two defects with
    `families` in common never meet on a loan, because one could hide the other; one that is ALONE meets none.
    `also` are rules that may fire for the same reason, `needs` fields that the rule reads besides. With `paired`, the
    defect lies between two loans and both have it.
    """

    rule: str
    families: frozenset[str]
    changes: Mapping[str, pl.Expr]
    where: pl.Expr = field(default_factory=lambda: ANY_LOAN)
    also: frozenset[str] = frozenset()
    profile: Profile = "all"
    paired: bool = False
    needs: frozenset[str] = frozenset()

    def excludes(self, other: "Defect") -> bool:
        """Whether the two must not meet on a loan."""
        return ALONE in self.families | other.families or bool(self.families & other.families)

    @property
    def fields(self) -> frozenset[str]:
        """The fields a tape must have for the defect to show."""
        read = {name for new in (self.where, *self.changes.values()) for name in new.meta.root_names()}
        return self.needs | self.changes.keys() | read


def defect(
    rule: str,
    families: str,
    changes: Mapping[str, pl.Expr | str | float | bool | None],
    *,
    where: pl.Expr = ANY_LOAN,
    also: str = "",
    profile: Profile = "all",
    paired: bool = False,
    needs: str = "",
) -> Defect:
    """A defect with plain values for expressions; `families`, `also` and `needs` are words separated by spaces."""
    exprs = {name: new if isinstance(new, pl.Expr) else pl.lit(new) for name, new in changes.items()}
    return Defect(
        rule,
        frozenset(families.split()),
        exprs,
        where,
        frozenset(also.split()),
        profile,
        paired,
        frozenset(needs.split()),
    )
