"""Special feature codes: which the loan's terms call for, which the tape carries."""

from dataclasses import dataclass

import polars as pl

from loans.domain.facts.fact import Fact, as_facts, joined
from loans.domain.programs import RELIEF_INPUTS, relief_refinance
from loans.domain.texts import once_a_text

col = pl.col

FEATURE_CODE_SOURCE = "Fannie Mae special feature codes of 2026-09-09 (stored list, partial)"


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of a loan that its special feature codes must show; any one of `codes` shows it."""

    codes: tuple[str, ...]
    words: str
    present: pl.Expr
    inputs: tuple[str, ...]

    @property
    def shown(self) -> pl.Expr:
        return col("feature_codes").str.contains(";(" + "|".join(self.codes) + ");")

    @property
    def described(self) -> pl.Expr:
        return pl.lit(f"{' or '.join(self.codes)} ({self.words})")


SMALL_BUYDOWN = (col("buydown_initial_discount") <= 2) & (col("buydown_duration_months") <= 24)
BUYDOWN_INPUTS = ("buydown_indicator", "buydown_initial_discount", "buydown_duration_months")

FEATURES = (
    Feature(("003",), "cash-out refinance", col("refinance_cash_out_type") == "CashOut", ("refinance_cash_out_type",)),
    Feature(
        ("007",),
        "limited cash-out refinance",
        col("refinance_cash_out_type") == "LimitedCashOut",
        ("refinance_cash_out_type",),
    ),
    Feature(
        ("009",),
        "buydown of at most 2 points and 2 years",
        col("buydown_indicator") & SMALL_BUYDOWN,
        BUYDOWN_INPUTS,
    ),
    Feature(("014",), "buydown above 2 points or 2 years", col("buydown_indicator") & ~SMALL_BUYDOWN, BUYDOWN_INPUTS),
    Feature(("067",), "VantageScore 4.0", col("credit_score_model") == "VantageScore4", ("credit_score_model",)),
    Feature(("127",), "Desktop Underwriter", col("aus_type") == "DesktopUnderwriter", ("aus_type",)),
    Feature(
        ("235",),
        "manufactured home",
        (col("property_type") == "ManufacturedHome") | (col("construction_method") == "Manufactured"),
        ("property_type", "construction_method"),
    ),
    Feature(("304",), "Texas 50(a)(6)", col("refinance_program") == "TexasEquity", ("refinance_program",)),
    Feature(("508",), "eNote", col("enote_indicator"), ("enote_indicator",)),
    Feature(("588",), "detached condominium", col("property_type") == "CondoDetached", ("property_type",)),
    Feature(("808",), "high-balance loan", col("high_balance_indicator"), ("high_balance_indicator",)),
    Feature(("861", "920"), "remote notarization", col("ron_indicator"), ("ron_indicator",)),
)
FEATURE_INPUTS = tuple(sorted({name for feature in FEATURES for name in feature.inputs}))


def _feature_codes() -> pl.Expr:
    """The codes between semicolons, so that one code is found by `;code;`; no code at all is `;`."""
    return once_a_text(col("investor_feature_ids").fill_null(""), _between_semicolons, pl.String())


def _between_semicolons(text: pl.Expr) -> pl.Expr:
    codes = text.str.replace_all(r"[\s,|;/]+", ";").str.strip_chars(";")
    return pl.when(codes == "").then(pl.lit(";")).otherwise(pl.concat_str(pl.lit(";"), codes, pl.lit(";")))


def _missing_codes() -> pl.Expr:
    return joined([pl.when(feature.present & ~feature.shown).then(feature.described) for feature in FEATURES])


def _unsupported_codes() -> pl.Expr:
    unsupported = joined([pl.when(~feature.present & feature.shown).then(feature.described) for feature in FEATURES])
    return pl.when(col("investor_feature_ids").is_not_null()).then(unsupported)


def _codes_repeat(text: pl.Expr) -> pl.Expr:
    codes = text.str.strip_chars(";").str.split(";")
    return codes.list.n_unique() < codes.list.len()


FACTS = as_facts(
    Fact(
        "relief_refinance",
        "Relief refinance",
        "",
        relief_refinance(),
        RELIEF_INPUTS,
        "named as such, or a refinance without cash out above 97% LTV with its first payment from 2009-05 to 2019-06",
        "HARP and high-LTV refinance; the years are those of HARP applications (recalled)",
    ),
    Fact(
        "feature_codes",
        "Special feature codes",
        "",
        _feature_codes(),
        ("investor_feature_ids",),
        "the codes between semicolons",
        FEATURE_CODE_SOURCE,
    ),
    Fact(
        "feature_codes_repeat",
        "A special feature code stands twice",
        "",
        once_a_text(col("feature_codes"), _codes_repeat, pl.Boolean()),
        ("feature_codes",),
        "fewer different codes than codes",
        FEATURE_CODE_SOURCE,
    ),
    Fact(
        "missing_feature_codes",
        "Feature codes called for and absent",
        "",
        _missing_codes(),
        ("feature_codes", *FEATURE_INPUTS),
        "codes of the features the loan shows, less the codes on the tape",
        FEATURE_CODE_SOURCE,
    ),
    Fact(
        "unsupported_feature_codes",
        "Feature codes without their feature",
        "",
        _unsupported_codes(),
        ("investor_feature_ids", "feature_codes", *FEATURE_INPUTS),
        "codes on the tape whose feature the loan does not show",
        FEATURE_CODE_SOURCE,
    ),
)
