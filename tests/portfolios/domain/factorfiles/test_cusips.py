import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.factorfiles.cusips import has_check_digit
from tests.portfolios.agencyfiles import check_digit

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*@#"


def answers(*cusips: str | None) -> list[bool | None]:
    return has_check_digit(pl.Series(cusips, dtype=pl.String)).to_list()


def test_known_cusips() -> None:
    assert answers("037833100", "912828U81", "38141G104", "68389X105") == [True] * 4
    assert answers("037833101", "38141g104") == [False, True]


def test_what_is_no_cusip() -> None:
    assert answers("", "03783310", "0378331000", "0378331é0", None) == [False, False, False, False, None]


@given(st.text(alphabet=ALPHABET, min_size=8, max_size=8))
def test_exactly_one_digit_is_right(eight: str) -> None:
    whole = check_digit(eight)
    found = answers(*(eight + digit for digit in "0123456789"))
    assert [digit for digit, right in zip("0123456789", found, strict=True) if right] == [whole[-1]]
