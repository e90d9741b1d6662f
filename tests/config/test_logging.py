"""Nothing of a borrower reaches a log."""

import json
import logging
import sys

import pytest

from config.logging import Context, JsonFormatter, Redact, TextFormatter, redact

TOKEN = "GgG_3FNq27PMbrdqywLvaEet32sMEBoMSQcCR4hI5Bk"
REFUSED = (
    "duplicate key value\n"
    "DETAIL:  Key (borrower_name)=(Dana Whitfield) already exists.\n"
    'CONTEXT:  COPY loan, line 3: "Dana"'
)


def record(message: str, *arguments: object, error: BaseException | None = None) -> logging.LogRecord:
    entry = logging.LogRecord("loans", logging.ERROR, __file__, 1, message, arguments, None)
    entry.exc_info = (type(error), error, error.__traceback__) if error else None
    Context().filter(entry)
    Redact().filter(entry)
    return entry


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("taxpayer 123-45-6789", "taxpayer ***-**-****"),
        ("sent to dana@example.com", "sent to ***@***"),
        ("redis://:pass@127.0.0.1:6379/0", "redis://:***@127.0.0.1:6379/0"),
        (f"Gone: /start/{TOKEN}/", "Gone: /start/***/"),
        (f"Unprocessable Entity: /invitations/{TOKEN}/", "Unprocessable Entity: /invitations/***/"),
        (f"Bad Request: /accounts/password/reset/key/1a-{TOKEN}/", "Bad Request: /accounts/password/reset/key/***/"),
        ("Forbidden: /people/invitations/17/revoke/", "Forbidden: /people/invitations/17/revoke/"),
        ("loan 7000412338 of 489174.88", "loan 7000412338 of 489174.88"),
    ],
)
def test_redact(text: str, kept: str) -> None:
    assert redact(text) == kept


def test_rows_quoted_by_the_database_are_left_out() -> None:
    assert redact(REFUSED) == "duplicate key value\nDETAIL: (left out)\nCONTEXT: (left out)"


def test_arguments_are_cleaned_too() -> None:
    assert "***-**-****" in TextFormatter().format(record("found %s", "123-45-6789"))


def test_a_traceback_is_cleaned_in_both_formats() -> None:
    try:
        raise ValueError(REFUSED)
    except ValueError as error:
        text = TextFormatter().format(record("copy failed", error=error))
        line = JsonFormatter().format(record("copy failed", error=error))
    assert "Dana" not in text
    assert "Dana" not in line
    assert "ValueError" in json.loads(line)["exception"]
    assert sys.exc_info() == (None, None, None)


def test_json_is_one_object_a_line() -> None:
    entry = json.loads(JsonFormatter().format(record("two\nlines")))
    assert entry["message"] == "two\nlines"
    assert set(entry) == {"at", "level", "logger", "request", "message"}
