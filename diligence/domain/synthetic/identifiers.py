"""Identifiers with right check digits that belong to nobody."""

import numpy as np

from diligence.domain.synthetic.draws import Column, Columns, Random, between

LENDER = "PLUMBLINESYNTHETIC00"
"""Stands where a legal entity identifier stands; no such entity is registered."""
MERS_ORGANIZATION = "9999999"
SSN_FIRST_AREA, SSN_AREAS, SSN_SERIALS = 890, 10, 9_999
SSN_GROUPS = 99
"""Areas 773 to 899 were never issued before June 2011, so nobody who is old enough to borrow was born with one;
the rules still take them, because since then any area may be issued."""


def loan_numbers(first: int, n: int) -> Column:
    """Loan numbers of ten digits, counted on from `first`."""
    return (np.arange(first, first + n) + 7_000_000_000).astype(str).astype(object)


def mers_mins(first: int, n: int) -> Column:
    """18-digit MERS numbers: organization, sequence number, check digit (mod 10, weight 2)."""
    sequence = np.char.zfill(np.arange(first, first + n).astype(str), 10)
    numbers = np.char.add(MERS_ORGANIZATION, sequence)
    digits = np.frombuffer("".join(numbers).encode(), dtype=np.uint8).reshape(n, -1).astype(np.int64) - ord("0")
    digits[:, ::2] *= 2
    check = -np.where(digits > 9, digits - 9, digits).sum(axis=1) % 10
    return np.char.add(numbers, check.astype(str)).astype(object)


def universal_ids(loan_id: Column) -> Column:
    """Universal loan identifiers: lender, loan number, two check digits (ISO 7064 MOD 97-10)."""
    lender = int("".join(str(int(letter, 36)) for letter in LENDER)) % 97
    number = loan_id.astype(np.int64)
    remainder = (lender * pow(10, 12, 97) + number % 97 * 100) % 97
    check = np.char.zfill((98 - remainder).astype(str), 2)
    return LENDER + loan_id + check.astype(object)


def taxpayer_numbers(first: int, n: int) -> Column:
    """Test numbers in the shape of Social Security numbers, each once in almost ten million loans."""
    counter = np.arange(first, first + n)
    serial = counter % SSN_SERIALS + 1
    group = counter // SSN_SERIALS % SSN_GROUPS + 1
    area = SSN_FIRST_AREA + counter // (SSN_SERIALS * SSN_GROUPS) % SSN_AREAS
    parts = (area.astype(str), np.char.zfill(group.astype(str), 2), np.char.zfill(serial.astype(str), 4))
    return np.char.add(np.char.add(np.char.add(parts[0], "-"), np.char.add(parts[1], "-")), parts[2]).astype(object)


def draw_identifiers(rng: Random, first: int, n: int) -> Columns:
    """All identifiers of loans number `first` and on."""
    loan_id = loan_numbers(first, n)
    return {
        "loan_id": loan_id,
        "uli": universal_ids(loan_id),
        "mers_min": mers_mins(first, n),
        "borrower_ssn": taxpayer_numbers(first, n),
        "originator_nmls_id": between(rng, 990_000, 999_999, n).astype(str).astype(object),
        "origination_company_nmls_id": between(rng, 9_990, 9_999, n).astype(str).astype(object),
        "credit_report_id": between(rng, 10_000_000, 99_999_999, n).astype(str).astype(object),
        "seller_id": np.full(n, "999990001", dtype=object),
        "contract_id": np.full(n, "C99001", dtype=object),
        "pool_id": (between(rng, 1, 4, n) + 990_000).astype(str).astype(object),
    }
