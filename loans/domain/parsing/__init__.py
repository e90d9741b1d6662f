"""Reading one cell: numbers and dates in every way a tape writes them. Shared by column mapping and casting."""

from loans.domain.parsing.dates import DATE_ORDERS, parse_date
from loans.domain.parsing.numbers import clean_numbers, number_or_null, read_numbers

__all__ = ["DATE_ORDERS", "clean_numbers", "number_or_null", "parse_date", "read_numbers"]
