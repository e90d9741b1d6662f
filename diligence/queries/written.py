"""Values that a rule saw, kept with its finding as plain text, written as people read them: by unit, with labels."""

import json
from collections.abc import Iterable, Sequence

import polars as pl

from diligence.domain import wording
from diligence.domain.vocabulary import Name, shipped
from loans.domain.fields import FIELD
from loans.domain.value_words import words_of

RATE = "rate"  # what decides in wording how many places a percentage has
Written = list[tuple[str, str | None]]


def label_of(name: str) -> str:
    """The words for a field, a derived value or a lookup; other names are taken apart."""
    known = shipped().names.get(name)
    if known:
        return known.label
    return FIELD[name].label if name in FIELD else name.replace("_", " ").capitalize()


def written_values(kept: Sequence[str]) -> list[Written]:
    """For each finding's values, a JSON object of texts, its labels and texts; a blank is None.

    Values written alike are written together, so that a page of findings takes a few expressions.
    """
    objects = [json.loads(text or "{}") for text in kept]
    names = shipped().names
    places: dict[Name, list[tuple[int, str]]] = {}
    for at, values in enumerate(objects):
        for name, text in values.items():
            if name in names and text is not None:
                places.setdefault(way_of_writing(names[name]), []).append((at, name))
    texts = [{name: None if text is None else str(text) for name, text in values.items()} for values in objects]
    for way, found in places.items():
        for (at, name), text in zip(found, texts_of(way, [texts[at][name] for at, name in found]), strict=True):
            texts[at][name] = text
    return [[(label_of(name), text) for name, text in values.items()] for values in texts]


def way_of_writing(name: Name) -> Name:
    """The name reduced to what decides how its value is written; codes that have words of their own keep theirs."""
    kept = name.name if words_of(name.name) else RATE if RATE in name.name else "value"
    return Name(kept, "", name.dtype, unit=name.unit, masked=name.masked)


def texts_of(way: Name, kept: Iterable[str | None]) -> list[str | None]:
    """Plain texts as people write them; what is not a value of its type stays as it is."""
    plain = pl.Series(way.name, list(kept), dtype=pl.String)
    values = read(plain, way.dtype)
    written = pl.DataFrame([values]).select(wording.text_of(way)).to_series()
    return [text if known else raw for text, known, raw in zip(written, values.is_not_null(), plain, strict=True)]


def read(plain: pl.Series, dtype: pl.DataType) -> pl.Series:
    """Texts as `wording.as_typed` wrote them, as values again; null where a text is none of that type."""
    if dtype == pl.Boolean:
        return plain.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)
    if dtype == pl.Date:
        return plain.str.to_date("%Y-%m-%d", strict=False)
    return plain.cast(dtype, strict=False)
