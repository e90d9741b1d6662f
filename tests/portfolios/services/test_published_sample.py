"""The public sample of Ginnie Mae's factor file, imported to the digit."""

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from django.utils import timezone

from portfolios.domain.factor import RoundingRule, compared
from portfolios.domain.factorfiles.cusips import has_check_digit
from portfolios.models import PublishedFactor
from portfolios.services.factorfiles import import_file

SAMPLE = Path(__file__).resolve().parents[4] / "shared" / "data" / "ginnie_factorA1_sample.txt"
ROWS = 15


@pytest.mark.real_data
@pytest.mark.django_db
def test_the_sample_is_imported_to_the_digit() -> None:
    if not SAMPLE.exists():
        pytest.skip("the sample of the factor file is not beside the repository")
    file = import_file(path=SAMPLE, name=SAMPLE.name, by=None, at=timezone.now())
    lines = [line for line in SAMPLE.read_text().splitlines() if len(line) == 171]
    assert (file.added, len(lines), file.problem_count) == (ROWS, ROWS, 0)
    for line in lines:
        factor = PublishedFactor.objects.select_related("pool").get(pool__pool_number=line[:6])
        pool = factor.pool
        assert str(factor.factor) == f"{line[102]}.{line[103:111]}"
        assert f"{factor.balance:.2f}" == f"{int(line[87:100])}.{line[100:102]}"
        assert f"{pool.original_face:.2f}" == f"{int(line[72:85])}.{line[85:87]}"
        assert pool.coupon == Decimal(int(line[111:116])) / 1000
        assert (pool.cusip, pool.prefix, pool.issuer) == (line[162:171], line[116:118], line[12:72].strip())
        assert f"{pool.issued_on:%m%d%y}" + f"{pool.matures_on:%m%d%y}" == line[118:130]
        assert pool.issued_on < pool.matures_on
        assert compared(factor.factor, pool.original_face, factor.balance or 0).rule in {
            RoundingRule.EITHER,
            RoundingRule.HALF_UP,
        }
    cusips = pl.Series(list(PublishedFactor.objects.values_list("pool__cusip", flat=True)))
    assert has_check_digit(cusips).all()
