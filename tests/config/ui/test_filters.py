from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone

from config.ui.filters import DAY_FILTERS, MOMENT_FILTERS, NUMBER_FILTERS


def rendered(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


FORMATS = [*NUMBER_FILTERS, *DAY_FILTERS, *MOMENT_FILTERS]
OTHERS = ["number", "difference", "day_year", "month", "money_short", "missing", "fingerprint"]


@pytest.mark.parametrize("name", [*FORMATS, *OTHERS])
def test_a_missing_value_is_a_grey_dash(name):
    assert rendered("{{ value|%s }}" % name, value=None) == '<span class="mut">–</span>'  # noqa: UP031


def test_zero_and_false_are_not_missing():
    assert rendered("{{ zero|missing }} {{ no|missing }} {{ zero|count }}", zero=0, no=False) == "0 False 0"


def test_short_money_keeps_its_exact_value_in_the_title():
    written = rendered("{{ value|money_short }}", value=1005914782.82)
    assert written == '<span title="$1,005,914,782.82">$1.01B</span>'


def test_places_can_be_asked_for():
    assert rendered("{{ value|number:1 }} {{ value|difference:2 }}", value=6.549) == "6.5 +6.55"


def test_a_moment_is_marked_up_in_the_zone_of_the_person():
    at = datetime(2025, 1, 2, 3, 4, tzinfo=UTC)
    with timezone.override("America/New_York"):
        written = rendered("{{ at|moment }}", at=at)
    assert written == '<time datetime="2025-01-01T22:04:00-05:00">Jan 1, 2025, 10:04 PM</time>'


def test_a_time_of_day_does_not_move_a_date():
    at = datetime(2025, 1, 2, 3, 4, tzinfo=UTC)
    with timezone.override("America/New_York"):
        assert (
            rendered("{{ at|day_year }} {{ day|day_year }}", at=at, day=date(2025, 1, 2)) == "Jan 1, 2025 Jan 2, 2025"
        )


def test_text_from_a_tape_is_escaped():
    written = rendered("{{ text|missing }}{{ text|fingerprint }}", text="<script>alert(1)</script>")
    assert "<script>" not in written


def test_names_in_one_text_are_told_apart():
    assert rendered('{{ text|parts|join:", " }}', text="Nt Dt;USR 7;") == "Nt Dt, USR 7"
    assert rendered("{{ text|parts|length }}", text="") == "0"


def test_a_link_to_the_rest_says_how_much_that_is():
    words = [rendered("{{ rest|show_more }}", rest=rest) for rest in (51, 50, 12, 1)]
    assert words == ["Show 50 more", "Show the last 50", "Show the last 12", "Show the last one"]
