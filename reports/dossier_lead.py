"""The first pages of a dossier: the memorandum in a table, the path of a resident, the options.

Each line stands though nobody wrote it down: what is missing is said, not left out.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from agencies.calendar import local
from reception.guide import consultations
from reception.guide.situations import SituationVersion
from reception.language import in_words, named
from reports import comparison, council, evidence, meetings, norms, recommendations
from reports.evidence import EvidencePack
from reports.foreign import Spoken, spoken
from reports.proposals import Proposal, ProposalStatus
from reports.states import said
from reports.wording import Words

P = ProposalStatus
BEFORE_THE_COUNCIL = frozenset({P.IDEA, P.DRAFT, P.FROZEN, P.HEARING, P.HEARD})
NOTHING_ASKED = frozenset({P.DECLINED, P.LETTER, P.CLOSED})
ROWS_TOLD = 4
STEP = "step:"


@dataclass(frozen=True)
class Path:
    """`rows` are the steps of the life situation: name, and what is known of its failing."""

    words: Spoken
    caption: str
    rows: list[tuple[str, str]]


def memorandum(session: Session, proposal: Proposal, w: Words) -> list[tuple[str, Spoken]]:
    pack = evidence.of(session, proposal)
    people, met = spoken(w, proposal.texts.get("people", {})), meets_on(session, proposal, w)
    return [
        (w._("The problem"), _of(proposal, "problem", w)),
        *([(w._("Whom it concerns"), people)] if people.words else []),
        (w._("How many"), Spoken(how_many(w, proposal, pack))),
        *_norms(session, proposal, w),
        (w._("What should change"), _of(proposal, "aim", w)),
        (w._("What it costs the state and the applicant"), _of(proposal, "cost", w)),
        (w._("Decision asked of the council"), Spoken(decision_asked(session, proposal, w))),
        *([(w._("Stands on the agenda of"), Spoken(met))] if met else []),
    ]  # fmt: skip


def how_many(w: Words, proposal: Proposal, pack: EvidencePack | None) -> str:
    if pack is None or not proposal.first or not proposal.last:
        return w._("not counted yet: no evidence is frozen")
    total = pack.result["total"]
    return w._(
        "%(persons)s persons (E1) with %(appeals)s appeals (E2), from %(first)s to %(last)s",
        persons=w.number(total["persons"]), appeals=w.number(total["appeals"]),
        first=w.long_day(proposal.first), last=w.long_day(proposal.last),
    )  # fmt: skip


def _norms(session: Session, proposal: Proposal, w: Words) -> list[tuple[str, Spoken]]:
    rows = comparison.rows_of(session, proposal)
    told = [
        w._("%(act)s, %(element)s, edition of %(day)s: %(change)s",
            act=named(norms.act_by_code(row.act), w.language), element=row.element,
            day=w.long_day(row.edition_on), change=said(row.change, w.language).lower())
        for row in rows[:ROWS_TOLD]
    ]  # fmt: skip
    if len(rows) > ROWS_TOLD:
        told.append(
            w._("and further rows of the comparative table: %(n)s", n=len(rows) - ROWS_TOLD)
        )
    return [(w._("The norm"), Spoken(". ".join(told) or _missing(w)))]


def decision_asked(session: Session, proposal: Proposal, w: Words) -> str:
    """What the council has to do next with it, by the state of the proposal."""
    status, body = proposal.status, _body(proposal, w)
    if status in BEFORE_THE_COUNCIL:
        return w._("none yet: the proposal is not on the agenda of a meeting")
    if status in NOTHING_ASKED:
        return w._("none: the matter is closed")
    if status is P.ON_AGENDA:
        return w._(
            "to adopt the proposal and send it to %(body)s; or to send it back for more work; or to"
            " decline it", body=body,
        )  # fmt: skip
    after = {
        P.ADOPTED: w._("none: it was adopted and is to be sent to %(body)s", body=body),
        P.SENT: _awaited(session, proposal, w),
        P.UNANSWERED: w._("to take note that %(body)s gave no answer within the term", body=body),
        P.ANSWERED: w._("to take note of the answer of %(body)s, row by row", body=body),
        P.TRACKING: w._("none: what was accepted is on its way into law"),
        P.IN_FORCE: w._("none: the effect of the changed norm is to be measured"),
        P.MEASURED: w._("to take note of the measured effect"),
    }  # fmt: skip
    return after[status]


def _awaited(session: Session, proposal: Proposal, w: Words) -> str:
    dispatch = recommendations.dispatch_of(session, proposal)
    return w._(
        "none: adopted and sent; the answer of %(body)s falls due on %(day)s",
        body=_body(proposal, w),
        day=in_words(dispatch.due_on, w.language) if dispatch else "–",
    )


def _body(proposal: Proposal, w: Words) -> str:
    found = council.addressees().get(proposal.addressee)
    return named(found, w.language) if found else w._("the body that is asked")


def meets_on(session: Session, proposal: Proposal, w: Words) -> str:
    """The meeting whose agenda it stands on, before the vote."""
    for item in meetings.items_of(session, proposal)[-1:]:
        if item.decision is None:
            day = in_words(local(item.meeting.begins_at).date(), w.language)
            return w._("Meeting %(n)s, %(day)s", n=item.meeting.number, day=day)
    return ""


def path(session: Session, proposal: Proposal, w: Words) -> Path | None:
    """The life situation it began from, step by step; or what was written about the path."""
    words = spoken(w, proposal.texts.get("path", {}))
    version, failing = _begun_from(session, proposal)
    if version is None:
        return Path(words, "", []) if words.words else None
    failed = _failures(session, proposal, version)
    rows = [
        (f"{number}. {step.title.said(w.language)}",
         _step(w, failed.get(step.key, 0), is_failing=step.key == failing))
        for number, step in enumerate(version.procedure.steps, 1)
    ]  # fmt: skip
    return Path(words, version.procedure.title.said(w.language), rows)


def _begun_from(session: Session, proposal: Proposal) -> tuple[SituationVersion | None, str]:
    if not proposal.origin.startswith(STEP):
        return None, ""
    number, _, key = proposal.origin.removeprefix(STEP).partition("/")
    return (session.get(SituationVersion, int(number)) if number.isdecimal() else None), key


def _failures(session: Session, proposal: Proposal, version: SituationVersion) -> dict[str, int]:
    if not proposal.first or not proposal.last:
        return {}
    found = consultations.breaks(session, proposal.first, proposal.last)
    return {one.step: one.failed for one in found if one.version.id == version.id}


def _step(w: Words, failed: int, *, is_failing: bool) -> str:
    count = evidence.shown(failed)
    shown = w._("failed in consultations: %(n)s",
                n=count if isinstance(count, str) else w.number(count))  # fmt: skip
    if is_failing:
        start = w._("the proposal begins from this step")
        return f"{start}; {shown}" if failed else start
    return shown if failed else ""


def options(session: Session, proposal: Proposal, w: Words) -> list[tuple[str, Spoken]]:
    """What happens if nothing is done, what is proposed, and what else was weighed."""
    others = spoken(w, proposal.texts.get("options", {}))
    return [
        (w._("Nothing is done"), Spoken(_as_it_is(w, evidence.of(session, proposal)))),
        (w._("What is proposed"), _of(proposal, "aim", w)),
        (w._("Other ways that were weighed"),
         others if others.words else Spoken(w._("none was written down"))),
    ]  # fmt: skip


def _as_it_is(w: Words, pack: EvidencePack | None) -> str:
    if pack is None:
        return w._("not counted yet: no evidence is frozen")
    total = pack.result["total"]
    return w._(
        "it goes on as in the period of the evidence: %(appeals)s appeals (E2), %(late)s matters"
        " answered late or overdue (E4), %(days)s days lost (E5)",
        appeals=w.number(total["appeals"]), late=w.number(total["late"]),
        days=w.number(total["days_late"]),
    )  # fmt: skip


def further(proposal: Proposal, w: Words) -> list[tuple[str, Spoken]]:
    """Parts that have no place in the table of the first page."""
    headings = {"risk": w._("Risks, and who loses"), "practice": w._("How others do it")}
    found = [(head, spoken(w, proposal.texts.get(part, {}))) for part, head in headings.items()]
    return [(head, one) for head, one in found if one.words]


def _of(proposal: Proposal, part: str, w: Words) -> Spoken:
    found = spoken(w, proposal.texts.get(part, {}))
    return found if found.words else Spoken(_missing(w))


def _missing(w: Words) -> str:
    return w._("not written down yet")
