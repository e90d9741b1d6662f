"""Check digits and shapes of identifiers, taxpayer numbers, ZIP codes."""

import string

import polars as pl

from loans.domain.facts.fact import Fact, as_facts

col = pl.col

MIN_DIGITS = 18
ULI_PIECE = 9
ULI_LONGEST = 90
LETTER_VALUES = {letter: str(10 + place) for place, letter in enumerate(string.ascii_uppercase)}
KNOWN_FALSE_SSNS = ("078051120", "123456789", "219099999", *(str(digit) * 9 for digit in range(10)))
ITIN_SHAPE = r"^9\d{2}(5\d|6[0-5]|7\d|8[0-8]|9[0-2]|9[4-9])\d{4}$"


def _compact(text: pl.Expr) -> pl.Expr:
    """Text without spaces, hyphens and a leading apostrophe, in capitals."""
    return text.str.replace_all(r"[\s'-]", "").str.to_uppercase()


def _luhn_sum(number: pl.Expr, digits: int) -> pl.Expr:
    """Luhn sum of a whole number: every second digit from the right doubled, its digits added."""
    total = pl.lit(0, dtype=pl.Int64)
    for place in range(digits):
        digit = number // 10**place % 10
        doubled = digit * 2
        total = total + (pl.when(doubled > 9).then(doubled - 9).otherwise(doubled) if place % 2 else digit)
    return total


def _mers_min_valid() -> pl.Expr:
    text = _compact(col("mers_min"))
    shaped = text.str.contains(rf"^\d{{{MIN_DIGITS}}}$") & (text != "0" * MIN_DIGITS)
    passes = _luhn_sum(text.cast(pl.Int64, strict=False), MIN_DIGITS) % 10 == 0
    return shaped & passes.fill_null(False)


def _mod_97(digits: pl.Expr) -> pl.Expr:
    """Remainder by 97 of a long digit string, taken nine digits at a time."""
    remainder = pl.lit(0, dtype=pl.Int64)
    for start in range(0, ULI_LONGEST, ULI_PIECE):
        piece = digits.str.slice(start, ULI_PIECE)
        shift = pl.lit(10, dtype=pl.Int64).pow(piece.str.len_bytes().cast(pl.Int64))
        remainder = (remainder * shift + piece.cast(pl.Int64, strict=False).fill_null(0)) % 97
    return remainder


def _uli_valid() -> pl.Expr:
    text = col("uli").str.strip_chars()
    shaped = text.str.contains(r"^[A-Z0-9]{23,45}$")
    numbers = text.str.replace_many(list(LETTER_VALUES), list(LETTER_VALUES.values()))
    return shaped & (_mod_97(numbers) == 1)


def _ssn_digits() -> pl.Expr:
    return _compact(col("borrower_ssn")).str.extract(r"^(\d{9})$")


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
        "ssn_last4",
        "Taxpayer number, last four",
        "",
        _compact(col("borrower_ssn")).str.slice(-4),
        ("borrower_ssn",),
        "the last four characters",
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
        col("ssn_digits").is_null() & col("borrower_ssn").is_not_null(),
        ("ssn_digits", "borrower_ssn"),
        "something stands there that is not nine digits",
    ),
)
