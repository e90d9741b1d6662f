"""Addresses of settlements, below their sale."""

from django.urls import path

from portfolios.views.settlements import after, closing, diligence, files, loans, making, pages, trueups

ALL = "sales/<str:number>/settlement/"
ONE = f"{ALL}<int:pk>/"
urlpatterns = [
    path(ALL, pages.settlements, name="settlements"),
    path(ONE, pages.settlement, name="settlement"),
    path(f"{ONE}loans/", pages.loans, name="settlement-loans"),
    path(f"{ONE}loans/<str:lot>/<int:row_no>/", loans.loan, name="settlement-loan"),
    path(f"{ONE}schedule.csv", files.schedule_csv, name="settlement-schedule"),
    path(f"{ONE}bring-down/", diligence.bring_down, name="settlement-bring-down"),
    path(f"{ONE}bring-down/progress/", diligence.bring_down_progress, name="settlement-progress"),
    path(f"{ONE}agreement/", pages.agreement, name="settlement-agreement"),
    path(f"{ONE}agreement.txt", files.agreement_text, name="settlement-agreement-text"),
    path(f"{ONE}statement/", pages.statement, name="settlement-statement"),
    path(f"{ONE}statement.csv", files.statement_csv, name="settlement-statement-csv"),
    path(f"{ONE}statement.xlsx", files.statement_xlsx, name="settlement-statement-xlsx"),
    path(f"{ONE}making/<slug:paper>/", making.progress, name="settlement-making"),
    path(f"{ONE}true-up/", trueups.page, name="settlement-true-up"),
    path(f"{ONE}true-up/figures/", trueups.state, name="settlement-finals"),
    path(f"{ONE}true-up/<int:true_up>/lines.csv", trueups.lines_csv, name="settlement-true-up-csv"),
    path(f"{ONE}true-up/<int:true_up>/step/", trueups.take_step, name="settlement-true-up-step"),
    path(f"{ONE}after/", pages.after, name="settlement-after"),
    path(f"{ONE}history/", pages.history_tab, name="settlement-history"),
    path(f"{ONE}history.csv", files.history_csv, name="settlement-history-csv"),
    path(f"{ONE}prices/", diligence.allocate, name="settlement-allocate"),
    path(f"{ONE}propose/", diligence.propose, name="settlement-propose"),
    path(f"{ONE}take-back/", diligence.take_back, name="settlement-take-back"),
    path(f"{ONE}answer/", diligence.answer, name="settlement-answer"),
    path(f"{ONE}agree/", diligence.agree, name="settlement-agree"),
    path(f"{ONE}reopen/", diligence.reopen, name="settlement-reopen"),
    path(f"{ONE}draft/", closing.draft, name="settlement-draft"),
    path(f"{ONE}sign/", closing.sign, name="settlement-sign"),
    path(f"{ONE}day/", closing.day, name="settlement-day"),
    path(f"{ONE}deposit/", closing.deposit, name="settlement-deposit"),
    path(f"{ONE}servicing/", closing.servicing, name="settlement-servicing"),
    path(f"{ONE}draw-up/", closing.draw_up, name="settlement-draw-up"),
    path(f"{ONE}fund/", closing.fund, name="settlement-fund"),
    path(f"{ONE}not-arrived/", closing.not_arrived, name="settlement-not-arrived"),
    path(f"{ONE}money/", closing.money, name="settlement-money"),
    path(f"{ONE}received/", closing.received, name="settlement-received"),
    path(f"{ONE}fail/", closing.fail, name="settlement-fail"),
    path(f"{ONE}transfer/", after.transfer, name="settlement-transfer"),
    path(f"{ONE}notice/", after.notice, name="settlement-notice"),
    path(f"{ONE}owe/", after.owe, name="settlement-owe"),
    path(f"{ONE}documents/", after.documents, name="settlement-documents"),
    path(f"{ONE}claims/", after.claim, name="settlement-claim"),
    path(f"{ONE}claims/<int:claim>/", after.claim_step, name="settlement-claim-step"),
    path(f"{ONE}lots/<str:lot>/issue/", loans.issue, name="settlement-issue"),
]
