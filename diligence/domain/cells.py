"""Findings about single cells: text that could not be read, and required fields left blank."""

from collections.abc import Mapping

import polars as pl

from diligence.domain import expressions
from diligence.domain.compiling import RuleSet
from diligence.domain.hits import with_all_words
from diligence.domain.vocabulary import Vocabulary
from loans.domain.fields import FIELDS
from loans.domain.formats import LAYOUTS, OWN_LAYOUTS
from loans.domain.plans import at_once

CELL_RULES = ("DV-005", "DV-006", "DV-008", "DV-017", "DV-018", "DV-019")
REQUIRED = "DV-003"
_SHOWN_VALUES = 12


def problem_hits(problems: pl.DataFrame, ruleset: RuleSet) -> pl.DataFrame:
    """Hits for the cells that casting could not read; one a cell."""
    words = _words_of_fields(ruleset.vocabulary)
    cells = problems.filter(pl.col("code").is_in(CELL_RULES)).join(words, on="field", how="left", maintain_order="left")
    text = pl.when(pl.col("masked")).then(pl.lit("…") + pl.col("text").str.slice(-4)).otherwise(pl.col("text"))
    return with_all_words(
        cells.with_columns(text=text).with_columns(
            fields=pl.col("field"), columns=pl.col("column"), values=_json_object(pl.col("field"), pl.col("text"))
        )
    )


def _words_of_fields(vocabulary: Vocabulary) -> pl.DataFrame:
    rows = [
        (f.name, f.label, _listed(f.enum_values), f.name in vocabulary and vocabulary.names[f.name].masked)
        for f in FIELDS
    ]
    schema = {"field": pl.String, "label": pl.String, "allowed": pl.String, "masked": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _listed(values: tuple[str, ...]) -> str:
    more = f" and {len(values) - _SHOWN_VALUES} more" if len(values) > _SHOWN_VALUES else ""
    return ", ".join(values[:_SHOWN_VALUES]) + more


def _json_object(name: pl.Expr, text: pl.Expr) -> pl.Expr:
    encoded = pl.struct(text.alias("_")).struct.json_encode().str.strip_prefix('{"_":')
    return pl.concat_str(pl.lit('{"'), name, pl.lit('":'), encoded)


def required_hits(
    typed: pl.DataFrame, problems: pl.DataFrame, ruleset: RuleSet, *, header_of: Mapping[str, str], layout: str
) -> pl.DataFrame:
    """Hits for required fields that have a column on the tape and are blank where they are needed.

    A cell that stands there and could not be read is not blank: it has its own finding. In a published layout a
    blank says "not available", so that only the fields the layout itself requires are told loan by loan.
    """
    required = None if layout in OWN_LAYOUTS else frozenset(LAYOUTS[layout].required)
    return _with_words(_blank_where_needed(typed, problems, ruleset, among=required), header_of)


def blanks_by_field(typed: pl.DataFrame, problems: pl.DataFrame, ruleset: RuleSet) -> dict[str, int]:
    """Field with a column on the tape → how many of these loans need it and leave it blank."""
    return dict(_blank_where_needed(typed, problems, ruleset, among=None).group_by("fields").len().iter_rows())


def _blank_where_needed(
    typed: pl.DataFrame, problems: pl.DataFrame, ruleset: RuleSet, *, among: frozenset[str] | None
) -> pl.DataFrame:
    """row_no and `fields` (one field) of each blank cell that its loan needs; `among` leaves out all other fields."""
    conditions = {
        name: sql
        for name, sql in _conditions().items()
        if name in typed.columns and typed[name].null_count() and (among is None or name in among)
    }  # fmt: skip
    needed = _where_needed(typed, conditions, ruleset)
    blank = [_blank_cells(typed, needed, name) for name in needed.columns]
    unread = problems.select(pl.col("row_no").cast(pl.Int64), pl.col("field").alias("fields")).unique()
    rows = pl.concat(blank) if blank else unread.clear()
    return rows.join(unread, on=["row_no", "fields"], how="anti", maintain_order="left")


def _conditions() -> dict[str, str]:
    return {f.name: f.required_sql for f in FIELDS if f.required_sql}


def _where_needed(typed: pl.DataFrame, conditions: dict[str, str], ruleset: RuleSet) -> pl.DataFrame:
    """One Boolean column a condition: whether the loan needs the field; unknown counts as not needed."""
    names = {name for sql in conditions.values() for name in expressions.names_in(sql)}
    frame = ruleset.vocabulary.complete(typed, names | {"row_no"}, ruleset.as_of)
    absent = ruleset.vocabulary.of_kind("field") - set(typed.columns)
    needed = [
        expressions.parse(expressions.unknown_when_absent(sql, absent)).fill_null(value=False).alias(name)
        for name, sql in conditions.items()
    ]
    return at_once(frame.lazy().select(pl.col("row_no"), *needed)).drop("row_no")


def _blank_cells(typed: pl.DataFrame, needed: pl.DataFrame, name: str) -> pl.DataFrame:
    rows = typed["row_no"].filter(typed[name].is_null() & needed[name])
    return rows.cast(pl.Int64).to_frame().with_columns(pl.lit(name).alias("fields"))


def loans_needing_absent(typed: pl.DataFrame, ruleset: RuleSet) -> dict[str, int]:
    """Required field without a column on the tape → how many of these loans need it."""
    conditions = {name: sql for name, sql in _conditions().items() if name not in typed.columns}
    if not conditions:
        return {}
    totals = _where_needed(typed, conditions, ruleset).sum().row(0, named=True)
    return {name: n for name, n in totals.items() if n}


def _with_words(hits: pl.DataFrame, header_of: Mapping[str, str]) -> pl.DataFrame:
    rows = [(f.name, f.label, _when(f.required_when), header_of.get(f.name)) for f in FIELDS]
    schema = {"fields": pl.String, "label": pl.String, "required_when": pl.String, "columns": pl.String}
    words = pl.DataFrame(rows, schema=schema, orient="row")
    named = hits.join(words, on="fields", how="left", maintain_order="left")
    values = pl.concat_str(pl.lit('{"'), pl.col("fields"), pl.lit('":null}'))
    return with_all_words(named.with_columns(values=values, code=pl.lit(REQUIRED), column=pl.col("columns")))


def _when(condition: str) -> str:
    return "every loan needs it" if condition == "always" else f"loans such as this need it ({condition})"
