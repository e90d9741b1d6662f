"""Forms of the seller's pages of a sale."""

from portfolios.forms.sales.bidders import BarForm, InviteForm, QualifyForm
from portfolios.forms.sales.drafts import LotsForm, NewSaleForm, OpenersForm
from portfolios.forms.sales.running import AddendumForm, AnswerForm, CancelForm, DocumentForm, WithdrawLotForm
from portfolios.forms.sales.terms import TermsForm

__all__ = [
    "AddendumForm",
    "AnswerForm",
    "BarForm",
    "CancelForm",
    "DocumentForm",
    "InviteForm",
    "LotsForm",
    "NewSaleForm",
    "OpenersForm",
    "QualifyForm",
    "TermsForm",
    "WithdrawLotForm",
]
