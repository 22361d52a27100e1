"""What a proposal begins from: an alert (`alert:12`) or a step that failed (`step:VERSION/KEY`)."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from agencies.errors import Invalid
from reception.guide.situations import SituationVersion
from reports import naming
from reports.alerts import Alert
from reports.proposals import LANGUAGES


@dataclass(frozen=True)
class Origin:
    """`code` is kept with the proposal; `title` is what its title begins as, by language."""

    code: str
    title: dict[str, str]


def read(session: Session, code: str) -> Origin:
    """Raises Invalid where there is no such alert or step."""
    sort, _, which = code.partition(":")
    title = {"alert": _of_alert, "step": _of_step}.get(sort, _unknown)(session, which)
    if not title:
        raise Invalid({"title_kk": "What the proposal should begin from is no longer there."})
    return Origin(code, title)


def _unknown(_: Session, __: str) -> dict[str, str]:
    return {}


def _of_alert(session: Session, which: str) -> dict[str, str]:
    alert = session.get(Alert, int(which)) if which.isdecimal() else None
    if alert is None:
        return {}
    return {code: naming.names(session, [alert.series], code)[alert.series] for code in LANGUAGES}


def _of_step(session: Session, which: str) -> dict[str, str]:
    number, _, key = which.partition("/")
    version = session.get(SituationVersion, int(number)) if number.isdecimal() else None
    step = version.procedure.step(key) if version else None
    if version is None or step is None:
        return {}
    situation = version.procedure.title
    return {
        code: f"{getattr(situation, code)}: {getattr(step.title, code)}".removeprefix(": ")
        for code in LANGUAGES
    }
