"""What follows a settlement: notices and documents as dated data."""

from datetime import date

import pytest

from portfolios.domain.settlement.following import document_state, document_types, notices

TODAY = date(2027, 1, 20)


def test_notices_stand_fifteen_days_on_either_side_and_say_how_sure():
    days = {notice.code: (notice.by, notice.due(date(2027, 2, 1)), notice.status) for notice in notices()}
    assert days == {
        "goodbye": ("seller", date(2027, 1, 17), "recalled"),
        "hello": ("buyer", date(2027, 2, 16), "recalled"),
    }


def test_documents_have_usual_days():
    assert document_types()["title_policy"].usual_days == 120
    assert all(kind.status in {"stored", "recalled", "design"} for kind in document_types().values())


@pytest.mark.parametrize(
    ("due_on", "delivered_on", "accepted", "state"),
    [
        (TODAY, None, False, "due"),
        (date(2027, 1, 19), None, False, "overdue"),
        (date(2027, 1, 1), TODAY, False, "delivered"),
        (date(2027, 1, 1), TODAY, True, "accepted"),
    ],
)
def test_where_a_document_stands(due_on, delivered_on, accepted, state):
    assert document_state(due_on=due_on, delivered_on=delivered_on, accepted=accepted, today=TODAY) == state


def test_what_is_due_on_a_weekend_may_come_on_the_business_day_after_it():
    """January 16, 2027 is a Saturday, and Monday the 18th the birthday of Martin Luther King, Jr."""
    for today, state in ((date(2027, 1, 18), "due"), (date(2027, 1, 19), "due"), (date(2027, 1, 20), "overdue")):
        assert document_state(due_on=date(2027, 1, 16), delivered_on=None, accepted=False, today=today) == state
