"""Words of the workspace for codes: states, steps, and what each looks like."""

from dataclasses import dataclass

from agencies.appeals import ClaimStatus
from agencies.leading import ReplyState
from agencies.quality import CONTROLLERS
from agencies.staff import Role


@dataclass(frozen=True)
class Look:
    """An English word that the catalogues translate, with its tone and drawing."""

    word: str
    tone: str
    icon: str


STATUS = {
    ClaimStatus.REGISTERED: Look("Registered", "info", "document"),
    ClaimStatus.ROUTED: Look("Sent to the agency", "info", "send"),
    ClaimStatus.IN_WORK: Look("In work", "info", "edit"),
    ClaimStatus.IN_APPROVAL: Look("Waiting for approval", "warn", "waiting"),
    ClaimStatus.ANSWERED: Look("Answered", "good", "good"),
    ClaimStatus.CLOSED: Look("Closed", "quiet", "lock"),
    ClaimStatus.WITHDRAWN: Look("Withdrawn", "quiet", "undo"),
    ClaimStatus.MERGED: Look("Joined to another appeal", "quiet", "link"),
}

S = ClaimStatus
UNANSWERED = frozenset({S.REGISTERED, S.ROUTED, S.IN_WORK, S.IN_APPROVAL})


@dataclass(frozen=True)
class Step:
    """What may be done with a claim in some states, by whom, and the key that leads there."""

    verb: str
    word: str
    icon: str
    key: str
    roles: frozenset[Role]
    states: frozenset[ClaimStatus]


def _step(
    verb: str, word: str, icon: str, key: str, roles: tuple[Role, ...], states: frozenset[S]
) -> Step:
    return Step(verb, word, icon, key, frozenset(roles), states)


AGENCY = (Role.OFFICER, Role.HEAD)
JUDGES = (Role.HEAD, Role.SUPERVISOR, Role.ADMIN)
STEPS = {
    step.verb: step
    for step in (
        _step("route", "Send to the agency", "send", "",
              (Role.CLERK, Role.SUPERVISOR, Role.ADMIN, Role.HEAD), frozenset({S.REGISTERED})),
        _step("urgent", "Pass at once: an offence or a threat", "warn", "",
              (Role.CLERK, Role.SUPERVISOR, Role.ADMIN, Role.HEAD), frozenset({S.REGISTERED})),
        _step("take", "Take into work", "start", "t", AGENCY, frozenset({S.ROUTED})),
        _step("assign", "Give to a colleague", "person", "", (Role.HEAD,),
              frozenset({S.ROUTED, S.IN_WORK})),
        _step("answer", "Send the answer for approval", "answer", "e", AGENCY,
              frozenset({S.IN_WORK})),
        _step("approve", "Approve and send the answer", "check", "a", (Role.HEAD,),
              frozenset({S.IN_APPROVAL})),
        _step("control", "Take for quality control", "search", "q", CONTROLLERS,
              frozenset({S.IN_APPROVAL})),
        _step("good", "The answer is good", "check", "g", CONTROLLERS,
              frozenset({S.IN_APPROVAL})),
        _step("rework", "Return for rework", "undo", "r", CONTROLLERS,
              frozenset({S.IN_APPROVAL})),
        _step("return", "Return the draft", "undo", "r", (Role.HEAD,),
              frozenset({S.IN_APPROVAL})),
        _step("redirect", "Redirect to another agency", "transfer", "d",
              (*AGENCY, Role.SUPERVISOR, Role.CLERK), frozenset({S.ROUTED, S.IN_WORK})),
        _step("apart", "Set apart a second matter", "split", "",
              (*AGENCY, Role.SUPERVISOR, Role.CLERK), UNANSWERED),
        _step("hearing", "Set a hearing", "people", "", AGENCY, frozenset({S.IN_WORK})),
        _step("heard", "Record the hearing", "people", "", (*AGENCY, Role.CLERK),
              frozenset({S.IN_WORK, S.IN_APPROVAL})),
        _step("documents", "Ask for what is missing", "document", "", AGENCY,
              frozenset({S.ROUTED, S.IN_WORK})),
        _step("brought", "Note what was brought", "document", "",
              (Role.CLERK, Role.SUPERVISOR, *AGENCY), UNANSWERED),
        _step("ask", "Ask the supervisor who is competent", "help", "", AGENCY,
              frozenset({S.ROUTED, S.IN_WORK})),
        _step("arbitrate", "Decide who is competent", "check", "", (Role.SUPERVISOR, Role.ADMIN),
              frozenset({S.ROUTED, S.IN_WORK})),
        _step("higher", "Pass to the higher body", "transfer", "",
              (Role.CLERK, Role.SUPERVISOR, *AGENCY),
              frozenset({S.REGISTERED, S.ROUTED, S.IN_WORK})),
        _step("reopen", "Open the claim again", "repeat", "", JUDGES,
              frozenset({S.ANSWERED, S.CLOSED})),
        _step("uphold", "Let the answer stand", "check", "", JUDGES,
              frozenset({S.ANSWERED, S.CLOSED})),
        _step("extend", "Extend the term", "calendar", "x", (Role.HEAD,),
              frozenset({S.ROUTED, S.IN_WORK, S.IN_APPROVAL})),
        _step("withdraw", "Record a withdrawal", "undo", "",
              (Role.CLERK, Role.SUPERVISOR, *AGENCY), UNANSWERED),
        _step("close", "Close", "lock", "c", (Role.CLERK, Role.SUPERVISOR, *AGENCY),
              frozenset({S.ANSWERED})),
    )
}  # fmt: skip
OF_HEADS = frozenset({"assign", "approve", "return", "extend"})
"""What the supervisor does where the head of the agency is complained of."""
DATES = {
    "redirect": Look("Latest redirection", "info", "transfer"),
    "reviewing_body": Look("Pass the complaint to the higher body by", "info", "transfer"),
    "preliminary": Look("Latest day to tell a preliminary decision", "info", "people"),
    "hearing": Look("Hearing", "info", "people"),
    "told_of_extension": Look("The applicant is told of the extension by", "info", "calendar"),
    "documents": Look("Missing papers by", "info", "document"),
    "silence": Look("Counts as refused by silence since", "bad", "bad"),
    "complaint": Look("The applicant may complain until", "warn", "warn"),
}
"""Days of the law beside the last day of the term."""
CASES = {
    "ordinary": "None: the Code holds",
    "public_service": "Complaint about a public service, to its provider",
    "service_control": "Complaint about a public service, to the body of quality control",
    "information": "Request for access to information",
}
"""Cases of `agencies.terms` under which an appeal is lodged."""
STAGES = {
    "d5": Look("Five working days or fewer are left", "info", "calendar"),
    "d3": Look("Three working days or fewer are left", "info", "calendar"),
    "d1": Look("One working day is left", "warn", "warn"),
    "due": Look("Today is the last day", "warn", "warn"),
    "overdue": Look("The term is over: it counts as a refusal", "bad", "bad"),
    "overdue5": Look("Over by a week and more", "bad", "bad"),
    "given": Look("Given to you", "info", "person"),
    "revived": Look("Open again: what it was joined to was withdrawn", "warn", "repeat"),
}
"""Stages of `agencies.reminders`."""
HAPPENINGS = {
    "documents_added": Look("Documents were brought", "info", "attach"),
    "heard": Look("The applicant's view came", "info", "people"),
    "draft_returned": Look("The head returned the answer", "warn", "undo"),
    "control_returned": Look("Quality control sent the answer back", "warn", "undo"),
}
"""Kinds of `agencies.happenings`."""
LEAD = {
    ReplyState.ANSWERS: Look("Waits for the answers of the agencies", "info", "waiting"),
    ReplyState.LEAD: Look("The lead agency prepares it", "warn", "edit"),
    ReplyState.HEAD: Look("Waits for the head of the lead agency", "warn", "waiting"),
    ReplyState.SENT: Look("Has left", "good", "good"),
}
"""How far a joint reply has come (`agencies.leading`)."""
