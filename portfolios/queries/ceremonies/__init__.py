"""What the pages around the opening of a sale show: openers, the record's head, bids, awards and minutes."""
