"""A broker that does not answer takes nothing back that was committed."""

import logging
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError

from loans import tasks

pytestmark = pytest.mark.django_db


def test_what_was_committed_stands_where_no_message_can_be_sent(
    django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        patch.object(tasks.read, "delay", side_effect=OperationalError("Connection refused")) as sent,
        django_capture_on_commit_callbacks(execute=True),
        transaction.atomic(),
    ):
        tasks.read.delay_on_commit(17)
    sent.assert_called_once_with(17)
    assert "Connection refused" in caplog.text
    assert [entry.levelno for entry in caplog.records] == [logging.ERROR]
