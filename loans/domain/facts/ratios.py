"""Value basis, loan-to-value and income ratios, rate economics."""

import polars as pl

from loans.domain.facts.fact import Fact, as_facts, blank_as_zero, percent_of, positive, rounded_up, truncated

col = pl.col

LTV_SOURCE = "Fannie Mae Selling Guide B2-1.2-01: cut to two decimals, then rounded up to a whole percent"
CLTV_SOURCE = "Fannie Mae Selling Guide B2-1.2-02"
HCLTV_SOURCE = "Fannie Mae Selling Guide B2-1.2-03"


def _lesser_or_null(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """The smaller of two numbers; null when either is blank."""
    return pl.when(left <= right).then(left).when(left > right).then(right)


def _value_basis() -> pl.Expr:
    price, value = positive(col("sales_price")), positive(col("appraised_value"))
    purpose = col("loan_purpose")
    return pl.when(purpose == "Purchase").then(_lesser_or_null(price, value)).when(purpose == "Refinance").then(value)


def _junior_liens(heloc: str) -> pl.Expr:
    """Second liens in USD; null when the tape says nothing about any, so that a blank is never taken for none."""
    closed, line = col("subordinate_amount"), col(heloc)
    return pl.when(closed.is_not_null() | line.is_not_null()).then(blank_as_zero(closed) + blank_as_zero(line))


def _rounded_up(field: str, label: str) -> Fact:
    words = f"{label} cut to two decimals, then rounded up to a whole percent"
    return Fact(
        f"{field}_rounded_up", f"{label}, whole percent", "percent", rounded_up(col(field)), (field,), words, LTV_SOURCE
    )


def _truncated(field: str, label: str) -> Fact:
    words = f"{label} cut to two decimals"
    return Fact(
        f"{field}_truncated", f"{label}, two decimals", "percent", truncated(col(field)), (field,), words, LTV_SOURCE
    )


VALUE_FACTS = as_facts(
    Fact(
        "value_basis",
        "Value used for the ratios",
        "USD",
        _value_basis(),
        ("loan_purpose", "sales_price", "appraised_value"),
        "purchase: the lesser of purchase price and appraised value; refinance: appraised value",
        LTV_SOURCE,
    ),
    Fact(
        "calc_ltv",
        "LTV, recomputed",
        "percent",
        percent_of(col("note_amount"), col("value_basis")),
        ("note_amount", "value_basis"),
        "original note amount / value basis, cut to two decimals",
        LTV_SOURCE,
    ),
    Fact(
        "calc_base_ltv",
        "LTV without financed MI, recomputed",
        "percent",
        percent_of(col("base_loan_amount"), col("value_basis")),
        ("base_loan_amount", "value_basis"),
        "base loan amount / value basis, cut to two decimals",
        LTV_SOURCE,
    ),
    Fact(
        "junior_balance",
        "Second liens, drawn",
        "USD",
        _junior_liens("heloc_balance"),
        ("subordinate_amount", "heloc_balance"),
        "subordinate financing + HELOC drawn balance",
        CLTV_SOURCE,
    ),
    Fact(
        "junior_limit",
        "Second liens, full limit",
        "USD",
        _junior_liens("heloc_limit"),
        ("subordinate_amount", "heloc_limit"),
        "subordinate financing + HELOC credit limit",
        HCLTV_SOURCE,
    ),
    Fact(
        "calc_cltv",
        "CLTV, recomputed",
        "percent",
        percent_of(col("note_amount") + col("junior_balance"), col("value_basis")),
        ("note_amount", "junior_balance", "value_basis"),
        "(original note amount + drawn second liens) / value basis, cut to two decimals",
        CLTV_SOURCE,
    ),
    Fact(
        "calc_hcltv",
        "HCLTV, recomputed",
        "percent",
        percent_of(col("note_amount") + col("junior_limit"), col("value_basis")),
        ("note_amount", "junior_limit", "value_basis"),
        "(original note amount + full limit of second liens) / value basis, cut to two decimals",
        HCLTV_SOURCE,
    ),
    *(_truncated(field, label) for field, label in (("ltv", "LTV"), ("cltv", "CLTV"), ("hcltv", "HCLTV"))),
    *(
        _rounded_up(field, label)
        for field, label in (
            ("ltv", "LTV"),
            ("cltv", "CLTV"),
            ("hcltv", "HCLTV"),
            ("calc_ltv", "LTV, recomputed"),
            ("calc_base_ltv", "LTV without financed MI, recomputed"),
            ("calc_cltv", "CLTV, recomputed"),
            ("calc_hcltv", "HCLTV, recomputed"),
        )
    ),
    Fact(
        "value_to_price_gap",
        "Value against price",
        "percent",
        (100 * (col("appraised_value") / positive(col("sales_price")) - 1)).round(2),
        ("appraised_value", "sales_price"),
        "appraised value / purchase price - 1",
    ),
)

INCOME_FACTS = as_facts(
    Fact(
        "calc_dti",
        "DTI, recomputed",
        "percent",
        (100 * col("monthly_debt") / positive(col("monthly_income"))).round(2),
        ("monthly_debt", "monthly_income"),
        "total monthly obligations / monthly income",
        "Form 1008 arithmetic",
    ),
    Fact(
        "calc_dti_with_housing",
        "DTI, housing added",
        "percent",
        (100 * (col("monthly_debt") + col("housing_expense")) / positive(col("monthly_income"))).round(2),
        ("monthly_debt", "housing_expense", "monthly_income"),
        "(housing expense + monthly obligations) / monthly income",
        "Form 1008 arithmetic, where the tape's obligations leave housing out",
    ),
    Fact(
        "calc_housing_ratio",
        "Housing ratio, recomputed",
        "percent",
        (100 * col("housing_expense") / positive(col("monthly_income"))).round(2),
        ("housing_expense", "monthly_income"),
        "housing expense / monthly income",
        "Form 1008 arithmetic",
    ),
    Fact(
        "annual_income",
        "Annual income",
        "USD",
        (col("monthly_income") * 12).round(2),
        ("monthly_income",),
        "monthly income x 12",
    ),
    Fact(
        "calc_reserves_months",
        "Reserves, recomputed",
        "months",
        (col("reserves_amount") / positive(col("housing_expense"))).round(1),
        ("reserves_amount", "housing_expense"),
        "liquid reserves / housing expense",
        "Fannie Mae Selling Guide B3-4.1-01",
    ),
    Fact(
        "limited_cash_back_cap",
        "Most cash back in a limited cash-out refinance",
        "USD",
        pl.max_horizontal((col("note_amount") * 0.01).round(2), pl.lit(2000.0)) + 0 * col("note_amount"),
        ("note_amount",),
        "the greater of 1% of the note amount and $2,000",
        "Fannie Mae Selling Guide B2-1.3-02",
    ),
)

RATE_FACTS = as_facts(
    Fact(
        "calc_rate_spread",
        "Rate spread, recomputed",
        "percent",
        (col("apr") - col("apor")).round(4),
        ("apr", "apor"),
        "APR - APOR",
        "Regulation C 1003.4(a)(12)",
    ),
    Fact(
        "rate_to_market_gap",
        "Note rate against APOR",
        "percent",
        (col("note_rate") - col("apor")).abs().round(4),
        ("note_rate", "apor"),
        "distance between note rate and APOR",
    ),
    Fact(
        "note_rate_times_100",
        "Note rate, decimal point moved",
        "percent",
        (col("note_rate") * 100).round(4),
        ("note_rate",),
        "note rate x 100",
    ),
    Fact(
        "calc_net_rate",
        "Pass-through rate, recomputed",
        "percent",
        (
            col("note_rate")
            - col("servicing_fee")
            - blank_as_zero(col("guaranty_fee"))
            - blank_as_zero(col("mi_rate_adjustment"))
        ).round(5),
        ("note_rate", "servicing_fee", "guaranty_fee", "mi_rate_adjustment"),
        "note rate - servicing fee - guaranty fee - lender-paid MI",
        "MBS pricing arithmetic",
    ),
    Fact(
        "ceiling_over_note_rate",
        "Lifetime cap over the note rate",
        "percent",
        (col("arm_ceiling") - col("note_rate")).round(4),
        ("arm_ceiling", "note_rate"),
        "lifetime ceiling - note rate",
    ),
)

FACTS = VALUE_FACTS | INCOME_FACTS | RATE_FACTS
