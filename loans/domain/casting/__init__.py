"""From the text of a tape to typed canonical columns: never raises, drops no row, names every cell it cannot read."""

from loans.domain.casting.cast import Cast, cast
from loans.domain.casting.problems import PROBLEM_SCHEMA

__all__ = ["PROBLEM_SCHEMA", "Cast", "cast"]
