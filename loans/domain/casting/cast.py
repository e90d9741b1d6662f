"""Cast one batch of text: a quick pass over all columns in one select, then a careful look at the cells it left."""

from dataclasses import dataclass

import polars as pl

from loans.domain.casting.careful import careful
from loans.domain.casting.problems import Problem, all_problems, problem_frame
from loans.domain.casting.quick import needs_thought, quick
from loans.domain.fields import EVERY_FIELD, Field, FieldType
from loans.domain.mapping.transforms import Mapping, Transform
from loans.domain.plans import at_once
from loans.domain.texts import repeats


@dataclass(frozen=True, slots=True)
class Cast:
    """A batch in canonical fields, the cells that could not be read, and the columns no field takes.

    All have `row_no`; `typed` and `extras` have every row of the batch in its order.
    """

    typed: pl.DataFrame
    problems: pl.DataFrame
    extras: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Feed:
    column: str
    field: Field
    transform: Transform

    @property
    def key(self) -> str:
        """A name of its own, because two columns may feed one field and one column two fields."""
        return f"{self.field.name}\n{self.column}"


def cast(batch: pl.DataFrame, mapping: Mapping) -> Cast:
    """Read a text batch by its mapping. Never raises for what the cells hold and keeps every row."""
    feeds = _feeds(batch, mapping)
    plan = batch.lazy().select(quick(feed.field, feed.transform, feed.column).alias(feed.key) for feed in feeds)
    quick_values = at_once(plan)
    unread = _unread(batch, quick_values, feeds)
    typed = {"row_no": batch["row_no"]}
    problems = []
    for feed in feeds:
        values, found = _complete(batch, quick_values[feed.key], unread.get(feed.key), feed)
        if feed.field.name in typed:
            values, differing = _merge(batch, typed[feed.field.name], values, feed)
            found.append(differing)
        typed[feed.field.name] = values.alias(feed.field.name)
        problems += found
    typed |= _constants(mapping, batch.height, taken=set(typed))
    used = {feed.column for feed in feeds}
    extras = batch.select(["row_no", *(name for name in batch.columns if name != "row_no" and name not in used)])
    return Cast(pl.DataFrame(typed), all_problems(problems), extras)


def _feeds(batch: pl.DataFrame, mapping: Mapping) -> list[_Feed]:
    present = frozenset(batch.columns)
    columns = {name: column for name, column in mapping.columns.items() if name in present}
    first = [
        _Feed(name, EVERY_FIELD[column.field], column.transform) for name, column in columns.items() if column.field
    ]
    taken = {feed.field.name for feed in first}
    second = [
        _Feed(name, EVERY_FIELD[column.second.field], column.second.transform)
        for name, column in columns.items()
        if column.second and column.second.field and column.second.field not in taken
    ]
    return first + second


def _constants(mapping: Mapping, rows: int, *, taken: set[str]) -> dict[str, pl.Series]:
    wanted = {name: text for name, text in mapping.constants.items() if name not in taken}
    values = {name: careful(EVERY_FIELD[name], Transform(), pl.Series([text]))[0] for name, text in wanted.items()}
    return {name: value.new_from_index(0, rows).alias(name) for name, value in values.items()}


def _unread(batch: pl.DataFrame, quick_values: pl.DataFrame, feeds: list[_Feed]) -> dict[str, pl.Series]:
    """Masks of the cells that need the careful reading, only for columns that have such cells."""
    masks = _odd_texts(batch, [feed for feed in feeds if feed.field.type is FieldType.STRING])
    for feed in feeds:
        if feed.field.type is not FieldType.STRING and _lost_cells(batch[feed.column], quick_values[feed.key]):
            masks[feed.key] = batch[feed.column].is_not_null() & quick_values[feed.key].is_null()
    return masks


def _odd_texts(batch: pl.DataFrame, feeds: list[_Feed]) -> dict[str, pl.Series]:
    """Masks of the texts that are not simply their own value; a column that repeats itself is looked at once a text."""
    once = [feed for feed in feeds if repeats(batch[feed.column])]
    each = [feed for feed in feeds if feed not in once]
    lists = at_once(batch.lazy().select(_odd_ones(feed).alias(feed.key) for feed in once))
    odd = {feed.key: batch[feed.column].is_in(lists[feed.key][0]) for feed in once if len(lists[feed.key][0])}
    masks = batch.select(_is_odd(feed, pl.col(feed.column)).fill_null(value=False).alias(feed.key) for feed in each)
    return odd | {mask.name: mask for mask in masks if mask.any()}


def _odd_ones(feed: _Feed) -> pl.Expr:
    texts = pl.col(feed.column).unique()
    return texts.filter(_is_odd(feed, texts)).implode()


def _is_odd(feed: _Feed, text: pl.Expr) -> pl.Expr:
    return needs_thought(feed.field, feed.transform, text)


def _lost_cells(text: pl.Series, values: pl.Series) -> bool:
    return values.null_count() > text.null_count()


def _complete(
    batch: pl.DataFrame, values: pl.Series, unread: pl.Series | None, feed: _Feed
) -> tuple[pl.Series, list[pl.DataFrame]]:
    if unread is None:
        return values, []
    rows = unread.arg_true()
    text = batch[feed.column].gather(rows)
    read, code = careful(feed.field, feed.transform, text)
    failed = code.is_not_null()
    problems = problem_frame(
        row_no=batch["row_no"].gather(rows).filter(failed),
        field=feed.field.name,
        column=feed.column,
        text=text.filter(failed),
        code=code.filter(failed),
    )
    return values.scatter(rows, read), [problems]


def _merge(batch: pl.DataFrame, first: pl.Series, second: pl.Series, feed: _Feed) -> tuple[pl.Series, pl.DataFrame]:
    """The first column wins, the second fills its blanks; rows where they differ are reported."""
    differs = (first != second).fill_null(False)
    count = int(differs.sum())
    problems = problem_frame(
        row_no=batch["row_no"].filter(differs),
        field=feed.field.name,
        column=feed.column,
        text=batch[feed.column].filter(differs),
        code=pl.repeat(Problem.TWO_COLUMNS.value, count, eager=True, dtype=pl.String),
    )
    return first.zip_with(first.is_not_null(), second), problems
