"""What the batches of a tape tell together: how far columns are filled, whether they change, what is missing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import polars as pl

from diligence.domain import cells
from diligence.domain.compiling import RuleSet
from loans.domain.casting import Cast
from loans.domain.columnseen import ColumnSeen, ColumnsSeen, added, columns_seen
from loans.domain.formats import LENDER, OWN_LAYOUTS
from loans.domain.mapping import Mapping as ColumnMapping


@dataclass(frozen=True, slots=True)
class TapeSeen:
    """What the batches of a tape tell together; add the parts up in any order.

    `differing`: field to loans whose two columns differ. `needed`: required field without a column to loans needing it.
    `blank`: required field with a column to loans that need it and leave it blank. `columns` and `translated`: see
    ColumnsSeen.
    """

    rows: int = 0
    columns: Mapping[str, ColumnSeen] = field(default_factory=dict)
    differing: Mapping[str, int] = field(default_factory=dict)
    needed: Mapping[str, int] = field(default_factory=dict)
    blank: Mapping[str, int] = field(default_factory=dict)
    translated: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def text(self) -> ColumnsSeen:
        """What the columns hold as text."""
        return ColumnsSeen(self.columns, self.translated)

    def plus(self, other: "TapeSeen") -> "TapeSeen":
        text = self.text.plus(other.text)
        return TapeSeen(
            self.rows + other.rows,
            text.columns,
            added(self.differing, other.differing),
            added(self.needed, other.needed),
            added(self.blank, other.blank),
            text.translated,
        )

    def plus_text(self, text: ColumnsSeen) -> "TapeSeen":
        """With what the columns of the same rows hold as text."""
        return self.plus(TapeSeen(columns=text.columns, translated=text.translated))

    def to_json(self) -> dict[str, Any]:
        """Plain values that `from_json` reads back equal."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "TapeSeen":
        """Read what `to_json` wrote; an empty object is a part without rows."""
        columns = {name: ColumnSeen(**column) for name, column in stored.get("columns", {}).items()}
        return cls(**{**stored, "columns": columns})


def seen_in(
    batch: pl.DataFrame, result: Cast, mapping: ColumnMapping, ruleset: RuleSet, *, layout: str = LENDER.code
) -> TapeSeen:
    """What one batch (its text and its cast) adds to the whole; blanks are counted for published layouts only."""
    return seen_typed(result.typed, result.problems, ruleset, layout=layout).plus_text(
        columns_seen(batch, result.typed, mapping)
    )


def seen_typed(typed: pl.DataFrame, problems: pl.DataFrame, ruleset: RuleSet, *, layout: str = LENDER.code) -> TapeSeen:
    """What the typed columns of a batch add to the whole, without its text."""
    own = layout in OWN_LAYOUTS
    doubled = problems.filter(pl.col("code") == "DV-011").group_by("field").len()
    return TapeSeen(
        typed.height,
        differing=dict(doubled.iter_rows()),
        needed=cells.loans_needing_absent(typed, ruleset),
        blank={} if own else cells.blanks_by_field(typed, problems, ruleset),
    )
