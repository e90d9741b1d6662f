"""Which canonical field each column of a tape holds, how sure that is, and what is done to its values."""

from loans.domain.mapping.transforms import MappedColumn, Mapping, Transform, header_signature

__all__ = ["MappedColumn", "Mapping", "Transform", "header_signature"]
