import pytest

from portfolios.domain.programs import convention, conventions
from portfolios.domain.securities import Program


def test_every_program_has_its_convention_and_says_where_it_is_from() -> None:
    assert set(conventions()) == set(Program)
    assert all(each.source and each.status in {"stored", "recalled", "design"} for each in conventions().values())


@pytest.mark.parametrize(
    ("program", "stated", "actual", "day"),
    [
        (Program.GINNIE_I, 45, 14, 15),
        (Program.GINNIE_II, 50, 19, 20),
        (Program.FANNIE_MAE, 55, 24, 25),
        (Program.FREDDIE_UMBS, 55, 24, 25),
        (Program.FREDDIE_GOLD, 45, 14, 15),
        (Program.FREDDIE_OTHER, 75, 44, 15),
    ],
)
def test_delay_of_a_program(program: Program, stated: int, actual: int, day: int) -> None:
    found = convention(program)
    assert (found.stated_delay_days, found.actual_delay_days, found.payment_day) == (stated, actual, day)


def test_a_program_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="ginnie_iii"):
        convention("ginnie_iii")
