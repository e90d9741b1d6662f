"""What the page of a pool says, by its state."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from portfolios.models import RedFlag, Security
from portfolios.queries.poolpage import Asked, month_page, months_page, pool_page
from portfolios.queries.series import series
from tests.portfolios import paying
from tests.portfolios.paying import FACE, month_at

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 20)


def page_of(security: Security, *, follows: bool = True, range_: str = ""):
    found = series(Security.objects.select_related("portfolio").get(pk=security.pk))
    return pool_page(found, follows=follows, asked=Asked(), range_=range_, today=TODAY)


def flag(security: Security, code: str, kind: str, level: int) -> RedFlag:
    return RedFlag.objects.create(
        security=security, month=month_at(14), code=code, kind=kind, level=level, sentence=f"{code}.",
        raised_at=timezone.now(), current=True,
    )  # fmt: skip


def figures_of(page) -> dict:
    return {figure.key: figure for figure in page.figures}


def test_faster_than_forecast_with_the_numbers():
    page = page_of(paying.paying())
    assert page.verdict.strong == "Paying down faster than forecast."
    assert page.verdict.tone == "warning"
    assert "Two months above twice the forecast speed." in page.verdict.sentence
    latest = page.latest
    assert (
        f"Factor {latest.factor:.4f}, against {latest.expected_factor:.4f} forecast at issue" in page.verdict.sentence
    )


@pytest.mark.parametrize(("cpr", "words"), [(0.0, "slower than forecast"), (1.8, "as forecast")])
def test_slower_and_as_forecast(cpr, words):
    assert page_of(paying.paying(speeds=[cpr] * 14)).verdict.strong == f"Paying down {words}."


def test_lately_the_other_way():
    sentence = page_of(paying.paying(speeds=[20.0] * 12 + [0.0] * 4)).verdict.sentence
    assert "The last three months were slower: 0.0% CPR against" in sentence


def test_data_that_cannot_be_right_stand_before_everything():
    security = paying.paying()
    flag(security, "fast", "speed", 1)
    flag(security, "rose", "data", 1)
    page = page_of(security)
    assert (page.verdict.tone, page.verdict.strong) == ("fatal", "The data of Mar 2026 do not add up.")
    assert [each.code for each in page.flags] == ["rose", "fast"]


def test_issued_without_a_month():
    security = paying.pool(issued_on=month_at(14))
    paying.computed(security, 14, Decimal("1.00000000"), source="issue")
    page = page_of(security)
    assert page.verdict.strong == "Issued, no month yet."
    assert page.charts is None
    assert page.matrix is not None
    assert figures_of(page)["factor"].note == "at issue"
    assert figures_of(page)["cpr"].value == "–"


def test_known_by_its_terms_only():
    page = page_of(paying.pool())
    assert page.verdict.strong == "No month yet."
    assert page.figures == ()
    assert page.months == ()


def test_paid_off():
    security = paying.paying()
    paying.computed(security, 15, Decimal("0.00000000"), balance=Decimal(0))
    page = page_of(security)
    assert (page.verdict.tone, page.verdict.strong) == ("pass", "Paid off in Apr 2026.")
    assert page.matrix is None
    assert page.charts.payload["now"] == len(page.charts.payload["months"]) - 1


def test_gaps_are_named():
    page = page_of(paying.paying(skip=[5, 6, 9]))
    assert "Three months have no factor." in page.verdict.sentence
    assert "No factor for Jun 2025 to Jul 2025, Oct 2025." in page.charts.say_path
    assert page.charts.payload["path"]["actual"][5] is None
    assert page.known_months == 12


def test_the_strip_opens_its_workings():
    page = page_of(paying.paying())
    figures = figures_of(page)
    assert [figure.label for figure in page.figures] == [
        "Pool factor", "Balance", "CPR, 1 month", "CPR, 3 months", "CPR, 12 months", "WAC", "60+ days late",
    ]  # fmt: skip
    assert figures["cpr"].value == "18.0%"
    assert figures["cpr"].tone == "warning"
    assert figures["balance"].note == "386 of 400 loans"
    assert figures["wac"].note == "WAM 343, age 17"
    assert figures["late"].value == "1.00%"
    assert [working.key for working in figures["cpr"].workings] == ["smm", "cpr", "psa"]
    assert all(figure.workings for figure in page.figures)
    smm = figures["cpr"].workings[0]
    assert smm.lines[-1].is_result
    assert smm.source == "SF-5, SF-7"


def test_every_working_ends_with_the_figure_of_its_month():
    found = series(paying.paying())
    page = month_page(found, month_at(14))
    known = {working.key: working.lines[-1].text for working in page.workings}
    assert known["factor"] == f"{page.month.factor:.8f}"
    assert known["psa"] == f"{page.month.psa:,.1f}"
    assert known["cpr3"] == f"{page.month.cpr_three:.4f}%"
    assert known["balance"] == f"${page.month.balance:,.2f}"
    assert page.earlier.month == month_at(13)
    assert page.later is None
    assert month_page(found, month_at(40)) is None


def test_the_servicer_sees_no_flags_peers_or_prices():
    security = paying.paying(price=Decimal("101.5"))
    flag(security, "fast", "speed", 1)
    page = page_of(security, follows=False)
    assert (page.flags, page.peers, page.matrix) == ((), None, None)
    assert page.figures


def test_published_and_computed_side_by_side():
    security = paying.paying()
    factor = paying.factors()[13]
    paying.published(security, (14, str(factor + Decimal("0.00000412"))), balance=FACE * factor)
    working = {w.key: w for w in month_page(series(security), month_at(14)).workings}["factor"]
    lines = {line.label: line for line in working.lines}
    assert lines["Published"].text == f"{factor + Decimal('0.00000412'):.8f}"
    assert lines["Published less computed"].text == "+0.00000412"
    assert lines["Published less computed"].note == "more than 0.00000001 apart"
    assert lines["Rounding that explains it"].text == "unknown"


def test_principal_by_cause_from_the_tape():
    security = paying.paying(speeds=[5.0])
    security.months.update(
        scheduled=Decimal("100.00"), paid_off=Decimal("2000.50"), repurchased=Decimal("300.00"), curtailed=Decimal(0)
    )
    lines = page_of(security).paydown
    assert dict(lines.lines) == {
        "Refinanced or sold": Decimal("2000.50"),
        "Bought out": Decimal("300.00"),
        "Scheduled principal": Decimal("100.00"),
    }
    assert lines.total == Decimal("2400.50")


def test_principal_by_the_factors_adds_up_to_the_fall():
    security = paying.pool()
    before, after = paying.factors()[:2]
    paying.published(security, (1, str(before)), (2, str(after)))
    lines = page_of(security).paydown
    assert lines.total == ((before - after) * FACE).quantize(Decimal("0.01"))
    assert [word for word, _ in lines.lines] == ["Prepaid, buyouts included", "Scheduled principal"]
    assert all(amount > 0 for _, amount in lines.lines)


def test_involuntary_removals_are_split_off():
    security = paying.pool()
    before, after = paying.factors([10.0, 10.0])
    paying.published(security, (1, str(before)), (2, str(after)), removed_upb=Decimal("50000.00"))
    lines = page_of(security).paydown
    assert dict(lines.lines)["Taken out involuntarily"] == Decimal("50000.00")
    assert sum(amount for _, amount in lines.lines) == lines.total


def test_pools_of_the_same_kind():
    person = paying.analyst()
    security = paying.paying(person)
    paying.paying(person, speeds=[10.0] * 14, portfolio=security.portfolio)
    peers = page_of(security).peers
    assert peers.words == "Pools of 6.000%, issued 2025, up to 30 years"
    assert (peers.pools, peers.pools_three) == (1, 1)
    assert peers.cpr == pytest.approx(10.0, abs=1e-3)
    assert peers.cpr_three == pytest.approx(10.0, abs=1e-3)


def test_ranges_of_the_charts():
    page = page_of(paying.paying(), range_="1y")
    payload = page.charts.payload
    assert payload["range"] == "1y"
    assert payload["ranges"] == {"1y": [2, 14], "3y": [0, 14], "life": [0, 38]}
    assert len(payload["months"]) == len(payload["path"]["now"]) == 39
    assert payload["path"]["now"][14] == payload["path"]["actual"][14]
    assert payload["path"]["now"][13] is None
    assert payload["path"]["low"][-1] < payload["path"]["now"][-1] < payload["path"]["high"][-1]
    assert payload["speed"]["high"] == [13, 14]
    assert payload["labels"]["issue"] == ["Forecast at issue", "100 PSA"]


def test_the_table_behind_holds_what_is_drawn():
    charts = page_of(paying.paying()).charts
    assert [row.actual for row in charts.rows[:15]] == pytest.approx(charts.payload["path"]["actual"][:15])
    assert charts.rows[-1].now == pytest.approx(charts.payload["path"]["now"][-1], abs=1e-8)
    assert charts.left_out == 0


def test_months_newest_first_a_page_at_a_time():
    found = series(paying.paying(speeds=[1.0] * 130))
    first = months_page(found, before=None)
    assert (first.shown, first.total, len(first.months)) == (120, 131, 120)
    rest = months_page(found, before=first.older)
    assert (rest.shown, len(rest.months), rest.older) == (131, 11, None)
    assert rest.months[0].month < first.months[-1].month


def test_a_missing_factor_leaves_what_is_known():
    security = paying.paying()
    flag(security, "missing", "data", 1)
    found = page_of(security).verdict
    assert (found.tone, found.strong) == ("fatal", "No factor since Mar 2026.")
    assert found.sentence.startswith("missing. Until Mar 2026: paying down faster than forecast. Factor ")
