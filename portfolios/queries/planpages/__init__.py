"""What the pages of price grids and pooling plans show."""
