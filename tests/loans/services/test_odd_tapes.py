"""Tapes with cells that a database could choke on go the whole way: the cell becomes a finding, the loan stays."""

from random import Random
from string import ascii_letters, digits

import pytest
from django.conf import LazySettings

from diligence.domain.lifecycles import RunStatus
from diligence.models import Finding, Run
from loans.models import Loan
from tests.diligence.services.pipeline import uploaded
from tests.factories import UserFactory
from tests.loans.services.tapes_of import checked, csv_of

pytestmark = pytest.mark.django_db

NUMERIC = ("Note Amount", "Current UPB", "Note Rate", "LTV", "Credit Score", "Number of Units", "DTI")
COLUMNS = (*NUMERIC, "Loan Number", "Occupancy", "Remark", "Note Date", "Property State", "ZIP", "Loan Purpose")
NUMBERS = ("1e400", "-1e300", "1e18", "99999999999999999999", "-inf", "2147483648000", "9e15")


def codes(run: Run) -> set[str]:
    numbers = Finding.objects.filter(run=run).values_list("rule_no", flat=True)
    return set(run.rules.filter(rule_no__in=numbers).values_list("code", flat=True))


def test_a_clean_tape_is_checked() -> None:
    run = checked(UserFactory(), csv_of(rows=3))

    assert run.status == RunStatus.DONE
    assert Loan.objects.filter(version=run.version).count() == 3


def test_a_tape_with_a_header_only_is_checked_and_said_to_be_empty() -> None:
    run = checked(UserFactory(), csv_of({}).splitlines(keepends=True)[0])

    assert run.status == RunStatus.DONE
    assert run.loan_count == 0
    assert "DV-012" in codes(run)


@pytest.mark.parametrize("text", ["a\x1fb", "\ufeff", "\u202e700", "\ue000", "\\", "\\N", "\\."])
def test_control_characters_do_not_stop_a_check(text: str) -> None:
    run = checked(UserFactory(), csv_of(*({column: text} for column in COLUMNS)))

    assert run.status == RunStatus.DONE
    assert Loan.objects.filter(version=run.version).count() == len(COLUMNS)


def test_zero_bytes_in_a_text_file_are_refused_with_a_sentence() -> None:
    version = uploaded(UserFactory(), csv_of({"Remark": "A\x00B"}))

    assert version.status == "unreadable"
    assert "binary" in version.problem


def test_cells_as_long_as_the_bound_do_not_stop_a_check(settings: LazySettings) -> None:
    random = Random(1)
    text = "".join(random.choices(ascii_letters + digits, k=settings.MAX_CELL_CHARS))
    run = checked(UserFactory(), csv_of(*({column: text} for column in COLUMNS)))

    assert run.status == RunStatus.DONE
    assert Loan.objects.filter(version=run.version).count() == len(COLUMNS)


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_no_column_can_hold_are_findings(number: str) -> None:
    run = checked(UserFactory(), csv_of(*({column: number} for column in NUMERIC)))

    assert run.status == RunStatus.DONE
    loans = Loan.objects.filter(version=run.version)
    assert loans.count() == len(NUMERIC)
    assert "DV-005" in codes(run)


@pytest.mark.parametrize("text", ["01/01/0001", "12/31/9999", "99/99/9999", "9999999", "-5", "1e9", "0000-00-00"])
def test_dates_far_away_do_not_stop_a_check(text: str) -> None:
    run = checked(UserFactory(), csv_of({"Note Date": text, "Maturity Date": text}, {}, {}))

    assert run.status == RunStatus.DONE
    assert Loan.objects.filter(version=run.version).count() == 3
