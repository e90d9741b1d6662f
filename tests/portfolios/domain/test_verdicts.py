import pytest

from portfolios.domain.verdicts import advised, closest, is_share, stopping, strain


def limit(title="California", used=20.0, allowed=30.0, status="within", severity="fatal", unit="percent", op="at_most"):
    return {
        "title": title,
        "used": used,
        "allowed": allowed,
        "status": status,
        "severity": severity,
        "unit": unit,
        "op": op,
    }


def check(title="Every loan number once", met=True, severity="fatal"):
    return {"title": title, "met": met, "severity": severity}


def test_only_fatal_limits_and_checks_that_are_broken_stop_an_approval():
    limits = [limit(), limit("Investors", status="over"), limit("Condos", status="over", severity="warning")]
    checks = [check(), check("Twice", met=False), check("Property", met=False, severity="warning")]
    assert stopping(limits, checks) == ["Investors", "Twice"]
    assert advised(limits, checks) == ["Condos", "Property"]


@pytest.mark.parametrize(("changes", "expected"), [({}, True), ({"unit": "loans"}, False), ({"op": "at_least"}, False)])
def test_a_bar_shows_largest_shares_only(changes, expected):
    assert is_share(limit(**changes)) is expected


@pytest.mark.parametrize(
    ("used", "allowed", "expected"), [(15.0, 30.0, 0.5), (0.0, 0.0, 0.0), (1.0, 0.0, 2.0), (None, 30.0, 0.0)]
)
def test_strain_is_the_used_part(used, allowed, expected):
    assert strain(limit(used=used, allowed=allowed)) == expected


def test_the_closest_limits_come_first_and_the_unknown_not_at_all():
    limits = [limit("A", used=10.0), limit("B", used=29.0), limit("C", used=None), limit("D", used=40.0)]
    assert [found["title"] for found in closest(limits, 2)] == ["D", "B"]
