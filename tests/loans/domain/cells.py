"""Reading cells of one column, for the tests of casting."""

import polars as pl

from loans.domain.casting import cast
from loans.domain.mapping import MappedColumn, Mapping, Transform


def read(field: str, texts: list[str | None], transform: Transform | None = None):
    """Values and problem codes (by row) of one column."""
    batch = pl.DataFrame(
        {"row_no": range(1, len(texts) + 1), "cell": texts}, schema={"row_no": pl.Int64, "cell": pl.String}
    )
    result = cast(batch, Mapping({"cell": MappedColumn(field, transform or Transform())}))
    return result.typed[field].to_list(), dict(result.problems.select("row_no", "code").rows())


def value(field: str, text: str, transform: Transform | None = None):
    return read(field, [text], transform)[0][0]
