"""The journal as a story: each row a sentence for the agency, and fewer of them for the applicant.

Sentences are English with named values; the page says them in the reader's language.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from agencies.journal import JournalEntry
from agencies.terms import TermPolicy

CODED = {
    "wanting": "quality_reason", "because": "repeat_reason", "came": "hearing_came",
    "way": "hearing_way", "result": "hearing_result",
}  # fmt: skip
"""Payload values that are codes, with the list of words that each is read from."""
DAY_VALUES = ("due_on", "before", "on", "registered_on", "promised", "until")


@dataclass(frozen=True)
class Telling:
    """How a kind of row is told. `detail` names the payload's value that is quoted beneath.

    A historical row names the body of its own day in `body`, which is then told as the agency.
    """

    sentence: str
    icon: str
    tone: str = ""
    detail: str = ""
    public: bool = True


@dataclass(frozen=True)
class Line:
    at: datetime
    sentence: str
    values: Mapping[str, Any]
    detail: str
    who: str
    icon: str
    tone: str
    claim: int | None = None
    days: Mapping[str, date] = field(default_factory=dict)
    basis: TermPolicy | None = None
    """The row of law that set the day of the sentence, where it tells one."""
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values of the sentence that are codes of `CODED`."""


TELLINGS = {
    "registered": Telling("Registered under number %(number)s.", "document"),
    "attached": Telling("A document was added.", "document"),
    "routed": Telling("Sent to: %(agency)s.", "send"),
    "passed_at_once": Telling(
        "News of an offence or a threat, passed at once to: %(agency)s.", "warn", "bad", "reason"
    ),
    "redirected": Telling("Redirected to: %(agency)s.", "transfer", "warn", "reason"),
    "term_set": Telling("A new term began: answer by %(due_on)s.", "calendar"),
    "taken": Telling("Taken into work.", "start"),
    "assigned": Telling("Given to: %(officer)s.", "person", public=False),
    "given_by_rule": Telling(
        "Given by rule %(rule)s of the agency to: %(officer)s.", "person", public=False
    ),
    "given_to_substitute": Telling(
        "Given by rule %(rule)s to: %(officer)s, who stands in for %(instead)s.",
        "person",
        public=False,
    ),
    "extended": Telling("The term was extended to %(due_on)s.", "calendar", "warn", "reason"),
    "set_apart": Telling(
        "Set apart from claim %(apart_from)s as a matter of its own: answer by %(due_on)s.",
        "split",
    ),
    "recast": Telling(
        "The kind of appeal or the row of law was corrected: answer by %(due_on)s.",
        "calendar",
        "warn",
        "reason",
    ),
    "hearing": Telling(
        "A hearing is set for %(on)s; the preliminary decision is told.", "people", "", "decision"
    ),
    "drafted": Telling("An answer was drafted and waits for approval.", "edit", public=False),
    "answered_alike": Telling(
        "The draft is the answer to appeal %(number)s.", "link", public=False
    ),
    "draft_returned": Telling(
        "The draft went back to the officer.", "undo", "warn", "reason", public=False
    ),
    "control_begun": Telling("Quality control looks at the answer.", "search", public=False),
    "control_passed": Telling("Quality control found the answer good.", "check", public=False),
    "control_returned": Telling(
        "Quality control returned the answer: %(wanting)s.", "undo", "warn", "reason", public=False
    ),
    "sampled": Telling("Drawn by lot for quality control.", "search", public=False),
    "sample_good": Telling(
        "Quality control looked at the answer after it had left: it is good.",
        "check",
        "",
        "reason",
        public=False,
    ),
    "sample_wanting": Telling(
        "Quality control looked at the answer after it had left: %(wanting)s.",
        "warn",
        "warn",
        "reason",
        public=False,
    ),
    "answered": Telling("Answered.", "good", "good", "text"),
    "lead_named": Telling("The joint reply is led by: %(agency)s.", "people"),
    "joint_prepared": Telling(
        "The lead agency prepared the joint reply.", "edit", "", "text", public=False
    ),
    "joint_sent": Telling("The joint reply has left through: %(agency)s.", "send", "good"),
    "letter_signed": Telling("The letter of answer was signed electronically.", "check"),
    "withdrawn": Telling("Withdrawn at the applicant's request.", "undo", "", "reason"),
    "merged": Telling("Joined to appeal %(into)s of the same person; it answers both.", "link"),
    "merged_here": Telling("Appeal %(number)s of the same person was joined to this one.", "link"),
    "revived": Telling(
        "Appeal %(number)s was withdrawn, so this one goes on by itself, on its own term.",
        "repeat",
        "warn",
    ),
    "joined_goes_on": Telling(
        "Appeal %(number)s, which was joined to this one, goes on by itself.", "repeat"
    ),
    "work_came": Telling(
        "Open tasks and questions came from appeal %(number)s.", "link", public=False
    ),
    "repeat_marked": Telling("Repeats appeal %(number)s: %(because)s.", "repeat"),
    "repeat_unmarked": Telling("It is no repeat of another appeal after all.", "undo"),
    "closed": Telling("Closed.", "lock", "", "text"),
    "rated": Telling("The applicant rated the answer with %(score)s of 5.", "star", "", "words"),
    "review_opened": Telling("Another person looks at the answer again.", "repeat", "warn"),
    "review_decided": Telling("After the review the answer stands.", "check", "", "explanation"),
    "complained": Telling("A complaint was lodged: %(number)s.", "warn", "warn"),
    "passed_higher": Telling("Passed to the higher body: %(agency)s.", "transfer"),
    "complains": Telling("This is a complaint about %(number)s.", "link"),
    "reopened": Telling("Opened again.", "repeat", "warn", "reason"),
    "heard": Telling("The applicant's view was recorded.", "people", "", "view"),
    "hearing_held": Telling(
        "The hearing was held on %(on)s: %(came)s, %(way)s. Result: %(result)s.",
        "people",
        "",
        "protocol",
    ),
    "hearing_missed": Telling("Nobody came to the hearing on %(on)s.", "people", "", "protocol"),
    "documents_asked": Telling(
        "Something is missing; to be brought by %(until)s.", "document", "warn", "what"
    ),
    "documents_added": Telling("The applicant added something.", "document", "", "words"),
    "deemed_refused": Telling(
        "No answer came inside the term. Since %(on)s this counts as a refusal.", "bad", "bad"
    ),
    "arbitration_asked": Telling(
        "The agency asked the supervisor who is competent.", "warn", "warn", "reason"
    ),
    "arbitrated": Telling(
        "The supervisor decided: competent is %(agency)s.", "check", "", "reason"
    ),
    "opinion_asked": Telling(
        "An opinion was asked of: %(agency)s.", "help", "", "question", public=False
    ),
    "opinion_given": Telling(
        "An opinion was given by: %(agency)s.", "message", "", "answer", public=False
    ),
    "answered_interim": Telling("An interim answer was given.", "answer", "", "text"),
    "noted": Telling("The earlier register noted a step.", "info", public=False),
    "status_noted": Telling("The state was noted.", "info", "", "text", public=False),
    "category_changed": Telling("The topic was changed.", "edit", "", "category", public=False),
    "special_marked": Telling(
        "Marked as special personal data: few may read it now.", "lock", "warn", public=False
    ),
    "special_cleared": Telling(
        "The mark of special personal data was taken off.", "undo", "", "reason", public=False
    ),
    "special_read": Telling("Special personal data: the case was read.", "show", public=False),
    "official_named": Telling(
        "The appeal complains of %(officer)s, who is kept from it.", "lock", "warn", public=False
    ),
    "official_cleared": Telling(
        "The appeal does not complain of %(officer)s.", "undo", "", "reason", public=False
    ),
    "card_revealed": Telling("The whole card was opened.", "show", public=False),
    "link_reprinted": Telling("The talon with the applicant's link was printed again.", "print"),
    "exported": Telling(
        "The whole case was given out as a signed archive.", "download", public=False
    ),
    "printed": Telling("The whole case was given out as one paper.", "print", public=False),
    "numbered": Telling("Number in the national register: %(number)s.", "document"),
    "contacts_erased": Telling("Telephone and e-mail were erased by the rules of storage.", "lock"),
    "erasure_proposed": Telling(
        "Erasure before the term of storage was proposed; another person decides.",
        "waiting",
        "warn",
        "reason",
        public=False,
    ),
    "erasure_confirmed": Telling(
        "A second person confirmed the erasure.", "check", "warn", "reason", public=False
    ),
    "erasure_refused": Telling(
        "A second person refused the erasure.", "undo", "", "reason", public=False
    ),
    "erasure_expired": Telling("Nobody decided on the erasure in time.", "clock", public=False),
    "erasure_withdrawn": Telling("The proposal of erasure was taken back.", "undo", public=False),
    "erased": Telling("The words of the person were erased; the facts stay.", "lock", "warn"),
}
OTHER = Telling("A step was recorded.", "info", "", "text", public=False)

WAIVED = "The applicant's view was recorded; the applicant gave the hearing up."


def tell(
    entries: Iterable[JournalEntry],
    *,
    agencies: Mapping[str, Any],
    named: Callable[[Any], str],
    own: Collection[int],
    bases: Mapping[int, TermPolicy],
) -> list[Line]:
    """Oldest first, with the inner steps of `own` claims only, by ordinal. `agencies` by code;
    `named` gives a record's name to read; `bases` as in `agencies.citing`.
    """
    told = (e for e in entries if _is_public(e) or _claim(e) is None or _claim(e) in own)
    return [_line(entry, agencies, named, bases) for entry in told]


def tell_applicant(
    entries: Iterable[JournalEntry],
    *,
    agencies: Mapping[str, Any],
    named: Callable[[Any], str],
    bases: Mapping[int, TermPolicy],
) -> list[Line]:
    """What the applicant has a right to know: no drafts, and nobody's name."""
    told = (entry for entry in entries if _is_public(entry))
    return [_line(entry, agencies, named, bases, with_names=False) for entry in told]


def _is_public(entry: JournalEntry) -> bool:
    return TELLINGS.get(entry.kind, OTHER).public


def _claim(entry: JournalEntry) -> int | None:
    return (entry.payload or {}).get("claim")


def _line(
    entry: JournalEntry,
    agencies: Mapping[str, Any],
    named: Callable[[Any], str],
    bases: Mapping[int, TermPolicy],
    *,
    with_names: bool = True,
) -> Line:
    telling = TELLINGS.get(entry.kind, OTHER)
    payload = entry.payload or {}
    values = {
        "number": payload.get("number", ""),
        "into": payload.get("into", ""),
        "apart_from": payload.get("apart_from", ""),
        "score": payload.get("score", ""),
        "officer": payload.get("officer", ""),
        "rule": payload.get("rule", ""),
        "agency": _agency(payload, agencies, named),
    }
    return Line(
        at=entry.at, sentence=_sentence(telling, entry.kind, payload), values=values,
        detail=str(payload.get(telling.detail) or ""),
        who=_who(entry, payload) if with_names else "",
        icon=telling.icon, tone=telling.tone, claim=_claim(entry), days=_days(payload),
        basis=bases.get(entry.position) if _tells_a_day(telling) else None,
        codes={name: _codes(payload.get(name)) for name in CODED},
    )  # fmt: skip


def _sentence(telling: Telling, kind: str, payload: Mapping[str, Any]) -> str:
    return WAIVED if kind == "heard" and payload.get("waived") else telling.sentence


def _codes(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _tells_a_day(telling: Telling) -> bool:
    return any(f"%({name})s" in telling.sentence for name in DAY_VALUES)


def _who(entry: JournalEntry, payload: Mapping[str, Any]) -> str:
    if entry.by:
        return entry.by.name
    return str(payload.get("body", "")) if entry.kind.startswith("answered") else ""


def _agency(
    payload: Mapping[str, Any], agencies: Mapping[str, Any], named: Callable[[Any], str]
) -> str:
    code = payload.get("agency", "")
    return str(payload.get("body") or (named(agencies[code]) if code in agencies else code))


def _days(payload: Mapping[str, Any]) -> dict[str, date]:
    found = {}
    for name in DAY_VALUES:
        try:
            found[name] = date.fromisoformat(str(payload.get(name, ""))[:10])
        except ValueError:
            continue
    return found


def agency_codes(entries: Iterable[JournalEntry]) -> set[str]:
    """Agencies that the rows name, to be read in one go."""
    return {entry.payload["agency"] for entry in entries if entry.payload.get("agency")}
