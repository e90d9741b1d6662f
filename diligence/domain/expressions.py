"""The expression language of rules: SQL over one loan, three-valued, checked before it is run.

Rules are written as SQL expressions and become Polars expressions. Polars accepts more than a rule may say
(aggregates, subqueries, the clock), so the words of an expression are checked against a list first.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeAlias

import polars as pl
from polars.exceptions import PolarsError

MAX_LENGTH = 4_000
KEPT_PARSED = 4_096

Literal: TypeAlias = str | int | float | bool | date | list[str] | list[int] | list[float] | None


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTIONS = _words("""
    abs ceil ceiling floor round sqrt ln log log10 exp pow power sign mod
    coalesce ifnull nullif if cast try_cast
    upper lower trim ltrim rtrim length char_length left right substr substring replace reverse
    starts_with ends_with regexp_like concat_ws date extract date_part year month day
""")
_MANY_LOANS = _words("""
    sum avg mean count min max median stddev stdev variance first last rank dense_rank row_number lag lead quantile
""")
_BLANK_BECOMES_VALUE = {
    "strpos": "use LIKE, which leaves a blank blank",
    "position": "use LIKE, which leaves a blank blank",
    "greatest": "it skips blanks; compare both values",
    "least": "it skips blanks; compare both values",
    "concat": "it reads a blank as empty text; use ||",
}
_KEYWORDS = _words("""
    and or not in is null true false between like ilike case when then else end as distinct from date boolean
    integer int bigint double precision float varchar text rlike regexp xor escape
""")
_FORBIDDEN = _words("select over exists with union group order limit partition")
_CALL_LIKE_KEYWORDS = _words("and or not in when then else case between like")

_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<string>'(?:[^']|'')*')|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"""
    r"""|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<op><>|<=|>=|!=|\|\||!~\*?|~\*?|[-+*/%()<>=,])"""
)


class ExpressionError(ValueError):
    """What is wrong with an expression, in one sentence for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str

    @property
    def word(self) -> str:
        return self.text.lower() if self.kind == "name" else ""


def tokens_of(sql: str) -> tuple[Token, ...]:
    """The expression cut into tokens, without spaces; raises ExpressionError at the first character with no meaning."""
    if len(sql) > MAX_LENGTH:
        raise ExpressionError(f"the expression has {len(sql)} characters; at most {MAX_LENGTH} are allowed")
    return tuple(_tokens(sql))


def _tokens(sql: str) -> Iterator[Token]:
    position = 0
    while position < len(sql):
        match = _TOKEN.match(sql, position)
        if match is None:
            raise ExpressionError(f'"{sql[position]}" at character {position + 1} has no meaning in a rule')
        position = match.end()
        if match.lastgroup and match.lastgroup != "space":
            yield Token(match.lastgroup, match.group())


def names_in(sql: str) -> frozenset[str]:
    """Every name the expression reads: fields, facts, lookups and params, without keywords and functions."""
    tokens = tokens_of(sql)
    return frozenset(token.text for index, token in enumerate(tokens) if _is_name(tokens, index))


def _is_name(tokens: tuple[Token, ...], index: int) -> bool:
    token = tokens[index]
    return token.kind == "name" and token.word not in _KEYWORDS and not _is_call(tokens, index)


def _is_call(tokens: tuple[Token, ...], index: int) -> bool:
    token = tokens[index]
    followed = index + 1 < len(tokens) and tokens[index + 1].text == "("
    return followed and token.kind == "name" and token.word not in _CALL_LIKE_KEYWORDS


def check_words(sql: str) -> None:
    """Refuse what a rule may not say: subqueries, sums over many loans, functions that turn a blank into a value."""
    tokens = tokens_of(sql)
    if not tokens:
        raise ExpressionError("the expression is empty")
    for index, token in enumerate(tokens):
        if token.word in _FORBIDDEN:
            raise ExpressionError(f'"{token.text}" is not allowed: a rule reads one loan and holds no query')
        if _is_call(tokens, index):
            _check_function(token)


def _check_function(token: Token) -> None:
    if token.word in _MANY_LOANS:
        raise ExpressionError(f"{token.text}() looks at many loans; a rule reads one loan")
    if token.word in _BLANK_BECOMES_VALUE:
        raise ExpressionError(f"{token.text}() hides blanks: {_BLANK_BECOMES_VALUE[token.word]}")
    if token.word not in FUNCTIONS:
        raise ExpressionError(f"unknown function {token.text}()")


def substitute(sql: str, names: Mapping[str, str]) -> str:
    """The expression with whole names replaced (`value` by a field, a param by its literal); strings stay."""
    tokens = tokens_of(sql)
    return " ".join(
        names[token.text] if _is_name(tokens, index) and token.text in names else token.text
        for index, token in enumerate(tokens)
    )


def literal(value: Literal) -> str:
    """A param as SQL text; a list becomes the inside of `IN`, with its parentheses."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, list):
        return "( " + " , ".join(literal(item) for item in value) + " )"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


def unknown_when_absent(sql: str, absent: Set[str]) -> str:
    """Make `x IS NULL` unknown for a field without a column on the tape: that is not the same as a blank cell."""
    tokens = tokens_of(sql)
    kept: list[str] = []
    index = 0
    while index < len(tokens):
        length = _null_test_length(tokens, index) if tokens[index].text in absent else 0
        kept.append("CAST ( NULL AS BOOLEAN )" if length else tokens[index].text)
        index += length or 1
    return " ".join(kept)


def _null_test_length(tokens: tuple[Token, ...], index: int) -> int:
    following = [token.word for token in tokens[index + 1 : index + 4]]
    if following[:2] == ["is", "null"]:
        return 3
    return 4 if following == ["is", "not", "null"] else 0


@lru_cache(maxsize=KEPT_PARSED)
def parse(sql: str) -> pl.Expr:
    """The Polars expression of a checked SQL text; raises ExpressionError with the parser's reason."""
    try:
        return pl.sql_expr(sql)
    except PolarsError as error:
        raise ExpressionError(str(error).splitlines()[0]) from error


def check_types(sql: str, types: Mapping[str, pl.DataType]) -> None:
    """Dry run over a few odd loans: the expression must give true or false, whatever text or number a cell holds.

    What fails on one value, as CAST does on a text that is no number, would stop the check of a whole tape.
    """
    frame = odd_loans(types).lazy()
    expression = parse(sql)
    result = _or_explain(lambda: frame.select(outcome=expression).collect())
    if result.schema["outcome"] not in (pl.Boolean, pl.Null):
        raise ExpressionError(f"the expression gives {result.schema['outcome']}, not true or false")


def odd_loans(types: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Two loans: one all blank, one with a value in each column that is hard on functions."""
    odd: dict[pl.DataType, object] = {pl.String(): "(", pl.Boolean(): False, pl.Date(): date(1, 1, 1)}
    values = {name: [None, odd.get(kind, -1)] for name, kind in types.items()}
    return pl.DataFrame(values, schema=dict(types), strict=False)


def _or_explain(run: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    try:
        return run()
    except PolarsError as error:
        raise ExpressionError(str(error).splitlines()[0]) from error
