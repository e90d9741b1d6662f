"""The pages of a pool's tapes, and a file on its way through them."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from loans.models import Tape, TapeVersion
from loans.services import intake
from portfolios.models import PoolFile, PoolMonth, Security
from portfolios.services import remittances
from tests.factories import SuperuserFactory, UserFactory
from tests.portfolios.tapes import FEBRUARY, HEADER, MARCH, SECOND, THIRD, computed, pool, sent

pytestmark = pytest.mark.django_db
LOAN_FILE = b"""Loan Number,Note Rate,Balance at Cutoff,Remaining Term,Exit Month,Exit Code
1,4.0,100000,360,202002,01
2,4.0,100000,360,,
"""


@pytest.fixture(autouse=True)
def _no_queue(settings, monkeypatch):
    settings.REQUIRE_MFA = False
    cache.clear()
    for task in ("portfolios.tasks.compute_pool_file", "loans.tasks.read"):
        monkeypatch.setattr(f"{task}.delay_on_commit", lambda *args: None)


def page(client, name, *args, query="", **options):
    return client.get(reverse(f"portfolios:{name}", args=args) + query, **options)


def text(answer):
    return " ".join(answer.content.decode().split())


def post_file(client, address, content, filename="tape.csv", **fields):
    return client.post(address, {"file": SimpleUploadedFile(filename, content), **fields})


def test_months_stand_with_their_reconciliation(client):
    security, anna, sender = pool()
    computed(security, sender, FEBRUARY, SECOND)
    for person in (anna, sender):
        client.force_login(person)
        shown = text(page(client, "pool-remittance", security.pk))
        assert "Feb 2026 reconciles, and nothing is left to explain." in shown
        assert "$299,201.35" in shown
        assert "0.74800338" in shown
    assert reverse("loans:original", args=[PoolFile.objects.get().version_id]) in shown  # its own tape


def test_the_follower_does_not_get_the_servicers_file(client):
    security, anna, sender = pool()
    file = computed(security, sender, FEBRUARY, SECOND)
    client.force_login(anna)
    shown = text(page(client, "pool-remittance", security.pk))
    assert "tape.csv" in shown
    assert reverse("loans:original", args=[file.version_id]) not in shown
    assert "remittance/upload/" not in shown  # the servicer sends this pool's months


def test_what_does_not_add_up_is_listed_and_leaves_as_csv(client):
    security, _, sender = pool()
    computed(
        security,
        sender,
        FEBRUARY.replace("99900.45,99900.45", "99950.00,99950.00").replace("3,99.55", "=3,99.55"),
        SECOND,
    )
    client.force_login(sender)
    shown = text(page(client, "pool-remittance", security.pk))
    assert "loans and security are $49.55 apart; $0.50 is allowed" in shown
    assert "Loan 1: $100,000.00 less its principal is $99,900.45; the tape has $99,950.00." in shown
    answer = page(client, "remittance-findings", security.pk, query="?month=2026-02")
    assert answer["Content-Type"].startswith("text/csv")
    assert "pl-2026-k01-2026-02-findings.csv" in answer["Content-Disposition"]
    rows = answer.content.decode()
    assert "2026-02,vanished,Warning,Loan is missing without a cause,3," in rows
    assert ",=3," not in rows  # no spreadsheet runs a loan number
    assert "'=3" in rows


def test_a_gap_is_shown_and_offers_its_month(client):
    security, _, sender = pool()
    computed(security, sender, MARCH, THIRD)
    client.force_login(sender)
    shown = text(page(client, "pool-remittance", security.pk))
    assert "No tape. The month after is computed over the gap." in shown
    assert "?month=2026-02" in shown
    assert "No tape for February 2026" in shown


def test_a_file_that_gave_no_month_says_why_at_the_top(client):
    security, _, sender = pool()
    file = computed(security, sender, FEBRUARY)
    client.force_login(sender)
    assert "The tape does not say its month." in text(page(client, "pool-remittance", security.pk))
    assert "No month came of this file." in text(page(client, "pool-file", file.version_id))


def test_a_pool_without_months_says_what_gives_one(client):
    security, _, sender = pool()
    PoolMonth.objects.all().delete()
    client.force_login(sender)
    assert "The first tape of the servicer gives the first month." in text(page(client, "pool-remittance", security.pk))


def test_the_page_asks_the_database_a_bounded_number_of_times(client, django_assert_max_num_queries):
    security, _, sender = pool()
    computed(security, sender, FEBRUARY, SECOND)
    computed(security, sender, MARCH, THIRD)
    client.force_login(sender)
    with django_assert_max_num_queries(16):
        page(client, "pool-remittance", security.pk)


def test_a_tape_goes_from_its_upload_to_its_month(client):
    security, _, sender = pool()
    client.force_login(sender)
    address = reverse("portfolios:remittance-upload", args=[security.pk])
    assert 'value="2026-02"' in text(client.get(f"{address}?month=2026-02"))
    answer = post_file(client, address, (HEADER + FEBRUARY).encode(), month="2026-02")
    version = TapeVersion.objects.get()
    assert answer["Location"] == version.get_absolute_url()
    intake.read(version_id=version.pk, clock=timezone.now)
    columns = client.get(version.get_absolute_url(), follow=True)
    shown = text(columns)
    assert "Compute 3 loans" in shown
    assert "Check against" not in shown
    start = reverse("portfolios:pool-file-start", args=[version.pk])
    assert start in shown
    waiting = client.post(start, follow=True)
    assert "3 loans are being prepared" in text(waiting)
    remittances.compute(version_id=version.pk, clock=timezone.now)
    there = page(client, "pool-file", version.pk)
    assert there["Location"] == reverse("portfolios:pool-remittance", args=[security.pk]) + "?month=2026-02"
    polled = page(client, "pool-file", version.pk, headers={"HX-Request": "true"})
    assert (polled.status_code, polled["HX-Redirect"]) == (286, there["Location"])
    assert client.get(version.get_absolute_url())["Location"] == reverse("portfolios:pool-file", args=[version.pk])


def test_columns_that_nothing_can_do_without_are_asked_for_again(client):
    security, _, sender = pool()
    file = sent(security, sender, "1,2.00\n", SECOND, header="Loan Number,Something\n")
    client.force_login(sender)
    answer = client.post(reverse("portfolios:pool-file-start", args=[file.version_id]), {"accept_missing": "on"})
    assert answer.status_code == 422
    assert "No column fills Scheduled balance." in text(answer)


def test_a_file_of_loans_becomes_a_pool(client):
    anna = UserFactory(organization__kind="purchaser", roles=[Role.ANALYST])
    client.force_login(anna)
    address = reverse("portfolios:pool-from-loans")
    assert client.get(address).status_code == 200
    terms = {"name": "Pool A", "program": "private", "forecast_kind": "PSA", "forecast_values": "150"}
    answer = post_file(client, address, LOAN_FILE, "pool.csv", **terms)
    version = TapeVersion.objects.get()
    assert answer["Location"] == version.get_absolute_url()
    intake.read(version_id=version.pk, clock=timezone.now)
    client.post(reverse("portfolios:pool-file-start", args=[version.pk]))
    remittances.compute(version_id=version.pk, clock=timezone.now)
    security = Security.objects.get()
    assert page(client, "pool-file", version.pk)["Location"] == security.get_absolute_url()
    assert (security.name, security.loans_left, security.issued_on.isoformat()) == ("Pool A", 1, "2020-01-01")
    assert "Balances follow" not in text(page(client, "pool-remittance", security.pk))


def test_a_form_that_is_not_right_says_so(client):
    anna = UserFactory(organization__kind="purchaser", roles=[Role.ANALYST])
    client.force_login(anna)
    answer = client.post(reverse("portfolios:pool-from-loans"), {"name": ""})
    assert answer.status_code == 422
    assert "Choose the file." in text(answer)


def test_a_pools_tape_is_no_tape_of_loans_to_sell(client):
    security, _, sender = pool()
    file = computed(security, sender, FEBRUARY, SECOND)
    client.force_login(sender)
    tape = file.version.tape
    assert tape.name not in text(client.get(reverse("loans:tapes")))
    assert client.get(reverse("loans:tape", args=[tape.pk])).status_code == 404
    assert client.get(reverse("loans:upload-version", args=[tape.pk])).status_code == 404
    assert client.get(tape.get_absolute_url())["Location"] == reverse("portfolios:pool-remittance", args=[security.pk])
    client.post(reverse("diligence:check", args=[file.version_id]))
    assert not file.version.runs.exists()
    again = post_file(client, reverse("loans:upload"), (HEADER + FEBRUARY).encode(), tape="", name="")
    assert again.status_code == 302
    assert Tape.objects.for_sale().count() == 1  # the same bytes for another purpose are another tape


def test_the_upload_page_says_what_else_a_file_can_be(client):
    _, anna, sender = pool()
    client.force_login(sender)
    assert reverse("portfolios:remittance-choose") in text(client.get(reverse("loans:upload")))
    assert "PL 2026-K01" in text(page(client, "remittance-choose"))
    client.force_login(anna)
    assert "No pool to send a month for" in text(page(client, "remittance-choose"))


def test_staff_see_what_came_to_nothing(client):
    security, _, sender = pool()
    file = computed(security, sender, FEBRUARY)
    client.force_login(SuperuserFactory())
    listed = text(client.get(reverse("admin:portfolios_poolfile_changelist")))
    assert "The tape does not say its month." in listed
    assert client.get(reverse("admin:portfolios_poolfile_change", args=[file.pk])).status_code == 200


def test_a_number_that_no_file_can_have_is_not_found(client):
    client.force_login(pool()[2])
    assert page(client, "pool-file", 10**30).status_code == 404
