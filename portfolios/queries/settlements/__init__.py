"""What the pages of a settlement show."""
