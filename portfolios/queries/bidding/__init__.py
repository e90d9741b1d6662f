"""What an invited organization sees of a sale until bids are due, and what became of its bids."""
