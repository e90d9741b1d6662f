"""Imported files as the pages show them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from portfolios.domain.factorfiles.layouts import FileLayout, layouts
from portfolios.domain.factorfiles.lifecycle import FileStatus
from portfolios.models import FactorFile

PAGE = 50
RULES = ("half up or truncated", "half up", "truncated", "unknown")


@dataclass(frozen=True, slots=True)
class Rounding:
    """How many factors of an issuer follow from the balances by each rule, and what that says."""

    issuer: str
    counts: tuple[tuple[str, int], ...]
    verdict: str


def files_of(user: User) -> QuerySet[FactorFile]:
    """The files a person sees, newest first, without their long lists."""
    files = FactorFile.objects.visible_to(user).select_related("imported_by", "security")
    return files.defer("problems", "rounding")


def is_waiting(files: list[FactorFile]) -> bool:
    """Whether one of the files is still being imported."""
    return any(file.status == FileStatus.READING for file in files)


def rounding_of(file: FactorFile) -> list[Rounding]:
    """The tally of a file, an issuer a row."""
    return [
        Rounding(issuer, tuple((rule, counts.get(rule, 0)) for rule in RULES), _verdict(counts))
        for issuer, counts in file.rounding.items()
    ]


def known_layouts() -> list[FileLayout]:
    """The layouts that are recognized, for the list beside the upload."""
    return list(layouts().values())


def _verdict(counts: dict[str, Any]) -> str:
    """What the factors that tell the rules apart say."""
    up, down = counts.get("half up", 0), counts.get("truncated", 0)
    if up and down:
        return f"{up:,} are rounded half up and {down:,} are truncated: no one rule."
    if up or down:
        return f"Rounded half up: {up:,} say so, none is truncated." if up else f"Truncated: {down:,} say so."
    return "None of them tells the rules apart."
