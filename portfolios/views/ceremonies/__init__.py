"""Pages around the opening of a sale: openers' keys, the reserve, the opening, awards, minutes and the record."""
