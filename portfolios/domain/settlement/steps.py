"""The words for the steps of a settlement's history, each with the tone of its mark."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepWords:
    """What somebody did, for a timeline: the verb first, after the person's name."""

    what: str
    tone: str = ""


SETTLEMENT_STEPS: dict[str, StepWords] = {
    "begun": StepWords("opened the settlement with the award", "accent"),
    "allocated": StepWords("allocated the price loan by loan"),
    "bring_down": StepWords("started a bring-down check"),
    "proposed": StepWords("asked to leave loans out", "warning"),
    "taken_back": StepWords("let loans stay after all"),
    "answered": StepWords("answered kick-outs"),
    "seller_agreed": StepWords("agreed for the seller to the loans and the price"),
    "buyer_agreed": StepWords("agreed for the buyer to the loans and the price"),
    "agreed": StepWords("closed the list: loans and price stand", "pass"),
    "reopened": StepWords("opened the list again; agreement and signatures are void", "warning"),
    "dated": StepWords("set the day of settlement"),
    "drafted": StepWords("drew up the purchase agreement"),
    "seller_signed": StepWords("signed the purchase agreement for the seller"),
    "buyer_signed": StepWords("signed the purchase agreement for the buyer"),
    "signed": StepWords("completed the purchase agreement", "pass"),
    "deposit": StepWords("recorded the deposit"),
    "servicing": StepWords("stated what was collected, advanced and held by loan"),
    "statement": StepWords("drew up the settlement statement"),
    "funded": StepWords("said that the wire was sent", "accent"),
    "not_arrived": StepWords("said that the money has not arrived", "fatal"),
    "money": StepWords("confirmed that the money arrived"),
    "loans": StepWords("confirmed that the loans arrived"),
    "settled": StepWords("settled the award", "pass"),
    "finals": StepWords("stated final figures of the closing"),
    "trued_up": StepWords("drew up the second statement", "accent"),
    "true_up_seller_agreed": StepWords("agreed for the seller to the true-up"),
    "true_up_buyer_agreed": StepWords("agreed for the buyer to the true-up"),
    "true_up_contested": StepWords("contested the true-up", "warning"),
    "true_up_withdrawn": StepWords("took the final figures back", "warning"),
    "true_up_paid": StepWords("said that the true-up was sent", "accent"),
    "true_up_not_arrived": StepWords("said that the true-up has not arrived", "fatal"),
    "true_up_settled": StepWords("settled the true-up", "pass"),
    "transfer": StepWords("set the day on which the servicing goes over"),
    "notice": StepWords("recorded a notice to the borrowers"),
    "owed": StepWords("listed documents that follow"),
    "delivered": StepWords("delivered documents"),
    "accepted": StepWords("accepted documents"),
    "returned": StepWords("sent documents back", "warning"),
    "claimed": StepWords("claimed that a loan is taken back", "warning"),
    "claim_contested": StepWords("contested a claim"),
    "claim_accepted": StepWords("accepted a claim"),
    "claim_paid": StepWords("said that a claim is paid"),
    "claim_closed": StepWords("closed a claim", "pass"),
    "issued": StepWords("issued a lot as a pool", "pass"),
    "failed": StepWords("ended the settlement without a sale", "fatal"),
}
