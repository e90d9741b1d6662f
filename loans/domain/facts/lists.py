"""Facts about several cells or words at once: what is blank, counts, pay history, product names."""

from collections.abc import Mapping

import polars as pl

from loans.domain.facts.fact import Fact, as_facts, joined
from loans.domain.texts import once_a_text, where_it_matters

col = pl.col


def _blank_labels(labels: Mapping[str, str]) -> pl.Expr:
    return joined([pl.when(col(name).is_null()).then(pl.lit(label)) for name, label in labels.items()])


def _blanks(name: str, label: str, labels: Mapping[str, str], source: str) -> Fact:
    return Fact(name, label, "", _blank_labels(labels), tuple(labels), "the labels of the blank fields", source)


ARM_TERMS = {
    "arm_index": "index",
    "arm_margin": "margin",
    "arm_lookback_days": "look-back days",
    "arm_first_change_date": "first change date",
    "arm_initial_cap_up": "initial cap",
    "arm_periodic_cap": "periodic cap",
    "arm_ceiling": "lifetime ceiling",
    "arm_reset_frequency_months": "reset frequency",
}
BUYDOWN_TERMS = {
    "buydown_contributor": "contributor",
    "buydown_initial_discount": "initial discount",
    "buydown_duration_months": "duration",
}
PROJECT_FIELDS = {
    "project_legal_structure": "legal structure",
    "project_classification": "classification",
    "project_name": "name",
    "project_unit_count": "number of units",
    "project_attachment": "attachment",
}
MI_FIELDS = {
    "mi_company": "company",
    "mi_coverage_pct": "coverage",
    "mi_certificate": "certificate number",
    "mi_premium_source": "payer",
}


def _listed(field: str) -> pl.Expr:
    return col(field).str.count_matches(r"[^;\s][^;]*").cast(pl.Int64)


def _said(text: pl.Expr) -> pl.Expr:
    return text.is_not_null().cast(pl.Int64)


def _late_payments() -> pl.Expr:
    return col("pay_history_12").str.count_matches(r"[1-9XFBR]").cast(pl.Int64)


STATUS_CODES = {
    "Current": "0",
    "30": "1",
    "60": "2",
    "90": "3",
    "120": "4",
    "Bankruptcy": "B",
    "Foreclosure": "F",
    "REO": "R",
}


def _history_fits_status() -> pl.Expr:
    """The last mark of the pay history says what the status says; four and more months late count as 120.

    Unknown where the history says months and the status bankruptcy, foreclosure or REO: both can be true at once.
    """
    last = (
        col("pay_history_12")
        .str.slice(-1)
        .str.to_uppercase()
        .replace({"C": "0", "5": "4", "6": "4", "7": "4", "8": "4", "9": "4"})
    )
    expected = col("delinquency_status").replace_strict(STATUS_CODES, default=None, return_dtype=pl.String)
    by_number = last.str.contains("^[0-4]$") & expected.str.contains("^[0-4]$")
    by_letter = last == expected
    return pl.when(by_number | last.is_in(["B", "F", "R"])).then(by_letter)


PRODUCT_YEARS = r"(?i)\b(\d{2})[\s-]*(?:yr|year|y\b)"
PRODUCT_ADJUSTABLE = r"(?i)\barm\b|adjustable|\b\d{1,2}/[16]\b"
PRODUCT_FIXED = r"(?i)\bfixed\b|\bfrm\b|\bfix\b"


def _product_months(name: pl.Expr) -> pl.Expr:
    return name.str.extract(PRODUCT_YEARS).cast(pl.Int64, strict=False) * 12


def _product_type(name: pl.Expr) -> pl.Expr:
    return (
        pl.when(name.str.contains(PRODUCT_ADJUSTABLE))
        .then(pl.lit("AdjustableRate"))
        .when(name.str.contains(PRODUCT_FIXED))
        .then(pl.lit("Fixed"))
    )


def _shorter_product() -> pl.Expr:
    """The next shorter usual term: a 25-year loan is sold as a 30-year product, a 15-year loan is not."""
    months = col("product_months")
    return pl.when(months >= 360).then(months - 120).otherwise(months - 60)


LONGEST_ADDRESS = 100
ADDRESS_FLAWS = {
    r"\btbd\b|to be determined": "is still to be determined",
    r";|&| and ": "names more than one place",
    r"[?!*%^@\[\]{}<>_+=]": "holds characters no address has",
    r"^\d+$": "is only a number",
    r"^[a-z ]+$": "has no number",
}
ANY_FLAW = "(?i)" + "|".join(ADDRESS_FLAWS)


def _address_flaw() -> pl.Expr:
    """What is odd about the street address, as the end of a sentence; empty text when nothing is."""
    address = col("property_address")
    return where_it_matters(
        ["property_address"],
        matters=address.str.contains(ANY_FLAW) | (address.str.len_bytes() > LONGEST_ADDRESS),
        read=_flaw(address),
        otherwise=pl.when(address.is_not_null()).then(pl.lit("")),
        dtype=pl.String(),
    )


def _flaw(address: pl.Expr) -> pl.Expr:
    found = [
        pl.when(address.str.contains(f"(?i){shape}")).then(pl.lit(words)) for shape, words in ADDRESS_FLAWS.items()
    ]
    too_long = pl.when(address.str.len_chars() > LONGEST_ADDRESS).then(
        pl.lit(f"is longer than {LONGEST_ADDRESS} characters")
    )
    return pl.coalesce(too_long, *found, pl.lit(""))


def _plain(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.replace_all(r"[^0-9a-z]", "")


def _mailing_differs() -> pl.Expr:
    """A mailing address that goes on with city and ZIP is still the same street address.

    Only rows that have a mailing address are looked at, which on most tapes are few or none.
    """
    mailing, street = col("mailing_address"), col("property_address")
    return where_it_matters(
        ["mailing_address", "property_address"],
        matters=mailing.is_not_null(),
        read=~_plain(mailing).str.starts_with(_plain(street)),
        otherwise=pl.lit(None),
        dtype=pl.Boolean(),
    )


FACTS = as_facts(
    Fact(
        "product_months",
        "Term in the product name",
        "months",
        once_a_text(col("product_name"), _product_months, pl.Int64()),
        ("product_name",),
        "years in the product name x 12",
    ),
    Fact(
        "product_shorter_months",
        "Next shorter product",
        "months",
        _shorter_product(),
        ("product_months",),
        "ten years less than a product of 30 years and more, five years less than others",
        "Design",
    ),
    Fact(
        "product_type",
        "Amortization type in the product name",
        "",
        once_a_text(col("product_name"), _product_type, pl.String()),
        ("product_name",),
        "ARM, adjustable or a pair such as 7/6 in the name; otherwise fixed or FRM",
    ),
    Fact(
        "address_flaw",
        "What is odd about the street address",
        "",
        _address_flaw(),
        ("property_address",),
        "longer than 100 characters, more than one place, odd characters, only a number, no number",
        "CFPB HMDA edits Q660-1 to Q660-4",
    ),
    Fact(
        "mailing_differs",
        "Mailing address is another street",
        "",
        _mailing_differs(),
        ("mailing_address", "property_address"),
        "the mailing address does not begin with the property's street, letters and digits only",
    ),
    _blanks("blank_arm_terms", "ARM terms that are blank", ARM_TERMS, "ULDD ADJUSTMENT containers"),
    _blanks("blank_buydown_terms", "Buydown terms that are blank", BUYDOWN_TERMS, "ULDD BUYDOWN containers"),
    _blanks("blank_project_fields", "Project fields that are blank", PROJECT_FIELDS, "ULDD PROJECT container"),
    _blanks("blank_mi_fields", "MI fields that are blank", MI_FIELDS, "ULDD MI_DATA container"),
    Fact(
        "named_borrowers",
        "Borrowers the tape shows",
        "count",
        _said(pl.coalesce("borrower_last_name", "borrower_first_name", "borrower_ssn"))
        + _said(col("coborrower_credit_score")),
        ("borrower_last_name", "borrower_first_name", "borrower_ssn", "coborrower_credit_score"),
        "1 for a borrower's name or taxpayer number, 1 for a co-borrower's credit score",
    ),
    Fact(
        "units_with_bedrooms",
        "Units with bedrooms given",
        "count",
        _listed("unit_bedrooms"),
        ("unit_bedrooms",),
        "entries in the list",
    ),
    Fact(
        "units_with_rent",
        "Units with rent given",
        "count",
        _listed("unit_eligible_rent"),
        ("unit_eligible_rent",),
        "entries in the list",
    ),
    Fact(
        "pay_history_late_count",
        "Late months in the pay history",
        "count",
        _late_payments(),
        ("pay_history_12",),
        "marks of the 12-month pay string other than 0 and C",
    ),
    Fact(
        "pay_history_fits_status",
        "Pay history ends as the status says",
        "",
        _history_fits_status(),
        ("pay_history_12", "delinquency_status"),
        "last mark of the pay string against the delinquency status; 4 and more months are 120",
        "MBA method: 0 current, 1 to 4 months late, B bankruptcy, F foreclosure, R REO",
    ),
)
