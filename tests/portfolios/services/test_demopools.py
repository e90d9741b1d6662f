"""The pools of the demonstration."""

import pytest
from django.utils import timezone

from portfolios.models import RedFlag, Security
from portfolios.services import demonstration


@pytest.mark.django_db
def test_the_demonstration_has_pools_with_months_and_flags():
    demonstration.load(at=timezone.now())
    issued = Security.objects.get(bundle__isnull=False)
    assert issued.months.filter(latest=True).count() == 37
    assert issued.month == timezone.now().date().replace(day=1)
    assert 0.3 < issued.factor < 0.9
    assert issued.loans_left < issued.loan_count
    assert issued.months.get(month=issued.month, latest=True).loans
    assert RedFlag.objects.filter(security=issued).exists()
    assert Security.objects.filter(source="hand").count() == 2
