import pytest

pytestmark = pytest.mark.django_db


def test_a_bundle_goes_from_first_pick_to_the_frozen_list(deal):
    bundle = deal.approved()
    assert (bundle.status, bundle.loan_count, bundle.open_fatal) == ("approved", 8, 0)
    assert len(bundle.frozen_hash) == 64
    kinds = [event.kind for event in bundle.events.all()]
    assert kinds == ["approved", "reviewed", "submitted", "created"]
