"""Situations of a file enter the guide: new ones unconfirmed, changed ones beside what is there."""

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies import reference
from agencies.calendar import business_date
from reception.guide import law, lines
from reception.guide.law import LegalAct, ReferenceRate
from reception.guide.lines import SituationLine, Supplement
from reception.guide.procedure import Procedure
from reception.guide.situations import ONE_DAY, Situation, SituationVersion, VersionState

DATA = Path(__file__).parent / "data"
IMPORTED = "Imported; to be confirmed by an editor"


@dataclass(frozen=True)
class Known:
    """A situation as it stands before the file comes."""

    situation: Situation
    newest: SituationVersion


def seed(session: Session, *, now: datetime) -> None:
    """Rates, and the situations that come with the house. The caller commits."""
    reference.put_dated(session, ReferenceRate, _rates(), lambda rate: (rate.code, rate.valid_from))
    known = present(session)
    for text in _file("life_situations.jsonl"):
        line = lines.read_line(text)
        enter(session, line, known=known, own=supplements().get(line.slug), now=now)
    session.flush()


def slugs_of_the_house() -> list[str]:
    """Slugs of the situations that come with the house."""
    return [lines.read_line(text).slug for text in _file("life_situations.jsonl")]


def _rates() -> Iterator[dict[str, Any]]:
    yield from _tree("rates")["rate"]


def _tree(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def _file(name: str) -> list[str]:
    text = (DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip()]


@cache
def supplements() -> dict[str, Supplement]:
    """What the house adds to the released lines, by slug."""
    more = _tree("branches")
    titles = {row["slug"]: row["kk"] for row in _table("titles")}
    phrases = {row["en"]: row for row in _table("phrases")}
    found = {}
    for line in map(lines.read_line, _file("life_situations.jsonl")):
        texts = {code: _translated(line, phrases, code) for code in ("kk", "ru")}
        texts["kk"]["title"] = titles.get(line.slug, "")
        texts["en"] = {"caveat": _for_visitors(line.caveat, phrases)}
        found[line.slug] = Supplement(texts, more.get(line.slug, {}))
    return found


def _table(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _translated(
    line: SituationLine, phrases: dict[str, dict[str, str]], code: str
) -> dict[str, Any]:
    """Texts of one language, each an empty one where no phrase is known."""

    def said(english: str | None) -> str:
        return phrases[english][code] if english in phrases else ""

    names = ("result", "fee", "term", "agency", "caveat")
    single = {name: said(getattr(line, name)) for name in names}
    steps, papers = map(said, line.steps), map(said, line.documents)
    return single | {"lead": single["result"], "steps": list(steps), "documents": list(papers)}


def _for_visitors(caveat: str | None, phrases: dict[str, dict[str, str]]) -> str:
    """The caution in plain words; empty where the line speaks to editors alone."""
    plain = phrases.get(caveat or "", {}).get("plain", "")
    return "" if plain == "-" else plain or caveat or ""


def present(session: Session) -> dict[str, Known]:
    """Situations by slug with their newest version, in two statements."""
    newest: dict[int, SituationVersion] = {}
    for version in session.scalars(select(SituationVersion).order_by(SituationVersion.no)):
        newest[version.situation_id] = version
    every = session.scalars(select(Situation))
    return {one.slug: Known(one, newest[one.id]) for one in every if one.id in newest}


def enter(
    session: Session,
    line: SituationLine,
    *,
    known: dict[str, Known],
    now: datetime,
    own: Supplement | None = None,
) -> bool:
    """Whether the line changed something. `known` is kept up to date.

    What an editor has confirmed or is writing is never replaced: the line becomes a draft beside
    it, or waits until the draft is done.
    """
    there, content = known.get(line.slug), lines.procedure(line, own)
    same = there is not None and there.situation.digest == lines.digest(line)
    if there is not None and same and (own is None or not _replaces(there, content)):
        return False
    cite(session, line)
    if there is None:
        known[line.slug] = _begin(session, line, content, now)
    else:
        known[line.slug] = _go_on(session, there, line, content, now)
    return True


def _replaces(there: Known, content: Procedure) -> bool:
    """Whether the house's own edition of an unconfirmed situation has changed."""
    mine = there.newest.state is VersionState.PUBLISHED and not there.newest.confirmed
    return mine and there.newest.content != _plain(content)


def _plain(content: Procedure) -> dict[str, Any]:
    return content.model_dump(mode="json", exclude_defaults=True)


def _begin(session: Session, line: SituationLine, content: Procedure, now: datetime) -> Known:
    situation = Situation(
        code=next_code(session), slug=line.slug, category=line.category, audience=line.audience,
        origin=lines.origin(line), digest=lines.digest(line), changed_at=now,
    )  # fmt: skip
    version = SituationVersion(
        situation=situation, no=1, state=VersionState.PUBLISHED, content=_plain(content),
        change_note=IMPORTED, created_at=now, changed_at=now,
    )  # fmt: skip
    session.add_all([situation, version])
    session.flush()
    return Known(situation, version)


def _go_on(
    session: Session, there: Known, line: SituationLine, content: Procedure, now: datetime
) -> Known:
    situation, newest, today = there.situation, there.newest, business_date(now)
    situation.digest, situation.origin = lines.digest(line), lines.origin(line)
    situation.category, situation.audience = line.category, line.audience
    situation.changed_at = now
    if newest.state in (VersionState.DRAFT, VersionState.IN_REVIEW):
        return there
    if not newest.confirmed and newest.valid_from is None and newest.valid_to is None:
        newest.valid_to = today - ONE_DAY
    elif not newest.confirmed:
        newest.content, newest.changed_at = _plain(content), now
        return there
    session.flush()
    version = SituationVersion(
        situation=situation, no=newest.no + 1, content=_plain(content), change_note=IMPORTED,
        state=VersionState.DRAFT if newest.confirmed else VersionState.PUBLISHED,
        valid_from=None if newest.confirmed else today, created_at=now, changed_at=now,
    )  # fmt: skip
    session.add(version)
    session.flush()
    return Known(situation, version)


def cite(session: Session, line: SituationLine) -> None:
    """The act that a line cites is entered as one that nobody has looked up yet."""
    if not line.legal_basis:
        return
    code = law.code_of(line.legal_basis)
    if session.get(LegalAct, code) is None:
        state = law.ActState.REPEALED if "(repealed" in line.legal_basis else law.ActState.UNKNOWN
        session.add(LegalAct(code=code, title=line.legal_basis, state=state))
        session.flush()


def next_code(session: Session) -> str:
    """LS-0001 and on; numbers are never used twice."""
    last = session.scalar(select(func.max(Situation.id))) or 0
    return f"LS-{last + 1:04d}"
