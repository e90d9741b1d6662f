"""Factors into PublishedPool and PublishedFactor: COPY into a temporary table, then a few statements over all of it.

Every value was checked before it is copied, so that PostgreSQL has no reason to write a row into its log.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from diligence.services.copying import copy_frame
from portfolios.domain.factorfiles import OpenFile
from portfolios.domain.factorfiles.rounding import Tally, tally
from portfolios.models import FactorFile
from portfolios.services.factorfiles import sql

DOUBLED = "The pool stands in the file twice for {month:%B %Y} with other figures; line {first} was kept."


@dataclass(slots=True)
class Taken:
    """What an import did: factors by outcome, pools touched, months seen and the rounding rules that explain them."""

    rows: int = 0
    added: int = 0
    corrected: int = 0
    same: int = 0
    pools: int = 0
    months: set[date] = field(default_factory=set)
    touched: list[int] = field(default_factory=list)
    rounding: Tally = field(default_factory=Counter)


def take(file: FactorFile, source: OpenFile) -> Taken:
    """Import the factors of an open file; the caller holds the transaction and the lock of imports."""
    taken = Taken()
    with connection.cursor() as cursor:
        cursor.execute(sql.INCOMING)
        for frame in source.factors():
            copy_frame("incoming", frame)
            taken.rows += frame.height
            taken.months.update(frame["month"].unique().to_list())
            taken.rounding += tally(frame)
        _settle(source)
        _classify(file, taken)
    return taken


def _settle(source: OpenFile) -> None:
    """Give every line its program, and keep one line a pool and month."""
    with connection.cursor() as cursor:
        for statement in sql.SETTLE:
            cursor.execute(statement)
        cursor.execute(sql.WITHOUT_DOUBLES)
        for line, first, month, differs in cursor.fetchall():
            if differs:
                source.problems.add(line, "", DOUBLED.format(month=month, first=first))


def _classify(file: FactorFile, taken: Taken) -> None:
    given = {"file": file.pk, "published_on": file.published_on, "layout": file.layout}
    with connection.cursor() as cursor:
        cursor.execute(sql.NEW_POOLS)
        cursor.execute(sql.JUDGED, given)
        cursor.execute("SELECT outcome, count(*) FROM judged GROUP BY outcome")
        counts = dict(cursor.fetchall())
        taken.added, taken.corrected = counts.get("added", 0), counts.get("corrected", 0)
        taken.same = counts.get("same", 0)
        for statement in (sql.STEP_ASIDE, sql.NEW_VERSIONS, sql.FILL, sql.TERMS):
            cursor.execute(statement, given)
        cursor.execute("SELECT count(DISTINCT pool_id) FROM judged")
        taken.pools = cursor.fetchone()[0]
        cursor.execute(sql.TOUCHED, given)
        taken.touched = [pool for (pool,) in cursor.fetchall()]
