"""What a tape is for decides which fields its columns may be."""

import polars as pl
import pytest

from loans.domain.casting import cast
from loans.domain.fields import ENUM_ALIASES, EVERY_FIELD, FIELD, FIELDS, SERVICING_FIELDS, fold
from loans.domain.mapping import profile, propose
from loans.domain.mapping.headers import candidates
from loans.domain.purposes import TapePurpose, catalogue

POOLS = (TapePurpose.REMITTANCE, TapePurpose.POOL_LOANS)


def matched(purpose, **columns):
    text = pl.DataFrame({"row_no": [1, 2], **columns}, schema_overrides=dict.fromkeys(columns, pl.String))
    proposal = propose(profile([text]), purpose=purpose)
    return {match.column: match.field for match in proposal.matches}, proposal


def test_a_sale_knows_nothing_of_servicing():
    assert catalogue(TapePurpose.SALE).fields == FIELDS
    servicing = {one.field.name for one in SERVICING_FIELDS}
    assert not servicing & set(FIELD)
    assert candidates("Payoff Principal") == candidates("Payoff Principal", TapePurpose.SALE)
    assert not {found.field.name for found in candidates("Payoff Principal")} & servicing


@pytest.mark.parametrize("purpose", POOLS)
def test_a_header_means_one_field_at_most(purpose):
    owners = {}
    for field in catalogue(purpose).fields:
        for alias in field.aliases:
            owners.setdefault(alias, set()).add(field.name)
    assert {alias: names for alias, names in owners.items() if len(names) > 1} == {}


@pytest.mark.parametrize("purpose", POOLS)
def test_the_files_of_a_pool_hold_no_borrower(purpose):
    assert not [field.name for field in catalogue(purpose).fields if field.borrower_data or field.protected]


@pytest.mark.parametrize("purpose", POOLS)
def test_what_is_asked_for_is_in_the_catalogue(purpose):
    names = {field.name for field in catalogue(purpose).fields}
    asked = catalogue(purpose).essential + catalogue(purpose).core
    assert all(set(alternatives) & names for alternatives in asked)


def test_every_servicing_field_has_a_source_and_a_label():
    for one in SERVICING_FIELDS:
        assert one.field.label
        assert one.purposes
        assert EVERY_FIELD[one.field.name] is one.field
        assert not one.supersedes or one.supersedes in FIELD


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("01", "PaidOff"),
        ("60", "PaidOff"),
        ("65", "Repurchased"),
        ("96", "Repurchased"),
        ("71", "Liquidated"),
        ("09", "Liquidated"),
        ("Short Sale", "Liquidated"),
        ("other", "Other"),
        ("00", "Active"),
    ],
)
def test_codes_of_the_agencies_say_why_a_loan_left(code, meaning):
    assert ENUM_ALIASES["removal_code"][fold(code)] == meaning


def test_a_code_that_lost_its_leading_zero_is_a_question_for_a_person():
    """6 is a repurchase in one list and another removal in the next."""
    assert not {"2", "3", "6", "9"} & set(ENUM_ALIASES["removal_code"])


def test_a_remittance_tape_is_matched_with_the_words_of_servicers():
    fields, proposal = matched(
        TapePurpose.REMITTANCE,
        **{
            "Loan #": ["1", "2"],
            "Report Month": ["2026-02-01", "2026-02-01"],
            "Beg Sched Bal": ["100.00", "200.00"],
            "Sched Prin": ["1.00", "2.00"],
            "Curtailments": ["0.00", "5.00"],
            "Scheduled Balance": ["99.00", "193.00"],
            "Current UPB": ["99.00", "193.00"],
            "LPI Date": ["2026-02-01", "2026-01-01"],
            "Action Code": ["00", "60"],
        },
    )
    assert list(fields.values()) == [
        "loan_id",
        "reporting_month",
        "beginning_scheduled_balance",
        "scheduled_principal",
        "curtailment",
        "ending_scheduled_balance",
        "ending_actual_balance",
        "last_paid_installment_date",
        "removal_code",
    ]
    assert proposal.missing_core == ()


def test_what_a_pools_file_lacks_is_named():
    _, proposal = matched(TapePurpose.POOL_LOANS, **{"Loan #": ["1", "2"], "Cutoff Balance": ["100.00", "200.00"]})
    assert [field.name for field in proposal.missing_core] == [
        "current_rate",
        "remaining_term_months",
        "removal_date",
        "removal_code",
    ]


def test_the_same_header_means_another_thing_in_another_tape():
    columns = {"Loan Number": ["1", "2"], "Scheduled Balance": ["100000.00", "200000.00"]}
    assert matched(TapePurpose.SALE, **columns)[0]["Scheduled Balance"] == "current_upb"
    assert matched(TapePurpose.REMITTANCE, **columns)[0]["Scheduled Balance"] == "ending_scheduled_balance"


def test_servicing_columns_are_cast_to_their_types():
    columns = {"Loan #": ["1", "2"], "Curtailments": ["1,000.50", "(5.00)"], "Zero Balance Code": ["01", ""]}
    text = pl.DataFrame({"row_no": [1, 2], **columns})
    proposal = propose(profile([text]), purpose=TapePurpose.REMITTANCE)
    typed = cast(text, proposal.mapping()).typed
    assert typed["curtailment"].to_list() == [1000.5, -5.0]
    assert typed["removal_code"].to_list() == ["PaidOff", None]


def test_a_saved_mapping_of_a_sale_does_not_bring_its_fields_into_a_remittance():
    columns = {"Loan #": ["1", "2"], "Current UPB": ["100000.00", "200000.00"]}
    saved = matched(TapePurpose.SALE, **columns)[1].mapping()
    text = pl.DataFrame({"row_no": [1, 2], **columns})
    proposal = propose(profile([text]), saved=saved, purpose=TapePurpose.REMITTANCE)
    assert {match.field for match in proposal.matches} == {"loan_id", "ending_actual_balance"}
