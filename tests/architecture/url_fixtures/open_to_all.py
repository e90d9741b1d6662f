"""Addresses that are not tried by strangers or wrong roles, and why."""

# Open to everybody who is signed in: they show what is one's own, or what is published.
FOR_EVERYBODY = {
    "accounts:profile",
    "accounts:theme",
    "accounts:email",
    "accounts:confirm_email",
    "loans:criteria",
    "loans:criterion",
    "diligence:rules",
    "diligence:rule",
    "diligence:search",
    "portfolios:notifications",
    "portfolios:seal_offline",
}

# What agencies published, and templates that ship, belong to nobody: there are wrong roles to it, and no strangers.
PUBLISHED = {
    "portfolios:pool-follow",
    "portfolios:factor_file",
    "portfolios:grid-load",
    "portfolios:grid-template",
    "portfolios:grid-sample",
}

# Open without sign-in; each of them guards itself by what it is sent.
PUBLIC = {
    "healthz",
    "readyz",
    "accounts:accept",
    "accounts:first_user",
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
}
