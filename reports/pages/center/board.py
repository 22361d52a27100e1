"""The city board, the sources and the table beside appeals, in the words of a reader."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from reception.language import named
from reports import naming
from reports.center import beside, explorer, overview, wording
from reports.center.beside import Beside
from reports.center.overview import Glance
from reports.center.sources import System
from reports.pages.alerts import WORDS_OF_STATES
from reports.pages.center.indicator import LABELS, TONES, change, target
from reports.pages.center.pictures import period
from reports.wording import NOTHING, Words

STATES = {
    "quiet": "nothing new for long",
    "failing": "the last attempt failed",
    "fresh": "delivers as promised",
    "waiting": "no delivery yet",
    "planned": "not connected yet",
    "files": "sends files",
}
STATE_TONES = {
    "quiet": "bad", "failing": "warn", "fresh": "good", "waiting": "info", "planned": "quiet",
    "files": "info",
}  # fmt: skip


def tiles(session: Session, words: Words) -> list[dict[str, Any]]:
    glances = overview.glances(session, overview.headlines(session))
    return [_tile(words, each) for each in glances]


def _tile(words: Words, glance: Glance) -> dict[str, Any]:
    one, now = glance.indicator, glance.now
    return {
        "code": one.code, "name": named(one), "theme": wording.theme(words, one.theme),
        "value": wording.amount(words, one, now.value if now else None),
        "unit": wording.unit(words, one) if now else "", "period": period(words, now),
        "before": change(words, glance), "target": target(words, glance),
        "word": words._(LABELS[glance.standing]), "tone": TONES[glance.standing],
        "source": named(one.source) if one.source else "",
    }  # fmt: skip


def source(words: Words, system: System, *, opens: bool) -> dict[str, Any]:
    """`opens`: the reader may open alerts, and is told who looks into one."""
    one = system.source
    return {
        "name": named(one), "owner": one.owner, "indicators": words.number(system.indicators),
        "word": words._(STATES[system.state]), "tone": STATE_TONES[system.state],
        "last": _moment(words, system.last.received_at if system.last else None),
        "accepted": words.number(system.last.accepted) if system.last else NOTHING,
        "rejected": words.number(system.last.rejected) if system.last else NOTHING,
        "licence": one.licence, "silence": _silence(words, system, opens=opens),
    }  # fmt: skip


def _silence(words: Words, system: System, *, opens: bool) -> dict[str, Any] | None:
    since, alert = system.source.quiet_since, system.alert
    if since is None or alert is None:
        return None
    person = alert.officer.name if alert.officer and opens else ""
    return {
        "since": words.day(since), "word": words._(WORDS_OF_STATES[alert.state][0]),
        "person": person, "alert": alert.id if opens else None,
    }  # fmt: skip


def _moment(words: Words, moment: datetime | None) -> str:
    return words.day(moment) if moment else NOTHING


def beside_appeals(session: Session, words: Words, *, today: date) -> list[dict[str, Any]]:
    """Each pair whose indicator is known; the districts in the order of the city's list."""
    pairs = beside.pairs()
    known = overview.by_code(session, [pair.indicator for pair in pairs])
    topics = naming.names(session, [f"category:{pair.topic}" for pair in pairs], words.language)
    areas = explorer.areas(session)
    return [
        _pair(words, beside.beside(session, pair, known[pair.indicator], today=today), areas,
              topics[f"category:{pair.topic}"])
        for pair in pairs
        if pair.indicator in known
    ]  # fmt: skip


def _pair(words: Words, found: Beside, areas: Any, topic: str) -> dict[str, Any]:
    one = found.indicator
    return {
        "code": one.code, "name": named(one), "unit": wording.unit(words, one), "topic": topic,
        "rows": [
            {
                "district": named(areas[each.code]),
                "value": wording.amount(words, one, each.value.value if each.value else None),
                "period": period(words, each.value),
                "appeals": words._("fewer than 5") if each.appeals is None
                else words.number(each.appeals),
                "value_width": _width(each.value.value if each.value else 0,
                                      [d.value.value for d in found.districts if d.value]),
                "appeals_width": _width(each.appeals or 0, [d.appeals for d in found.districts]),
            }
            for each in found.districts
        ],
    }  # fmt: skip


def _width(value: Any, others: list[Any]) -> int:
    """Percent of the longest bar."""
    longest = max((float(each) for each in others if each is not None), default=0.0)
    return round(100 * float(value or 0) / longest) if longest > 0 else 0
