"""Facts about several cells: blanks, borrowers, units, pay history, feature codes, product names."""

import pytest

from .test_facts import facts_of


def test_blank_fields_are_named_in_words():
    found = facts_of(
        "blank_mi_fields", mi_company="MGIC", mi_coverage_pct=None, mi_certificate="1", mi_premium_source=None
    )
    assert found == {"blank_mi_fields": "coverage, payer"}


@pytest.mark.parametrize(
    ("codes", "wrapped", "repeats"),
    [
        ("127;003", ";127;003;", False), ("127 003", ";127;003;", False), ("127,127", ";127;127;", True),
        ("127;;003;", ";127;003;", False), ("", ";", False), (None, ";", False),
    ],
)  # fmt: skip
def test_feature_codes(codes, wrapped, repeats):
    found = facts_of("feature_codes", "feature_codes_repeat", investor_feature_ids=codes)
    assert found == {"feature_codes": wrapped, "feature_codes_repeat": repeats}


def test_missing_and_unsupported_codes_are_named_with_their_feature():
    loan = {"refinance_cash_out_type": "CashOut", "enote_indicator": False, "investor_feature_ids": "508"}
    assert facts_of("missing_feature_codes", "unsupported_feature_codes", **loan) == {
        "missing_feature_codes": "003 (cash-out refinance)",
        "unsupported_feature_codes": "508 (eNote)",
    }


@pytest.mark.parametrize(
    ("history", "status", "fits"),
    [
        ("000000000000", "Current", True), ("CCCCCCCCCCCC", "Current", True), ("000000000012", "60", True),
        ("000000000012", "Current", False), ("000000456789", "120", True), ("00000000012F", "Foreclosure", True),
        ("00000000012f", "90", False), ("000000000000", "Bankruptcy", None), ("00000000000X", "Current", None),
        (None, "Current", None), ("000000000000", None, None),
    ],
)  # fmt: skip
def test_pay_history_against_status(history, status, fits):
    found = facts_of("pay_history_fits_status", pay_history_12=history, delinquency_status=status)
    assert found["pay_history_fits_status"] is fits


@pytest.mark.parametrize(("history", "late"), [("000001200000", 2), ("C0C0C0C0C0C0", 0), ("XFBR00000000", 4)])
def test_late_months(history, late):
    assert facts_of("pay_history_late_count", pay_history_12=history)["pay_history_late_count"] == late


@pytest.mark.parametrize(
    ("name", "months", "kind"),
    [
        ("Conf 30 Yr Fixed", 360, "Fixed"), ("15-Year FRM", 180, "Fixed"), ("7/6 SOFR ARM", None, "AdjustableRate"),
        ("30yr 5/1", 360, "AdjustableRate"), ("Jumbo", None, None), ("HomeReady 20 year", 240, None),
        (None, None, None),
    ],
)  # fmt: skip
def test_product_names(name, months, kind):
    assert facts_of("product_months", "product_type", product_name=name) == {
        "product_months": months,
        "product_type": kind,
    }


@pytest.mark.parametrize(("items", "count"), [("3;2", 2), ("0; 1500", 2), ("3", 1), ("3;;2", 2), (None, None)])
def test_units_in_a_list(items, count):
    assert facts_of("units_with_bedrooms", unit_bedrooms=items)["units_with_bedrooms"] == count


@pytest.mark.parametrize(
    ("mailing", "differs"), [("12 MAIN ST., Reno NV", False), ("12 Main St", False), ("14 Main St", True), (None, None)]
)
def test_mailing_address(mailing, differs):
    assert (
        facts_of("mailing_differs", mailing_address=mailing, property_address="12 Main St")["mailing_differs"]
        is differs
    )
