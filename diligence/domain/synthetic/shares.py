"""How often things occur on a synthetic tape: round figures in the range of public agency loan data."""

STATE_SHARES = {
    "AL": 14, "AK": 2, "AZ": 28, "AR": 8, "CA": 118, "CO": 26, "CT": 10, "DE": 4, "DC": 3, "FL": 84, "GA": 38, "HI": 4,
    "ID": 9, "IL": 40, "IN": 24, "IA": 11, "KS": 9, "KY": 13, "LA": 12, "ME": 4, "MD": 22, "MA": 22, "MI": 36, "MN": 22,
    "MS": 6, "MO": 22, "MT": 4, "NE": 7, "NV": 13, "NH": 5, "NJ": 28, "NM": 6, "NY": 34, "NC": 37, "ND": 2, "OH": 36,
    "OK": 11, "OR": 16, "PA": 36, "RI": 3, "SC": 20, "SD": 3, "TN": 25, "TX": 96, "UT": 17, "VT": 2, "VA": 32, "WA": 30,
    "WV": 4, "WI": 21, "WY": 2,
}  # fmt: skip
PRICE_LEVEL = {
    "CA": 1.75, "HI": 1.8, "DC": 1.5, "MA": 1.45, "WA": 1.4, "CO": 1.35, "NJ": 1.3, "NY": 1.3, "OR": 1.2, "UT": 1.25,
    "MD": 1.2, "VA": 1.15, "NH": 1.15, "CT": 1.1, "FL": 1.1, "AZ": 1.1, "NV": 1.1, "ID": 1.1, "OH": 0.75, "MI": 0.78,
    "IN": 0.75, "AL": 0.75, "AR": 0.7, "MS": 0.65, "WV": 0.62, "OK": 0.7, "KY": 0.72, "LA": 0.7, "IA": 0.72, "KS": 0.75,
}  # fmt: skip
MEDIAN_PRICE = {
    2014: 230_000, 2015: 240_000, 2016: 250_000, 2017: 262_000, 2018: 275_000, 2019: 288_000, 2020: 315_000,
    2021: 360_000, 2022: 395_000, 2023: 400_000, 2024: 412_000, 2025: 420_000, 2026: 428_000,
}  # fmt: skip
"""USD by year of the note, one-unit homes."""
MARKET_RATE = {
    2014: 4.25, 2015: 3.875, 2016: 3.625, 2017: 4.0, 2018: 4.625, 2019: 3.875, 2020: 3.125, 2021: 3.0, 2022: 5.375,
    2023: 6.75, 2024: 6.75, 2025: 6.625, 2026: 6.25,
}  # fmt: skip
"""Percent by year of the note, 30-year fixed rate."""

PURPOSES = {"Purchase": 64, "LimitedCashOut": 20, "CashOut": 16}
OCCUPANCIES = {"PrimaryResidence": 88, "SecondHome": 4, "Investment": 8}
UNITS = {1: 970, 2: 20, 3: 5, 4: 5}
PROPERTY_TYPES = {
    "SingleFamilyDetached": 62, "PUD": 22, "CondoAttached": 10, "SingleFamilyAttached": 5, "CondoDetached": 1,
}  # fmt: skip
TERMS = {360: 860, 180: 75, 240: 35, 300: 15, 120: 15}
LTV_SPIKES = {80: 30, 95: 12, 75: 8, 90: 7, 97: 4, 70: 3, 60: 3, 85: 3, 50: 1}
"""Percent; half of all loans stand on one of these, the others anywhere."""
ARM_PLANS = {60: 3, 84: 5, 120: 4}
"""Months of the fixed period."""
CHANNELS = {"Lender": 60, "Broker": 18, "Correspondent": 22}
MI_COMPANIES = {"ArchMI": 18, "Enact": 16, "Essent": 17, "MGIC": 18, "NMI": 14, "Radian": 17}
VALUATIONS = {"FullAppraisal": 88, "DesktopAppraisal": 4, "HybridAppraisal": 2, "None": 6}
REPOSITORIES = {"ExperianAndTransUnionAndEquifax": 80, "Equifax": 5, "Experian": 8, "TransUnion": 7}
