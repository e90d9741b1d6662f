from django.apps import AppConfig


class PortfoliosConfig(AppConfig):
    name = "portfolios"
    default_auto_field = "django.db.models.BigAutoField"
    stored_files = {
        "securities": ("Security.collateral", "PoolMonth.loans"),
        "factor-files": ("FactorFile.original", "LoanHistory.loans"),
        "grids": ("PriceGrid.original",),
        "plans": ("PoolingPlan.columns", "PoolingPlan.placements"),
        "sales": ("SaleDocument.file",),
        "settlements": ("Settlement.servicing", "Settlement.statement", "TrueUp.figures", "TrueUp.statement"),
    }
