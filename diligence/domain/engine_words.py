"""The words a message of a rule that the engine runs itself (scope "file" or "bundle") may use in braces."""

_WORDS = "row label column columns text value allowed required_when n share loans upb used limit sentence encoding"

ENGINE_WORDS = frozenset(_WORDS.split())
