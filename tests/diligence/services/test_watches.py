"""Who asked to be told of the end of a check is told once, in the bell and by e-mail, without loan data."""

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Role
from diligence import tasks
from diligence.domain.lifecycles import RunStatus
from diligence.models import Run, RunWatch
from diligence.services import watches
from tests.diligence.services.pipeline import NOW, completed, started
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _roles_alone_decide(settings):
    settings.REQUIRE_MFA = False
    settings.PUBLIC_URL = "https://plumbline.example/"


@pytest.fixture
def under_way(lender, version) -> Run:
    return started(lender, version)


def told(run: Run, django_capture_on_commit_callbacks) -> int:
    """How many people the sweep tells."""
    found = watches.waiting()
    with django_capture_on_commit_callbacks(execute=True):
        return sum(watches.tell(watch_id=watch_id, at=NOW) for watch_id in found)


def test_a_person_asks_once_and_is_told_once(lender, under_way, django_capture_on_commit_callbacks):
    assert [watches.ask(run=under_way, by=lender, at=NOW) for _ in range(2)] == [True, False]
    assert told(under_way, django_capture_on_commit_callbacks) == 0, "the check has not ended"
    run = completed(under_way)
    assert [told(run, django_capture_on_commit_callbacks) for _ in range(2)] == [1, 0]
    assert RunWatch.objects.unread(lender).count() == 1


def test_two_workers_send_one_mail(lender, under_way, django_capture_on_commit_callbacks):
    watches.ask(run=under_way, by=lender, at=NOW)
    completed(under_way)
    (watch,) = watches.waiting()
    with django_capture_on_commit_callbacks(execute=True):
        assert [watches.tell(watch_id=watch, at=NOW) for _ in range(2)] == [True, False]
    assert len(mail.outbox) == 1


def test_the_mail_says_where_and_nothing_of_the_loans(lender, under_way, django_capture_on_commit_callbacks):
    watches.ask(run=under_way, by=lender, at=NOW)
    run = completed(under_way)
    told(run, django_capture_on_commit_callbacks)
    (sent,) = mail.outbox
    assert sent.to == [lender.email]
    assert f"https://plumbline.example{run.get_absolute_url()}" in sent.body
    assert run.version.tape.name not in sent.body + sent.subject
    assert "L0000" not in sent.body


@pytest.mark.parametrize("status", [RunStatus.FAILED, RunStatus.STOPPED])
def test_a_check_that_ends_badly_is_told_too(lender, under_way, status, django_capture_on_commit_callbacks):
    watches.ask(run=under_way, by=lender, at=NOW)
    Run.objects.filter(pk=under_way.pk).update(status=status)
    assert told(under_way, django_capture_on_commit_callbacks) == 1
    assert watches.ENDINGS[status] in mail.outbox[0].body


def test_where_no_mail_leaves_the_bell_still_tells(lender, under_way, settings, django_capture_on_commit_callbacks):
    settings.EMAIL_BACKEND = watches.CONSOLE
    watches.ask(run=under_way, by=lender, at=NOW)
    completed(under_way)
    assert told(under_way, django_capture_on_commit_callbacks) == 1
    assert mail.outbox == []


def test_the_sweep_finds_who_waits(lender, under_way, monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.tell, "delay", sent.append)
    watches.ask(run=under_way, by=lender, at=NOW)
    completed(under_way)
    tasks.sweep()
    assert sent == watches.waiting()


def test_the_page_asks_and_the_bell_counts_until_it_is_read(lender, under_way, client):
    client.force_login(lender)
    page = under_way.get_absolute_url()
    assert "Tell me when it is done" in client.get(page).content.decode()
    client.post(reverse("diligence:tell-me", args=[under_way.pk]))
    assert "You will be told when it is done" in client.get(page).content.decode()
    completed(under_way)
    tasks.tell(watches.waiting()[0])
    assert "Notifications, 1 unread" in client.get(page).content.decode()
    bell = client.get(reverse("portfolios:notifications")).content.decode()
    assert f"The check of {under_way.version}" in bell
    assert "unread" not in client.get(page).content.decode()


def test_nobody_is_told_of_checks_of_others(under_way, client):
    stranger = UserFactory(roles=[Role.UPLOADER, Role.MANAGER])
    client.force_login(stranger)
    assert client.post(reverse("diligence:tell-me", args=[under_way.pk])).status_code == 404
    assert RunWatch.objects.count() == 0
