"""Messages to workers."""

from typing import Any

from celery.contrib.django.task import DjangoTask
from django.db import transaction


class Hint(DjangoTask):
    """A task whose message is only a hint: what it would begin waits in PostgreSQL, and a sweep sends it again."""

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:
        """Send after the commit. What was committed stands, and is said to stand, also where no broker answers."""

        def send() -> None:
            self.delay(*args, **kwargs)

        transaction.on_commit(send, robust=True)
