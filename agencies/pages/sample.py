"""The answers that were drawn for quality control, and what was found in them."""

from collections import Counter
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies import sampling
from agencies.access import current_officer, requires
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.errors import DomainError, Invalid
from agencies.pages import pages
from agencies.pages.case import outcome_word
from agencies.pages.listing import short_name
from agencies.pages.voice import named, reason, say
from agencies.quality import CONTROLLERS
from agencies.reference import labels
from agencies.sampling import QualityPick, QualitySample

KEY = "<int(max=9223372036854775807):pick_id>"


@pages.get("/sample")
@requires(*CONTROLLERS)
def show_sample() -> ResponseReturnValue:
    return _draw(request.args.get("month", ""))


def _draw(month: str, judged: int = 0, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """`judged` is the answer whose form came back with `errors`."""
    session = db.session()
    drawn = sampling.samples(session)
    chosen = _chosen(drawn, month)
    picks = sampling.picks_of(session, chosen, by=current_officer()) if chosen else []
    page = render_template(
        "agencies/sample.html", sample=chosen, months=[(one.month, one.month.isoformat()[:7])
        for one in drawn], lines=[_line(pick) for pick in picks], agencies=_by_agency(picks),
        wanting=[(code, named(one)) for code, one in labels("quality_reason").items()],
        rule=sampling.rule_of(chosen.month) if chosen else None, judged=judged,
        errors=errors or {}, typed=request.form,
    )  # fmt: skip
    return page, 422 if errors else 200


def _chosen(drawn: list[QualitySample], month: str) -> QualitySample | None:
    """That of the month in the address, else the newest one."""
    asked = [one for one in drawn if one.month.isoformat()[:7] == month]
    return next(iter(asked or drawn), None)


def _line(pick: QualityPick) -> dict[str, Any]:
    claim, known = pick.claim, labels("quality_reason")
    return {
        "id": pick.id, "number": claim.appeal.number, "agency": short_name(pick.agency),
        "href": url_for(
            ".show_case", number=claim.appeal.number, _anchor=f"claim-{claim.id}"
        ),
        "answered_on": _day(pick), "outcome": outcome_word(claim.outcome),
        "verdict": pick.verdict, "words": pick.words, "by": pick.by.name if pick.by else "",
        "wanting": "; ".join(named(known[code]) for code in pick.wanting if code in known),
    }  # fmt: skip


def _day(pick: QualityPick) -> date | None:
    return business_date(pick.claim.answered_at) if pick.claim.answered_at else None


def _by_agency(picks: list[QualityPick]) -> list[tuple[str, int, int, int]]:
    """Name, how many were drawn, looked at, and found good; in the order of the names."""
    counted: dict[str, Counter[str]] = {}
    for pick in picks:
        counted.setdefault(short_name(pick.agency), Counter())[pick.verdict] += 1
    return [
        (name, n.total(), n.total() - n[""], n[sampling.GOOD])
        for name, n in sorted(counted.items())
    ]


@pages.post(f"/sample/{KEY}")
@requires(*CONTROLLERS)
def judge_pick(pick_id: int) -> ResponseReturnValue:
    session, form = db.session(), request.form
    pick, known = (
        sampling.pick_by_id(session, pick_id, by=current_officer()),
        labels("quality_reason"),
    )
    month = pick.sample.month.isoformat()[:7]
    try:
        sampling.judge(
            session, pick, verdict=form.get("verdict", ""), reasons=form.getlist("wanting"),
            known=known, words=form.get("words", "").replace("\x00", ""), by=current_officer(),
            now=clock(),
        )  # fmt: skip
    except Invalid as wrong:
        session.rollback()
        return _draw(month, pick_id, {name: say(text) for name, text in wrong.fields.items()})
    except DomainError as error:
        session.rollback()
        flash(reason(error), "bad")
    else:
        session.commit()
        flash(say("What you found is kept; the journal of the appeal tells it."), "good")
    return redirect(url_for(".show_sample", month=month))
