"""Pages of price grids and pooling plans, for managers of whoever owns the loans."""
