"""Refusals by the clock of the database, said as a sentence: a server whose own clock differs runs into them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError

from accounts.policies import NotAllowed

BY_THE_CLOCK = "by the clock of the database"


class TooEarly(NotAllowed):
    """Refused because the time for it is still to come; whoever asks later is heard."""


@contextmanager
def by_the_clock(refusal: NotAllowed) -> Iterator[None]:
    """Raise `refusal` where the database says that something came too late or too early by its clock."""
    try:
        yield
    except IntegrityError as error:
        if BY_THE_CLOCK not in str(error):
            raise
        raise refusal from error
