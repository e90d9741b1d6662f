"""Queries that every page asks: Django makes their SQL once in a process, and each person gives it other values.

Making the SQL of a dozen joined conditions takes Django longer than PostgreSQL needs for the answer.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import IntegerField, QuerySet, Subquery

from accounts.models import Organization, User

# Values that no row holds. Where they stand in the parameters, those of a person are put.
PERSON, ORGANIZATION = -4_611_686_018_427_387_905, -4_611_686_018_427_387_906
MOMENT = datetime(1, 2, 3, 4, 5, 6, 789, tzinfo=UTC)

Compiled = tuple[str, tuple[Any, ...]]


class Rows(Subquery):
    """How many rows a queryset has, as a column of another one."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


class Summed(Subquery):
    """The sum of a queryset's one column `number`, as a column of another one; None where there is nothing to add."""

    template = "(SELECT SUM(summed.number) FROM (%(subquery)s) summed)"
    output_field = IntegerField()


class CompiledQuery:
    """A queryset of a person and a moment, compiled once for each set of roles in each kind of organization.

    `make` may ask the person for roles, the kind of organization and the two keys: nothing else is known when it is
    called. The keys and the moment must reach the query as they are.
    """

    def __init__(self, make: Callable[[User, datetime], QuerySet[Any, tuple[Any, ...]]]) -> None:
        self.make = make
        self.compiled: dict[tuple[frozenset[str], str], Compiled] = {}

    def rows(self, user: User, at: datetime) -> list[tuple[Any, ...]]:
        """The rows of the query for this person at this moment."""
        sql, params = self._compiled_for(frozenset(map(str, user.roles)), str(user.organization.kind))
        values: dict[object, Any] = {PERSON: user.pk, ORGANIZATION: user.organization_id, MOMENT: at}
        with connection.cursor() as cursor:
            cursor.execute(sql, [values[each] if stands_in(each) else each for each in params])
            return cursor.fetchall()

    def _compiled_for(self, roles: frozenset[str], kind: str) -> Compiled:
        if (roles, kind) not in self.compiled:
            anybody = User(pk=PERSON, roles=sorted(roles), organization=Organization(pk=ORGANIZATION, kind=kind))
            self.compiled[roles, kind] = self.make(anybody, MOMENT).query.sql_with_params()
        return self.compiled[roles, kind]


def stands_in(param: Any) -> bool:
    """Whether a parameter stands for a value of the person; others need not even be hashable."""
    return isinstance(param, int | datetime) and param in (PERSON, ORGANIZATION, MOMENT)
