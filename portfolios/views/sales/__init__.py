"""Pages of sales, as their sellers see them."""
