"""The page that takes the agencies' files."""

import gzip

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from accounts.roles import OrganizationKind
from portfolios import tasks
from portfolios.domain.factorfiles.lifecycle import FileStatus
from portfolios.models import FactorFile, PublishedFactor
from portfolios.services import factorfiles as service
from portfolios.services.factorfiles import imports
from tests.factories import SecurityFactory, UserFactory
from tests.portfolios import agencyfiles as agency

pytestmark = pytest.mark.django_db
LIST = "portfolios:factor_files"


@pytest.fixture(autouse=True)
def _roles_alone_decide(settings):
    settings.REQUIRE_MFA = False


@pytest.fixture(autouse=True)
def sent(monkeypatch) -> list[int]:
    """Messages to workers, by the file they are about."""
    messages: list[int] = []
    monkeypatch.setattr(tasks.import_factor_file, "delay_on_commit", messages.append)
    monkeypatch.setattr(tasks.import_factor_file, "delay", messages.append)
    return messages


@pytest.fixture
def security():
    return SecurityFactory(original_face=300_000)


@pytest.fixture
def analyst(client, security):
    client.force_login(security.created_by)
    return client


def upload(content: str, name: str = "factorA1.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode())


def post(client, *uploads, **others):
    return client.post(reverse(LIST), {"uploads": list(uploads), **others}, follow=True)


def ginnie(**changes) -> str:
    return agency.ginnie_factor([agency.factor_line(**changes)])


def test_several_files_are_taken_at_once_and_imported_by_a_worker(analyst, sent):
    answer = post(analyst, upload(ginnie()), upload(agency.gse_factor([{}]), "fd260806.txt"))
    assert answer.status_code == 200
    assert sorted(sent) == sorted(FactorFile.objects.values_list("pk", flat=True))
    for file_id in sent:
        tasks.import_factor_file(file_id)
    assert set(FactorFile.objects.values_list("status", flat=True)) == {FileStatus.IMPORTED}
    assert PublishedFactor.objects.count() == 2
    page = analyst.get(reverse(LIST)).content.decode()
    assert "Ginnie Mae I factor file" in page
    assert "fd260806.txt" in page


def test_the_upload_is_removed_once_it_is_imported(analyst, sent, django_capture_on_commit_callbacks):
    post(analyst, upload(ginnie()))
    file = FactorFile.objects.get()
    storage, name = file.original.storage, file.original.name
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.import_factor_file(file.pk)
    assert not storage.exists(name)
    assert not FactorFile.objects.get().original


def test_a_file_that_is_none_says_why(analyst, sent):
    post(analyst, upload("a,b\n1,2\n", "loans.csv"))
    (file_id,) = sent
    tasks.import_factor_file(file_id)
    file = FactorFile.objects.get()
    assert file.status == FileStatus.UNREADABLE
    page = analyst.get(file.get_absolute_url()).content.decode()
    assert "none of the agencies" in page


def test_the_same_bytes_are_not_imported_again(analyst, sent):
    post(analyst, upload(ginnie()))
    tasks.import_factor_file(sent.pop())
    answer = post(analyst, upload(ginnie(), "again.txt"))
    assert "were imported before" in answer.content.decode()
    assert not sent
    assert FactorFile.objects.count() == 1


def test_a_lost_message_is_sent_again_and_a_doubled_one_does_nothing(analyst, sent):
    post(analyst, upload(ginnie()))
    sent.clear()
    tasks.sweep()
    (file_id,) = sent
    tasks.import_factor_file(file_id)
    tasks.import_factor_file(file_id)
    assert PublishedFactor.objects.count() == 1


def test_a_file_that_a_worker_holds_is_left_to_it(analyst):
    post(analyst, upload(ginnie()))
    now = timezone.now()
    FactorFile.objects.update(lease_until=now + imports.LEASE)
    assert service.waiting(at=now) == []
    assert service.waiting(at=now + 2 * imports.LEASE) != []
    assert service.import_received(file_id=FactorFile.objects.get().pk, at=now) is None


def test_a_failure_on_our_side_ends_with_a_sentence(analyst, sent, monkeypatch):
    def fail(*arguments, **others):
        raise RuntimeError

    post(analyst, upload(ginnie()))
    monkeypatch.setattr(imports, "_take", fail)
    for _ in range(imports.MAX_ATTEMPTS):
        FactorFile.objects.update(lease_until=None)
        with pytest.raises(RuntimeError):
            tasks.import_factor_file(sent[0])
    assert "failed 3 times for a reason on our side" in FactorFile.objects.get().problem


def test_a_history_is_imported_for_the_chosen_pool_and_seen_by_its_followers_only(analyst, sent, security, client):
    history = agency.freddie_history([("F20Q10000001", "202601", "300000.00", "0", "1", "359", "6.000", "", "")])
    post(analyst, upload(history, "history.txt"), pool=security.pk)
    tasks.import_factor_file(sent[0])
    file = FactorFile.objects.get()
    assert (file.status, file.security, file.added) == (FileStatus.IMPORTED, security, 1)
    assert analyst.get(file.get_absolute_url()).status_code == 200
    client.force_login(SecurityFactory().created_by)
    assert client.get(file.get_absolute_url()).status_code == 404
    assert "history.txt" not in client.get(reverse(LIST)).content.decode()


def test_a_pool_of_somebody_else_cannot_be_chosen(analyst, sent):
    answer = post(analyst, upload(ginnie()), pool=SecurityFactory().pk)
    assert answer.status_code == 422
    assert not sent


def test_factor_files_belong_to_nobody_whatever_pool_was_chosen(analyst, sent, security):
    post(analyst, upload(ginnie()), pool=security.pk)
    tasks.import_factor_file(sent[0])
    assert FactorFile.objects.get().security is None


def test_no_file_and_an_empty_file_get_a_sentence(analyst):
    assert "Choose the files to import." in analyst.post(reverse(LIST), {}).content.decode()
    answer = post(analyst, upload(""))
    assert answer.status_code == 422
    assert "empty" in answer.content.decode()


def test_problems_and_rounding_stand_on_the_files_page(analyst, sent):
    rows = [{"Security Factor": "1.00000001"}, {"Security Identifier": "ZZ0002", "Security Factor": "x<b>"}]
    post(analyst, upload(agency.gse_factor(rows)))
    tasks.import_factor_file(sent[0])
    page = analyst.get(FactorFile.objects.get().get_absolute_url()).content.decode()
    assert "kept exactly as published" in page
    assert "x&lt;b&gt;" in page
    assert "Fannie Mae" in page


def test_the_list_polls_until_all_is_imported(analyst, sent):
    post(analyst, upload(ginnie()))
    rows = reverse("portfolios:factor_file_rows")
    assert analyst.get(rows).status_code == 200
    tasks.import_factor_file(sent[0])
    assert analyst.get(rows).status_code == 286


def test_a_packed_file_is_taken(analyst, sent):
    packed = SimpleUploadedFile("factorA1.gz", gzip.compress(ginnie().encode()))
    post(analyst, packed)
    tasks.import_factor_file(sent[0])
    assert PublishedFactor.objects.count() == 1


@pytest.mark.parametrize(("role", "kind", "status"), [
    (Role.STAFF, OrganizationKind.OPERATOR, 200),
    (Role.ANALYST, OrganizationKind.PURCHASER, 200),
    (Role.REVIEWER, OrganizationKind.PURCHASER, 403),
    (Role.UPLOADER, OrganizationKind.LENDER, 403),
])  # fmt: skip
def test_who_may_import(client, role, kind, status):
    client.force_login(UserFactory(roles=[role], organization__kind=kind))
    assert client.get(reverse(LIST)).status_code == status


def test_the_list_costs_the_same_however_many_files(analyst, sent, django_assert_max_num_queries):
    for number in range(5):
        post(analyst, upload(ginnie(pool=f"AA{number:04d}"), f"{number}.txt"))
    with django_assert_max_num_queries(14):
        analyst.get(reverse(LIST))
