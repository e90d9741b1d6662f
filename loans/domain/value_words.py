"""Values of enumerations as people say them: CondoAttached is "condo, attached", NoCashOut is "no cash-out"."""

import re
from functools import cache

from loans.domain.fields import FIELD, FieldType

_SAID = {
    "30": "30 days past due",
    "60": "60 days past due",
    "90": "90 days past due",
    "120": "120 days past due",
    "REO": "real estate owned",
    "CondoAttached": "condo, attached",
    "CondoDetached": "condo, detached",
    "SingleFamilyAttached": "single-family, attached",
    "SingleFamilyDetached": "single-family, detached",
    "Cooperative": "co-op",
    "TwoToFourUnit": "two to four units",
    "CashOut": "cash-out",
    "NoCashOut": "no cash-out",
    "LimitedCashOut": "limited cash-out",
    "USDARuralHousing": "USDA rural housing",
    "USCitizen": "US citizen",
    "PLOnly": "profit and loss only",
    "NonQM": "non-QM",
    "QM_SafeHarbor": "QM, safe harbor",
    "QM_RebuttablePresumption": "QM, rebuttable presumption",
    "QM_General": "QM, general",
    "QM_Temporary": "QM, temporary",
    "ATR_Exempt": "exempt from ability to repay",
    "ATR_Fail": "ability to repay not shown",
    "NotCovered": "not covered",
    "DesktopUnderwriter": "Desktop Underwriter",
    "LoanProductAdvisor": "Loan Product Advisor",
    "GuaranteedUnderwritingSystem": "Guaranteed Underwriting System",
    "FHATotal": "FHA TOTAL",
    "ApproveEligible": "Approve/Eligible",
    "ApproveIneligible": "Approve/Ineligible",
    "ReferEligible": "Refer/Eligible",
    "ReferIneligible": "Refer/Ineligible",
    "ReferWithCaution": "Refer with Caution",
    "ReferWithCaution_II": "Refer with Caution II",
    "ReferWithCaution_IV": "Refer with Caution IV",
    "ExpandedApproval_I_Eligible": "Expanded Approval I/Eligible",
    "ExpandedApproval_II_Eligible": "Expanded Approval II/Eligible",
    "ExpandedApproval_III_Eligible": "Expanded Approval III/Eligible",
    "ClassicFICO": "Classic FICO",
    "VantageScore4": "VantageScore 4",
    "30DayAverageSOFR": "30-day average SOFR",
    "1YearTreasury": "1-year Treasury",
    "3YearTreasury": "3-year Treasury",
    "5YearTreasury": "5-year Treasury",
    "6MonthLIBOR": "6-month LIBOR",
    "1YearLIBOR": "1-year LIBOR",
    "11thDistrictCOFI": "11th District COFI",
    "WallStreetJournalPrimeRate": "Wall Street Journal prime rate",
    "DURefiPlus": "DU Refi Plus",
    "RefiPlus": "Refi Plus",
    "HighLTVRefi": "high-LTV refinance",
    "TexasEquity": "Texas equity",
    "NoMIBasedOnMHLTV": "no MI based on LTV of a manufactured home",
    "TownhouseRowhouse": "townhouse or rowhouse",
    "SiteBuilt": "site-built",
    "SemiDetached": "semi-detached",
    "NonPermanentResidentAlien": "non-permanent resident alien",
    "NonProfitCorporation": "nonprofit corporation",
    "NonProfitOrganization": "nonprofit organization",
    "CommunityNonProfit": "community nonprofit",
    "ReligiousNonProfit": "religious nonprofit",
    "DriveBy": "drive-by appraisal",
    "ArchMI": "Arch MI",
    "MI_Waived": "insurance waived",
}
_NAMES_AS_THEY_ARE = frozenset({"mi_company", "credit_repository", "avm_model", "section_of_act"})
_WORD = re.compile(r"[A-Z]{2,}(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


def said(value: str) -> str:
    """One value in words, lower case but for names and abbreviations."""
    if value in _SAID:
        return _SAID[value]
    words = [word if word.isupper() else word.lower() for word in _WORD.findall(value)]
    return " ".join(words) or value


@cache
def words_of(field: str) -> dict[str, str]:
    """Value → words, for the values of an enumerated field; empty for any other name."""
    entry = FIELD.get(field)
    if entry is None or entry.type is not FieldType.ENUM:
        return {}
    if field in _NAMES_AS_THEY_ARE:
        return {value: _SAID.get(value, value) for value in entry.enum_values}
    return {value: said(value) for value in entry.enum_values}
