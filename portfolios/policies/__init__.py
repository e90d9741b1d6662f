"""Who may do what with bundles and pools; a refusal is the sentence the person sees."""

from portfolios.policies.bundles import (
    check_added_up,
    check_can_add_up,
    check_can_approve,
    check_can_change,
    check_can_create,
    check_can_decide,
    check_can_kick_out,
    check_can_review,
    check_can_send_back,
    check_can_submit,
    check_can_use,
    check_can_withdraw,
    check_settled,
    may_read_borrowers,
    refusal,
)
from portfolios.policies.securities import (
    check_can_correct_months,
    check_can_edit,
    check_can_follow,
    check_can_issue,
    follows,
)

__all__ = [
    "check_added_up",
    "check_can_add_up",
    "check_can_approve",
    "check_can_change",
    "check_can_correct_months",
    "check_can_create",
    "check_can_decide",
    "check_can_edit",
    "check_can_follow",
    "check_can_issue",
    "check_can_kick_out",
    "check_can_review",
    "check_can_send_back",
    "check_can_submit",
    "check_can_use",
    "check_can_withdraw",
    "check_settled",
    "follows",
    "may_read_borrowers",
    "refusal",
]
