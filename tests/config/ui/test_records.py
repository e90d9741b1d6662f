"""How the admin shows what is stored."""

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

from config.ui.records import column, in_words
from diligence.models import RunRule
from portfolios.models import Bundle, Sale, Security


def shown(model: type, name: str, value: object, prefix: str = "") -> str:
    show = column(model._meta.get_field(name), prefix)
    assert show is not None
    return str(show(SimpleNamespace(**{name: value})))


def test_states_and_severities_have_their_marks() -> None:
    assert "Second sign-off" in shown(Bundle, "status", "second_sign_off")
    assert "Bidding open, sealed" in shown(Sale, "status", "open", "sale_")
    assert 'class="sev warning"' in shown(RunRule, "severity", 2)


def test_amounts_counts_factors_and_moments_read_as_elsewhere() -> None:
    assert ">$74,913,630.74<" in shown(Bundle, "upb", Decimal("74913630.74"))
    assert ">1,042<" in shown(Bundle, "loan_count", 1042)
    assert ">0.81100707<" in shown(Security, "factor", Decimal("0.81100707"))
    assert shown(Bundle, "measured_at", datetime(2026, 9, 23, 14, 0, tzinfo=UTC)) == "Sep 23, 2026, 2:00 PM"
    assert shown(Bundle, "measured_at", None) == "–"


def test_a_column_sorts_by_its_field_and_is_named_after_it() -> None:
    show = column(Bundle._meta.get_field("upb"))
    assert (show.admin_order_field, show.short_description) == ("upb", "UPB")  # type: ignore[union-attr]
    assert column(Bundle._meta.get_field("name")) is None


def test_codes_become_words_and_names_stay() -> None:
    assert in_words("under_path") == "Under path"
    assert in_words("Aldergate Home Loans") == "Aldergate Home Loans"
