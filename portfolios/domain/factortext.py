"""Months with their factors as people paste them: one month and one factor a line."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

MOST_LINES = 1_000
MOST_PROBLEMS = 20
FORMATS = ("%Y-%m", "%Y-%m-%d", "%m/%Y", "%m/%d/%Y", "%b %Y", "%B %Y")
SEPARATOR = re.compile(r"\s*[,;\t]\s*|\s+(?=[01]?\.\d|[01]$)")
PLACES = 8


@dataclass(frozen=True, slots=True)
class FactorText:
    """Factors by the first of their month, and what could not be taken: one sentence a line."""

    factors: dict[date, Decimal]
    problems: tuple[str, ...]


def parse_factors(text: str) -> FactorText:
    """Read "2026-02, 0.99512345" a line; also Feb 2026 or 02/2026, a tab or semicolon between, a header on top."""
    factors: dict[date, Decimal] = {}
    problems: list[str] = []
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST_LINES:
        return FactorText({}, (f"{len(lines):,} lines stand here; at most {MOST_LINES:,} months are taken at once.",))
    for number, line in lines:
        if number == 1 and not any(character.isdigit() for character in line):
            continue
        try:
            month, factor = _pair(line)
            if factors.get(month, factor) != factor:
                raise ValueError(f"{month:%B %Y} stands here twice with two factors.")
        except ValueError as problem:
            problems.append(f"Line {number}: {problem}")
        else:
            factors[month] = factor
    return FactorText(factors, tuple(problems[:MOST_PROBLEMS]))


def _pair(line: str) -> tuple[date, Decimal]:
    parts = SEPARATOR.split(line, maxsplit=1)
    if len(parts) != 2:
        raise ValueError("A line holds a month and a factor, such as 2026-02, 0.99512345.")
    return month_of(parts[0]), factor_of(parts[1])


def month_of(text: str) -> date:
    """The first of a month typed as 2026-02, 02/2026, Feb 2026 or any day of it; ValueError for anything else."""
    for form in FORMATS:
        try:
            return datetime.strptime(text.strip().strip('"'), form).date().replace(day=1)
        except ValueError:
            continue
    raise ValueError(f"“{text[:20]}” is no month. Type it as 2026-02.")


def factor_of(text: str) -> Decimal:
    """A factor of at most eight decimals from 0 to 1, exactly as typed; ValueError for anything else."""
    typed = text.strip().strip('"')
    try:
        factor = Decimal(typed)
    except InvalidOperation as error:
        raise ValueError(f"“{typed[:20]}” is no factor. Type it as 0.99512345.") from error
    if not factor.is_finite() or not 0 <= factor <= 1:
        raise ValueError("A factor is at least 0 and at most 1.")
    exponent = factor.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > PLACES:
        raise ValueError(f"A factor has at most eight decimals; {typed[:20]} has {-exponent}.")
    return factor
