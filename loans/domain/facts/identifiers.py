"""Check digits and shapes of identifiers, taxpayer numbers, ZIP codes."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl

from loans.domain.facts.fact import Fact, as_facts
from loans.domain.texts import where_it_matters

col = pl.col

MIN_DIGITS = 18
ULI_LONGEST = 45
KNOWN_FALSE_SSNS = ("078051120", "123456789", "219099999", *(str(digit) * 9 for digit in range(10)))
ITIN_SHAPE = r"^9\d{2}(5\d|6[0-5]|7\d|8[0-8]|9[0-2]|9[4-9])\d{4}$"


def _compact(text: pl.Expr) -> pl.Expr:
    """Text without spaces, hyphens and a leading apostrophe, in capitals."""
    return text.str.replace_all(r"[\s'-]", "").str.to_uppercase()


def _characters(texts: pl.Series, width: int) -> npt.NDArray[np.int32]:
    """One row a text and one column a character code, short texts filled up with spaces; ASCII texts only."""
    joined = texts.fill_null("").str.pad_end(width).str.join().item() if len(texts) else ""
    return np.frombuffer(joined.encode("ascii"), dtype=np.uint8).reshape(-1, width).astype(np.int32)


def luhn_holds(texts: pl.Series) -> pl.Series:
    """Whether 18-digit texts end in their check digit: every second digit from the right doubled, its digits added."""
    digits = _characters(texts, MIN_DIGITS) - ord("0")
    digits[:, ::2] *= 2
    total = np.where(digits > 9, digits - 9, digits).sum(axis=1)
    return pl.Series(total % 10 == 0)


def mod_97_holds(texts: pl.Series) -> pl.Series:
    """Whether texts of capitals and digits, read as a number with A = 10 to Z = 35, leave 1 when divided by 97."""
    codes = _characters(texts, ULI_LONGEST)
    letters, filled = codes >= ord("A"), codes != ord(" ")
    values = np.where(filled, np.where(letters, codes - ord("A") + 10, codes - ord("0")), 0)
    shifts = np.where(filled, np.where(letters, 100, 10), 1)
    remainder = np.zeros(len(codes), dtype=np.int32)
    for value, shift in zip(values.T, shifts.T, strict=True):
        remainder = (remainder * shift + value) % 97
    return pl.Series(remainder == 1)


def _checked(text: pl.Expr, shape: str, holds: Callable[[pl.Series], pl.Series]) -> pl.Expr:
    """Null for blanks, false for another shape, otherwise whether the check digits hold."""
    shaped = text.str.contains(shape)
    passes = pl.when(shaped).then(text).map_batches(holds, return_dtype=pl.Boolean, is_elementwise=True)
    return pl.when(shaped).then(passes).otherwise(shaped)


def _mers_min_valid() -> pl.Expr:
    text = _compact(col("mers_min"))
    return _checked(text, rf"^[0-9]{{{MIN_DIGITS}}}$", luhn_holds) & (text != "0" * MIN_DIGITS)


def _uli_valid() -> pl.Expr:
    return _checked(col("uli").str.strip_chars(), rf"^[A-Z0-9]{{23,{ULI_LONGEST}}}$", mod_97_holds)


def _ssn_digits() -> pl.Expr:
    """Casting leaves nearly every number as its nine digits."""
    number = col("borrower_ssn")
    return where_it_matters(
        ["borrower_ssn"],
        matters=~number.str.contains(r"^\d{9}$"),
        read=_compact(number).str.extract(r"^(\d{9})$"),
        otherwise=number,
        dtype=pl.String(),
    )


def _ssn_possible() -> pl.Expr:
    digits = col("ssn_digits")
    area, group, serial = digits.str.slice(0, 3), digits.str.slice(3, 2), digits.str.slice(5, 4)
    area_issued = ~area.is_in(["000", "666"]) & ~area.str.starts_with("9")
    return area_issued & (group != "00") & (serial != "0000") & ~digits.is_in(list(KNOWN_FALSE_SSNS))


FACTS = as_facts(
    Fact(
        "mers_min_valid",
        "MERS MIN check digit holds",
        "",
        _mers_min_valid(),
        ("mers_min",),
        "18 digits, the last one the mod 10 weight 2 check digit of the others",
        "MERS MIN format (recalled)",
    ),
    Fact(
        "uli_valid",
        "ULI check digits hold",
        "",
        _uli_valid(),
        ("uli",),
        "23 to 45 capitals and digits; as a number (A = 10 to Z = 35) it leaves 1 when divided by 97",
        "Regulation C appendix C; ISO/IEC 7064 MOD 97-10",
    ),
    Fact(
        "ssn_digits",
        "Taxpayer number, nine digits",
        "",
        _ssn_digits(),
        ("borrower_ssn",),
        "the nine digits without hyphens",
    ),
    Fact(
        "ssn_possible",
        "Taxpayer number can be an SSN",
        "",
        _ssn_possible(),
        ("ssn_digits",),
        "area not 000, 666 or 900 to 999, group not 00, serial not 0000, none of the published specimens",
        "Social Security Administration numbering rules (recalled)",
    ),
    Fact(
        "itin_valid",
        "Taxpayer number can be an ITIN",
        "",
        col("ssn_digits").str.contains(ITIN_SHAPE),
        ("ssn_digits",),
        "starts with 9; fourth and fifth digit 50 to 65, 70 to 88, 90 to 92 or 94 to 99",
        "IRS ITIN ranges (recalled)",
    ),
    Fact(
        "ssn_masked",
        "Taxpayer number is masked or short",
        "",
        pl.when(col("borrower_ssn").is_not_null()).then(col("ssn_digits").is_null()),
        ("ssn_digits", "borrower_ssn"),
        "something stands there that is not nine digits",
    ),
)
