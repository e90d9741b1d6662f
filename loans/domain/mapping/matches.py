"""The answer to "what is this column": a match for each column, and the proposal for the whole tape."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as default

from loans.domain.fields import CORE_ALTERNATIVES, EVERY_FIELD, FIELDS, Field
from loans.domain.mapping.fitting import LayoutFacts
from loans.domain.mapping.headers import How
from loans.domain.mapping.transforms import MappedColumn, Mapping, Transform
from loans.domain.purposes import TapePurpose, catalogue

SURE, LIKELY = 0.90, 0.70


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """What one column is taken for; about `valid` of its `filled` cells can be read as the field."""

    column: str
    field: str | None
    confidence: float
    how: How
    reason: str
    transform: Transform
    samples: tuple[str, ...]
    valid: int
    filled: int
    needs_eye: bool
    second: MappedColumn | None = None

    @property
    def word(self) -> str:
        """The confidence in a word."""
        if self.field is None:
            return "No match"
        if self.confidence >= 1 and self.how in ("layout", "exact"):
            return "Exact"
        return "Sure" if self.confidence >= SURE else "Likely" if self.confidence >= LIKELY else "Unsure"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Every column of a tape with its match, in file order, and the core fields that nothing fills."""

    matches: tuple[ColumnMatch, ...]
    missing_core: tuple[Field, ...]
    constants: dict[str, str] = default(default_factory=dict)

    def mapping(self) -> Mapping:
        """The mapping as proposed."""
        columns = {match.column: MappedColumn(match.field, match.transform, match.second) for match in self.matches}
        return Mapping(columns, dict(self.constants))


def missing_core(
    filled: Iterable[str], layout: LayoutFacts | None = None, purpose: TapePurpose = TapePurpose.SALE
) -> tuple[Field, ...]:
    """Fields without which a check says too little and that are not filled: the layout's own, or the core fields.

    Of the files of a pool, the fields without which its month says too little.
    """
    have = set(filled)
    if purpose is not TapePurpose.SALE:
        return catalogue(purpose).missing(have)
    wanted = [EVERY_FIELD[name] for name in layout.required] if layout else [field for field in FIELDS if field.core]
    for alternatives in CORE_ALTERNATIVES:
        if have & alternatives:
            have |= alternatives
    return tuple(field for field in wanted if field.name not in have)
