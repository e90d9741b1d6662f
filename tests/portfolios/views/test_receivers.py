"""A receiver is a seller like a lender: its people upload tapes, check them, make bundles and sell them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, OrganizationKind, Role
from loans.models import Tape
from portfolios.services import sales
from tests.factories import OrganizationFactory, UserFactory
from tests.portfolios import offers


@pytest.fixture
def receiver(db):
    return OrganizationFactory(kind=OrganizationKind.RECEIVER)


@pytest.mark.parametrize("role", [Role.UPLOADER, Role.MANAGER])
def test_uploaders_and_managers_of_a_receiver_upload_tapes(client, receiver, role):
    person = UserFactory(organization=receiver, roles=[role])
    client.force_login(person)
    assert "Upload" in client.get(reverse("loans:tapes")).content.decode()
    sent = {"name": "Failed bank", "file": SimpleUploadedFile("tape.csv", offers.tape())}
    assert client.post(reverse("loans:upload"), sent).status_code == 302
    assert Tape.objects.get().organization == receiver


def test_a_checked_tape_of_a_receiver_becomes_a_bundle_and_a_lot(client, receiver):
    person = UserFactory(organization=receiver, roles=[Role.UPLOADER, Role.MANAGER])
    run = offers.checked(person, offers.published(offers.purchaser()))
    client.force_login(person)
    assert client.get(reverse("diligence:run", args=[run.pk])).status_code == 200
    assert client.get(reverse("home")).status_code == 200
    bundle = offers.draft(run, None, by=person)
    assert bundle.name in client.get(reverse("portfolios:bundles")).content.decode()
    sale = sales.create(name="Failed bank", kind="receiver", time_zone="America/New_York", by=person, at=timezone.now())
    lot = sales.add_lot(sale=sale, bundle=bundle, name="", by=person)
    assert lot.loan_count == bundle.kept_count
    assert client.get(reverse("portfolios:sale-needs", args=[sale.number])).status_code == 200


def test_a_receiver_finds_purchasers_and_no_competitors(receiver):
    person = UserFactory(organization=receiver, roles=[Role.MANAGER])
    purchaser = offers.purchaser()
    OrganizationFactory(kind=OrganizationKind.LENDER)
    assert set(Organization.objects.visible_to(person)) == {receiver, purchaser}
