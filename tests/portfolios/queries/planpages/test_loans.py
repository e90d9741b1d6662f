"""The list of a plan's loans: filters, orders, paging, and one loan with its prices led back to rows of grids."""

import re
from decimal import Decimal

import polars as pl
import pytest

from loans.queries.fields import fields_by_row
from portfolios.queries.planpages.loan import FACTS, as_float, loan_page, part_lines
from portfolios.queries.planpages.loans import ORDERS, PAGE, Filters, filters_of, loans_page
from portfolios.queries.planpages.tracing import Tracer
from portfolios.queries.plans import placements, prices_of

CLOSE = Decimal("0.0000005")


def walked(plan, filters: Filters) -> list[int]:
    """Rows of every page of a list, one after the other."""
    rows, after = [], ""
    while True:
        page = loans_page(plan, filters, after=after)
        rows += [row["row_no"] for row in page.rows]
        if not page.next:
            return rows
        after = page.next


@pytest.mark.parametrize("order", ORDERS)
def test_every_loan_is_on_one_page_whatever_the_order(plan, order):
    rows = walked(plan, Filters(order=order))
    assert len(rows) == len(set(rows)) == plan.loan_count > 2 * PAGE


def test_the_dearest_losses_come_first(plan):
    page = loans_page(plan, Filters(rule="any", order="lost"), after="")
    lost = [row["lost"] for row in page.rows]
    assert page.total == page.stopped > 0
    assert lost == sorted(lost, reverse=True)
    assert all(row["stopped_said"] for row in page.rows)


def test_a_pool_holds_what_the_summary_says(plan):
    for pool in plan.summary["pools"]:
        page = loans_page(plan, Filters(pool=pool["code"]), after="")
        assert page.total == pool["loans"]
        assert page.pool_title == pool["title"]


def test_a_rule_is_a_filter(plan):
    first = plan.summary["stopped"][0]
    page = loans_page(plan, Filters(rule=first["rule"]), after="")
    assert 0 < page.total <= page.stopped
    assert page.rule_title == first["title"]
    assert all(first["rule"] in row["stopped_by"] for row in page.rows)


def test_addresses_keep_the_filters_and_refuse_nonsense():
    filters = filters_of({"pool": "bid.1.fieldstone", "sort": "sideways", "stopped": "any"})
    assert filters == Filters("bid.1.fieldstone", "any", "row")
    assert filters.address(sort="lost") == "?pool=bid.1.fieldstone&stopped=any&sort=lost"
    assert Filters().address() == "?"


@pytest.mark.parametrize("after", ["nonsense", "-1", "999999999999999999999", "0"])
def test_a_place_that_is_none_is_the_beginning(plan, after):
    assert loans_page(plan, Filters(), after=after).rows[0]["row_no"] == 1


def test_a_loan_shows_every_price_and_how_the_chosen_one_comes_about(plan):
    for row in placements(plan).drop_nulls("pool").head(30).iter_rows(named=True):
        page = loan_page(plan, row["row_no"], shown="", filters=Filters())
        (chosen,) = [offer for offer in page.offers if offer.chosen]
        assert chosen.code == row["pool"]
        assert chosen.shown
        assert sum(part.points for part in page.build_up.parts) == page.build_up.price
        assert page.build_up.value == Decimal(str(row["value"]))
        prices = [offer.price for offer in page.offers]
        assert prices == sorted(prices, reverse=True)


def test_every_part_of_every_price_leads_back_to_a_row_of_a_grid(plan):
    """Adjusters, too, one by one; the agencies' own lead back to a line of the published table."""
    traced, published = 0, 0
    for row in placements(plan).head(40).iter_rows(named=True):
        facts = fields_by_row(plan.run.version_id, [row["row_no"]], FACTS)[row["row_no"]]
        tracer = Tracer(plan, as_float(facts["note_rate"]), as_float(row["upb"]))
        for offer in prices_of(plan, row["row_no"]).drop_nulls("points").iter_rows(named=True):
            for part in part_lines(tracer, offer):
                if part.source is None:
                    assert re.fullmatch(r"Published adjustments by .+, line \d+ of llpa_\w+\.csv", part.note), (
                        offer,
                        part,
                    )
                    published += 1
                else:
                    said = part.source.grid.rows[part.source.number - 1]
                    assert part.source.column in said
                    assert part.source.column != "points" or said["points"] == float(part.points)
                    traced += 1
    assert traced > 500
    assert published > 0


def test_a_source_says_the_number_that_the_price_uses(plan):
    row = placements(plan).filter(pl.col("kind") == "mbs").row(0, named=True)
    offer = prices_of(plan, row["row_no"]).filter(pl.col("pool") == row["pool"]).row(0, named=True)
    source = Tracer(plan, None, None).sources(offer)["base"]
    said = source.grid.rows[source.number - 1]
    assert source.grid.kind == "mbs"
    assert abs(Decimal(str(said["price"])) - Decimal(str(offer["base"]))) < CLOSE
    assert source.address.endswith(f"#row-{source.number}")


def test_neighbors_follow_the_list(plan):
    rows = walked(plan, Filters(order="price"))
    page = loan_page(plan, rows[1], shown="", filters=Filters(order="price"))
    assert (page.before, page.after) == (rows[0], rows[2])
    assert loan_page(plan, 10**9, shown="", filters=Filters()) is None
