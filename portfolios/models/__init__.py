from portfolios.models.bundles import Bundle, BundleEvent, BundleLoan

__all__ = ["Bundle", "BundleEvent", "BundleLoan"]
