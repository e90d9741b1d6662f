"""The digest: each new flag once, to analysts only, without anything of borrowers."""

from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import Role
from portfolios import tasks
from portfolios.services import flagmail, redflags
from tests.factories import UserFactory
from tests.portfolios.paydowns import NOW, pool

pytestmark = pytest.mark.django_db


@pytest.fixture
def security():
    made = pool([0.51] * 6 + [3.0] * 3, name="PL 2025-K07")
    UserFactory(organization=made.organization, roles=[Role.REVIEWER])
    UserFactory(organization=made.organization, roles=[Role.ANALYST], is_active=False, inactive_reason="left")
    redflags.watch(security=made, at=NOW)
    return made


def send(security, at=NOW, *, callbacks) -> int:
    with callbacks(execute=True):
        return flagmail.send_digest(organization=security.organization, at=at)


def test_analysts_read_the_flags_of_the_newest_month_once(security, django_capture_on_commit_callbacks):
    assert send(security, callbacks=django_capture_on_commit_callbacks) == 1
    (only,) = mail.outbox
    assert (only.to, only.subject) == ([security.created_by.email], "[Plumbline] 2 new red flags")
    assert "PL 2025-K07: 1 red and 1 amber flags" in only.body
    assert "Red, Oct 2025. Faster than the forecast: CPR of 3 months is" in only.body
    assert only.body.rstrip().endswith("/flags/")
    assert send(security, callbacks=django_capture_on_commit_callbacks) == 0
    assert len(mail.outbox) == 1


def test_explained_and_old_flags_are_no_news(security, django_capture_on_commit_callbacks):
    for flag in security.flags.filter(current=True):
        redflags.explain(flag=flag, by=security.created_by, at=NOW, note="Known.")
    assert list(flagmail.waiting(at=NOW)) == []
    redflags.reopen(flag=security.flags.get(current=True, code="fast"), by=security.created_by, at=NOW, note="")
    assert list(flagmail.waiting(at=NOW)) == [security.organization]
    assert list(flagmail.waiting(at=NOW + timedelta(days=8))) == []
    assert send(security, NOW + timedelta(days=8), callbacks=django_capture_on_commit_callbacks) == 0


def test_without_mail_nothing_is_marked_as_mailed(security, settings):
    settings.EMAIL_BACKEND = flagmail.CONSOLE
    tasks.flag_digest()
    assert not security.flags.filter(mailed_at__isnull=False).exists()
