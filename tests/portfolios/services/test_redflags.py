"""A look raises, withdraws and raises again; what people said lapses when the numbers do."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import OrganizationKind, Role
from accounts.policies import NotAllowed
from portfolios.domain.securities import FlagState
from portfolios.models import FlagEvent, Look, RedFlag, Security
from portfolios.services import redflags
from tests.factories import UserFactory
from tests.portfolios.paydowns import NOW, figures, pool, record

pytestmark = pytest.mark.django_db

SLOW = [0.51] * 9
FAST = [0.51] * 6 + [3.0] * 3
LATER = NOW + timedelta(hours=1)


def codes(flags) -> list[str]:
    return [flag.code for flag in flags]


def test_a_pool_at_its_forecast_has_no_flag():
    security = pool(SLOW)
    assert redflags.watch(security=security, at=NOW) == []
    look = Look.objects.get(security=security)
    assert (look.month, look.distance < 0.5, len(look.spark)) == (date(2025, 10, 1), True, 9)


def test_a_fast_pool_is_red_in_its_newest_month_and_counted():
    security = pool(FAST)
    now = redflags.watch(security=security, at=NOW)
    assert codes(now) == ["fast", "under_path"]
    security.refresh_from_db()
    assert (security.red_flags, security.amber_flags) == (1, 1)
    assert {flag.state for flag in now} == {FlagState.NEW}


def test_earlier_months_show_when_a_flag_began_but_announce_nothing():
    security = pool(FAST)
    redflags.watch(security=security, at=NOW)
    fast = security.flags.filter(code="fast").order_by("month")
    assert [flag.month.month for flag in fast] == [8, 9, 10]
    assert [flag.announced for flag in fast] == [False, False, True]


def test_a_second_look_writes_nothing():
    security = pool(FAST)
    redflags.watch(security=security, at=NOW)
    before = list(RedFlag.objects.values()), FlagEvent.objects.count()
    redflags.watch(security=security, at=LATER)
    assert (list(RedFlag.objects.values()), FlagEvent.objects.count()) == before


def test_a_corrected_month_withdraws_its_flag_and_a_wrong_one_raises_it_again():
    security = pool(FAST)
    redflags.watch(security=security, at=NOW)
    record(security, figures(security, SLOW))
    assert redflags.watch(security=security, at=LATER) == []
    security.refresh_from_db()
    assert (security.red_flags, security.amber_flags) == (0, 0)
    flag = security.flags.get(code="fast", month=date(2025, 10, 1))
    assert flag.withdrawn_at == LATER
    record(security, figures(security, FAST))
    assert codes(redflags.watch(security=security, at=LATER)) == ["fast", "under_path"]
    flag.refresh_from_db()
    assert flag.withdrawn_at is None
    assert [event.note for event in flag.events.order_by("pk")] == ["Raised.", "No longer raised.", "Raised again."]


@pytest.fixture
def explained():
    """A fast pool whose speed the analyst explained."""
    security = pool(FAST)
    flag = redflags.watch(security=security, at=NOW)[0]
    analyst = security.created_by
    return redflags.explain(flag=flag, by=analyst, at=NOW, note="Two large loans were sold.")


def test_an_explained_flag_is_open_no_longer(explained):
    security = Security.objects.get(pk=explained.security_id)
    assert (security.red_flags, security.amber_flags) == (0, 1)
    assert explained.events.first().note == "Two large loans were sold."


def test_an_explanation_survives_a_look_at_the_same_numbers(explained):
    redflags.watch(security=explained.security, at=LATER)
    explained.refresh_from_db()
    assert explained.state == FlagState.EXPLAINED


def test_an_explanation_lapses_when_the_numbers_change(explained):
    security = explained.security
    record(security, figures(security, [0.51] * 6 + [3.0, 3.0, 6.0]))
    redflags.watch(security=security, at=LATER)
    explained.refresh_from_db()
    assert explained.state == FlagState.NEW
    assert "lapsed, as the numbers changed. Before: CPR of 3 months" in explained.events.first().note


def test_an_explanation_goes_on_while_the_case_is_the_same():
    security = pool(SLOW)
    months = [replace(month, loan_count=40) for month in figures(security, SLOW)]
    record(security, months)
    flag = redflags.watch(security=security, at=NOW)[0]
    redflags.explain(flag=flag, by=security.created_by, at=NOW, note="Issued with 40 loans.")
    longer = [
        replace(month, loan_count=39 if at > 9 else 40) for at, month in enumerate(figures(security, [*SLOW, 0.5]))
    ]
    record(security, longer)
    (now,) = redflags.watch(security=security, at=LATER)
    assert (now.code, now.state, now.announced) == ("few_loans", FlagState.EXPLAINED, False)
    assert now.events.get().note == "The explanation of Oct 2025 goes on: Issued with 40 loans."


def test_wrong_data_silence_the_rest_until_a_person_says_they_are_right():
    security = pool(FAST)
    months = figures(security, FAST)
    months[-1] = replace(months[-1], loan_count=401)
    record(security, months)
    (flag,) = redflags.watch(security=security, at=NOW)
    assert flag.code == "loans_rose"
    redflags.explain(flag=flag, by=security.created_by, at=NOW, note="A loan was split in two.")
    assert codes(redflags.watch(security=security, at=LATER)) == ["fast", "loans_rose", "under_path"]


def test_a_missing_factor_is_raised_on_business_day_5_and_withdrawn_when_it_comes():
    lender = UserFactory(organization__kind=OrganizationKind.LENDER).organization
    security = pool(SLOW, issued_on=date(2025, 5, 1), servicer=lender)  # up to February 2026
    assert redflags.watch(security=security, at=NOW) == []
    (flag,) = redflags.watch(security=security, at=NOW.replace(day=6))
    assert (flag.code, flag.month, flag.announced) == ("missing", date(2026, 3, 1), True)
    record(security, figures(security, [*SLOW, 0.51]))
    assert redflags.watch(security=security, at=NOW.replace(day=7)) == []


def test_nothing_is_due_of_a_pool_that_nobody_reports_on():
    assert redflags.watch(security=pool(SLOW, issued_on=date(2020, 5, 1)), at=NOW) == []


def test_limits_of_the_portfolio_are_used():
    security = pool(FAST)
    security.portfolio.thresholds = {"red_z": 20, "amber_z": 20, "amber_shortfall": 50, "red_shortfall": 60}
    security.portfolio.save()
    assert redflags.watch(security=security, at=NOW) == []


def test_seen_and_explanation_taken_back():
    security = pool(FAST)
    flag = redflags.watch(security=security, at=NOW)[0]
    analyst = security.created_by
    assert redflags.see(flag=flag, by=analyst, at=NOW).state == FlagState.SEEN
    assert redflags.see(flag=flag, by=analyst, at=NOW).events.count() == 2
    redflags.explain(flag=flag, by=analyst, at=NOW, note="A buyout.")
    assert redflags.reopen(flag=flag, by=analyst, at=NOW, note="It was none.").state == FlagState.SEEN
    security.refresh_from_db()
    assert security.red_flags == 1


def test_only_analysts_of_the_follower_judge_and_say_why():
    security = pool(FAST)
    flag = redflags.watch(security=security, at=NOW)[0]
    stranger = UserFactory(organization__kind=OrganizationKind.PURCHASER, roles=[Role.ANALYST])
    reader = UserFactory(organization=security.organization, roles=[Role.REVIEWER])
    for person in (stranger, reader):
        with pytest.raises(NotAllowed, match="analysts of the organization"):
            redflags.explain(flag=flag, by=person, at=NOW, note="Fine.")
    with pytest.raises(NotAllowed, match="needs a note"):
        redflags.explain(flag=flag, by=security.created_by, at=NOW, note="  ")


def test_a_payoff_in_full_is_no_flag():
    security = pool(SLOW)
    months = figures(security, [*SLOW, 0.0])
    months[-1] = replace(months[-1], factor=Decimal(0), balance=Decimal(0), loan_count=0, effective_loans=0.0)
    record(security, months)
    assert redflags.watch(security=security, at=NOW) == []
