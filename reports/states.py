"""Words for the states, steps, positions, verdicts and results that proposals know."""

from reception.language import say

SENTENCES = {
    "idea": "Idea",
    "draft": "Being drafted",
    "frozen": "Evidence frozen",
    "hearing": "Agencies are being heard",
    "heard": "Agencies were heard",
    "on_agenda": "On the agenda",
    "adopted": "Adopted by the council",
    "declined": "Declined by the council",
    "sent": "Sent, waiting for the answer",
    "unanswered": "No answer within the term",
    "answered": "Answered",
    "tracking": "Accepted, on its way into law",
    "in_force": "In force",
    "measured": "Effect measured",
    "letter": "Letter to the agency instead",
    "closed": "Closed",
    "opened": "The idea was written down",
    "drafted": "Drafting began",
    "causes_drawn": "A sample was drawn to find the causes",
    "causes_settled": "The causes were settled",
    "asked": "The agencies were asked",
    "opinion": "An agency gave its opinion",
    "revised": "The next version was begun",
    "vote_adopted": "The council adopted it",
    "vote_declined": "The council declined it",
    "vote_returned": "The council sent it back",
    "vote_not_taken": "No vote was taken",
    "reminded": "The body was reminded",
    "wording_corrected": "A wording of the law was corrected",
    "wording_withdrawn": "A wording of the law was taken back",
    "days_corrected": "Days were corrected",
    "term_runs": "The term of the answer runs on",
    "enacted": "The norm was changed",
    "effect_planned": "The measuring of the effect was planned",
    "returned": "Sent back",
    "not_taken": "Not voted on",
    "pending": "To be voted on",
    "supports": "Supports",
    "with_changes": "Supports with changes",
    "against": "Against",
    "no_comment": "No comment within the term",
    "accepted": "Accepted",
    "partly": "Accepted in part",
    "refused": "Refused",
    "redirected": "Passed to another body",
    "no_position": "No position",
    "fell": "Fewer appeals",
    "rose": "More appeals",
    "no_clear_change": "No clear change",
    "cannot_tell": "Cannot be told yet",
    "planned": "Planned",
    "open": "Under way",
    "cancelled": "Not to be held",
    "for": "For",
    "abstain": "Abstained",
    "change": "A change",
    "new": "New element",
    "delete": "Deletion",
}
TONES = {
    "idea": "quiet", "draft": "quiet", "frozen": "info", "hearing": "waiting", "heard": "info",
    "on_agenda": "waiting", "adopted": "good", "declined": "bad", "sent": "waiting",
    "unanswered": "bad", "answered": "info", "tracking": "info", "in_force": "good",
    "measured": "good", "letter": "quiet", "closed": "quiet", "planned": "waiting", "open": "good",
    "cancelled": "bad",
}  # fmt: skip


def said(code: str, language: str | None = None) -> str:
    """The word for a code, in the reader's language."""
    return say(SENTENCES[str(code)], language)


def tone(code: str) -> str:
    return TONES.get(str(code), "info")
