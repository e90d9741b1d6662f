"""Price grids: the templates a lender fills, and reading them cell by cell."""

from portfolios.domain.grids.columns import CellType, Column
from portfolios.domain.grids.kinds import KINDS, Kind
from portfolios.domain.grids.reading import GridProblem, Unusable, read_grid

__all__ = ["KINDS", "CellType", "Column", "GridProblem", "Kind", "Unusable", "read_grid"]
