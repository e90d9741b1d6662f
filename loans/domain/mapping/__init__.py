"""Which canonical field each column of a tape holds, how sure that is, and what is done to its values."""

from loans.domain.mapping.choices import Choice, with_choices
from loans.domain.mapping.fitting import transform_for
from loans.domain.mapping.matches import ColumnMatch, Proposal, missing_core
from loans.domain.mapping.profiles import ColumnProfile, Profile, profile, profile_of
from loans.domain.mapping.proposals import propose
from loans.domain.mapping.transforms import MappedColumn, Mapping, Transform, header_signature

__all__ = [
    "Choice",
    "ColumnMatch",
    "ColumnProfile",
    "MappedColumn",
    "Mapping",
    "Profile",
    "Proposal",
    "Transform",
    "header_signature",
    "missing_core",
    "profile",
    "profile_of",
    "propose",
    "transform_for",
    "with_choices",
]
