"""The loans of a tape that is only a file: read, matched and cast as every tape is, without a check or a database."""

from pathlib import Path

import polars as pl

from loans.domain.casting import cast
from loans.domain.formats import open_tape
from loans.domain.mapping import profile_of, propose


def loans_in(path: Path) -> pl.DataFrame:
    """A tape's loans in canonical columns, matched as they are proposed; raises `Unreadable` with a sentence."""
    tape = open_tape(path, name=path.name)
    mapping = propose(profile_of(tape), layout=tape.layout, percent_columns=tape.percent_columns).mapping()
    parts = [cast(batch, mapping).typed for batch in tape.batches()]
    return pl.concat(parts, how="diagonal") if parts else pl.DataFrame(schema={"row_no": pl.Int64})
