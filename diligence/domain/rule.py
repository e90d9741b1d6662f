"""One rule: where it applies, when a loan fails it, and the words that are said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from diligence.domain.expressions import Literal

SEVERITIES = {"fatal": 1, "warning_to_fatal": 2, "warning": 3, "informational": 4}


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A param's value from a day on."""

    since: date
    value: Literal
    source: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `fires` is true where a loan fails, `applies` narrows it; both are SQL over the vocabulary.

    `scope` says who runs it: "loan" by expression, "file" and "bundle" by the engine under the rule's code.
    A param is a literal or a tuple of dated values in order of their days.
    """

    code: str
    title: str
    severity: str
    component: str
    fields: tuple[str, ...]
    message: str
    cure: str
    waivable: str
    source: str
    source_status: str
    applies: str = ""
    fires: str = ""
    params: Mapping[str, Literal | tuple[DatedValue, ...]] = field(default_factory=dict)
    profile: str = "all"
    scope: str = "loan"
    each: tuple[str, ...] = ()
    fatal_from: date | None = None
    group: str = ""

    def severity_on(self, as_of: date) -> int:
        """The severity's number; a warning that becomes fatal is fatal from its day on."""
        if self.severity == "warning_to_fatal" and self.fatal_from and as_of >= self.fatal_from:
            return SEVERITIES["fatal"]
        return SEVERITIES[self.severity]

    def params_on(self, as_of: date) -> dict[str, Literal]:
        """The params with dated values chosen for the day; before the first day a value is blank."""
        return {name: _value_on(value, as_of) for name, value in self.params.items()}


def _value_on(value: Literal | tuple[DatedValue, ...], as_of: date) -> Literal:
    if not isinstance(value, tuple):
        return value
    known = [dated.value for dated in value if dated.since <= as_of]
    return known[-1] if known else None
