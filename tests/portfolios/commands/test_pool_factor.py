from io import StringIO

import pytest
from django.core.management import call_command


def answer(*arguments: str) -> str:
    out = StringIO()
    call_command("pool_factor", *arguments, stdout=out)
    return out.getvalue().strip()


@pytest.mark.parametrize(
    ("face", "factor", "current"),
    [
        ("100000", "0.6325", "63250.00"),
        ("$1,000,000", "0.71370027", "713700.27"),
        ("100", "1", "100.00"),
        ("7", "0", "0.00"),
    ],
)
def test_face_times_factor_and_back(face: str, factor: str, current: str) -> None:
    assert answer("--original-face", face, "--factor", factor) == current
    assert float(answer("--original-face", face, "--current-face", current)) == float(factor)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--original-face", "100", "--factor", "1.2"), "A pool factor lies between 0 and 1, and this is 1.2."),
        (("--original-face", "0", "--current-face", "1"), "The original face must be more than 0 to give a factor."),
        (("--original-face", "many", "--factor", "0.5"), "Amounts are plain numbers."),
        (("--original-face", "-5", "--factor", "0.5"), "-5 is not an amount."),
        (("--original-face", "NaN", "--factor", "0.5"), "NaN is not an amount."),
    ],
)
def test_what_cannot_be_gets_a_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    err = StringIO()
    pairs = zip(arguments[::2], arguments[1::2], strict=True)
    with pytest.raises(SystemExit) as ended:
        call_command("pool_factor", *(f"{name}={value}" for name, value in pairs), stderr=err)
    assert ended.value.code == 2
    assert err.getvalue().strip() == sentence
