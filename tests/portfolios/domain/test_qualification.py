"""Questions depend on the kind of sale; answers are read as people write them."""

import pytest

from portfolios.domain.qualification import AnswerType, all_questions, answers, questions
from portfolios.domain.saleterms import kinds


def test_every_kind_asks_who_with_what_money_and_who_services():
    for kind in kinds():
        codes = {question.code for question in questions(kind)}
        assert {"entity", "net_worth", "source_of_funds", "experience", "servicer", "true_answers"} <= codes


@pytest.mark.parametrize(
    ("code", "asked", "not_asked"),
    [("resolution_plan", "npl", "bulk"), ("no_loss_to_receiver", "receiver", "direct"), ("covenants", "npl", "bulk")],
)
def test_some_questions_belong_to_a_kind(code, asked, not_asked):
    assert code in {question.code for question in questions(asked)}
    assert code not in {question.code for question in questions(not_asked)}


def test_kinds_that_questions_name_exist():
    assert {kind for question in all_questions() for kind in question.kinds} <= set(kinds())


def test_choices_come_with_a_choice_and_with_nothing_else():
    for question in all_questions():
        assert bool(question.choices) == (question.type is AnswerType.CHOICE)


def test_answers_are_written_for_people():
    said = {"net_worth": "2500000", "entity": "Osprey LP", "true_answers": True, "own_account": False}
    found = {answer.question.code: answer.value for answer in answers("bulk", said)}
    assert found["net_worth"] == "$2,500,000"
    assert found["entity"] == "Osprey LP"
    assert found["true_answers"] == "Certified"
    assert found["own_account"] is None
    assert found["servicer"] is None
