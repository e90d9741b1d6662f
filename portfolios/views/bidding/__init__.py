"""Pages of an invited organization: what is for sale, its standing, its sealed bids and the data room."""
