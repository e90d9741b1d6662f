"""Every address that the project answers, found by walking the address table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

SAMPLE = {
    "int": 4_242_424,
    "str": "sample",
    "slug": "sample",
    "path": "sample/file",
    "uuid": "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
}
# Arguments of regular expressions, which say nothing about what they match.
SAMPLE_BY_NAME = {"uidb36": "1", "key": "sample", "url": "sample", "app_label": "accounts"}


@dataclass(frozen=True, slots=True)
class Address:
    """One pattern: its full name, its view, and for each argument a value that no object has."""

    name: str
    view: Callable[..., Any]
    sample: dict[str, Any]

    @property
    def app(self) -> str:
        return self.name.partition(":")[0] if ":" in self.name else ""

    def url(self, **known: Any) -> str:
        return reverse(self.name, kwargs=self.sample | known)


def addresses() -> list[Address]:
    """All named patterns of the project; an unnamed one cannot be linked to and is a mistake."""
    return list(_walk(get_resolver().url_patterns, "", {}))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str, outer: dict[str, Any]) -> Iterator[Address]:
    for pattern in patterns:
        arguments = outer | _samples(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _walk(pattern.url_patterns, inner, arguments)
        elif pattern.name:
            yield Address(prefix + pattern.name, pattern.callback, arguments)
        elif prefix != "admin:":  # the admin's own catch-all
            raise AssertionError(f"{pattern.pattern} has no name")


def _samples(pattern: Any) -> dict[str, Any]:
    kinds = {name: _kind(converter) for name, converter in pattern.converters.items()}
    by_regex = {name: SAMPLE_BY_NAME[name] for name in pattern.regex.groupindex if name not in kinds}
    return {name: SAMPLE.get(kind, "sample") for name, kind in kinds.items()} | by_regex


def _kind(converter: Any) -> str:
    return type(converter).__name__.removesuffix("Converter").replace("String", "str").lower()
