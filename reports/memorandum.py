"""The memorandum of a proposal: its parts in their order, with their headings."""

from reports import proposals
from reports.proposals import Proposal
from reports.wording import Words


def part_names(w: Words) -> dict[str, str]:
    return {
        "title": w._("Name of the proposal"),
        "problem": w._("The problem"),
        "people": w._("Whom it concerns"),
        "aim": w._("What should change"),
        "path": w._("Path of a resident and the step that fails"),
        "options": w._("Other ways that were weighed"),
        "cost": w._("What it costs the state and the applicant"),
        "risk": w._("Risks, and who loses"),
        "practice": w._("How others do it"),
    }


def parts(proposal: Proposal, w: Words) -> list[tuple[str, str]]:
    """Parts of the memorandum that somebody wrote, with their headings."""
    headings = part_names(w)
    return [
        (headings[part], proposal.text(part, w.language))
        for part in proposals.FIELDS if proposal.text(part, w.language)
    ]  # fmt: skip
