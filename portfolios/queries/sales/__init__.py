"""What the pages of a sale show, whoever looks: the seller, a bidder or an opener."""
