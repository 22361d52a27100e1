"""The acts that proposals may change, and their wording as people entered it.

A wording is kept by act, element and day of the edition, with its digest. It is never changed: a
newer edition is a newer row, and what rests on the older one is then seen to be outdated. A wrong
one is taken back with a reason: it stays on record and counts no more.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies.calendar import business_date
from agencies.db import Base
from agencies.errors import Invalid, NotFound, WrongStatus
from agencies.staff import Officer
from reports import personal

DATA = Path(__file__).parent / "data"
LONGEST_TEXT = 20_000
LONGEST_REASON = 2000
ANOTHER = (
    "This edition is already on record with another wording. Check the day, or say below why that"
    " wording was wrong."
)


@dataclass(frozen=True)
class Act:
    """`rank` orders acts of different force: codes stand before laws."""

    code: str
    rank: int
    adopted: date
    number: str
    verified: bool
    name_kk: str
    name_ru: str
    name_en: str

    @property
    def place(self) -> tuple[int, date, str]:
        return self.rank, self.adopted, self.code


class Wording(Base):
    """The text of one element in one edition, in both languages of the law."""

    __tablename__ = "norm_wording"
    __table_args__ = (UniqueConstraint("act", "element", "edition_on", "turn"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    act: Mapped[str] = mapped_column(String(32))
    element: Mapped[str] = mapped_column(String(32))
    edition_on: Mapped[date]
    text_kk: Mapped[str]
    text_ru: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    turn: Mapped[int] = mapped_column(default=1, server_default="1")
    """1 for what was entered first; a correction is the next one."""
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))

    entered_by: Mapped[Officer] = relationship()
    taken_back: Mapped["TakenBack | None"] = relationship(back_populates="wording")


class TakenBack(Base):
    """That a wording was wrong: who saw it, when and why."""

    __tablename__ = "wording_taken_back"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    wording_id: Mapped[int] = mapped_column(ForeignKey("norm_wording.id"), unique=True)
    reason: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))

    wording: Mapped[Wording] = relationship(back_populates="taken_back")


@cache
def acts() -> Mapping[str, Act]:
    """By code, in the order of a comparative table."""
    rows = [Act(**row) for row in tree("acts")["act"]]
    return {act.code: act for act in sorted(rows, key=lambda act: act.place)}


@cache
def tree(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def element_code(text: str) -> str:
    """`25-2-1`: article, paragraph, subparagraph. Raises Invalid.

    Articles that were put in later keep their own hyphen: `25/1-2` is paragraph 2 of article 25-1.
    """
    code = re.sub(r"\s+", "", text)
    if not re.fullmatch(r"\d+(/\d+)?(-\d+(/\d+)?){0,3}", code):
        raise Invalid({"element": "Write the element as article-paragraph-subparagraph: 25-2-1."})
    return code


def natural(element: str) -> list[int]:
    """A key that puts article 9 before article 10."""
    return [int(part) for part in re.split(r"[-/]", element)]


def digest_of(text_kk: str, text_ru: str) -> str:
    """Of the words alone: a space more or less is no other wording."""
    kept = "\n".join(" ".join(text.split()) for text in (text_kk, text_ru))
    return hashlib.sha256(kept.encode()).hexdigest()


def must_be_edition(act: Act, edition_on: date, *, now: datetime) -> None:
    """An edition is of a day between the act and today. Raises Invalid."""
    if edition_on > business_date(now):
        raise Invalid({"edition_on": "This day is still to come."})
    if edition_on < act.adopted:
        raise Invalid({"edition_on": "An edition is not older than its act. Check the day."})


def enter(
    session: Session, *, act: str, element: str, edition_on: date, text_kk: str, text_ru: str,
    by: Officer, now: datetime, correction: str = "",
) -> Wording:  # fmt: skip
    """The wording of that edition; the same one may be entered again.

    Another one may be entered only with a reason why the one on record was wrong: `correction`.
    """
    must_be_edition(_listed(act), edition_on, now=now)
    _must_be_whole(text_kk, text_ru)
    found = on_record(session, act, element, edition_on)
    digest = digest_of(text_kk, text_ru)
    if found is not None and found.digest == digest:
        return found
    if found is not None:
        _correct(session, found, correction, by=by, now=now)
    made = Wording(
        act=act, element=element_code(element), edition_on=edition_on, digest=digest,
        text_kk=text_kk.strip(), text_ru=text_ru.strip(), entered_by_id=by.id, entered_at=now,
        turn=_next_turn(session, act, element, edition_on),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _correct(
    session: Session, found: Wording, correction: str, *, by: Officer, now: datetime
) -> None:
    if not correction.strip():
        raise Invalid({"edition_on": ANOTHER, "correction": "Say why in a sentence."})
    take_back(session, found, reason=correction, by=by, now=now, field="correction")


def take_back(
    session: Session, wording: Wording, *, reason: str, by: Officer, now: datetime,
    field: str = "reason",
) -> TakenBack:  # fmt: skip
    """It stays on record with the reason; whatever rests on it is outdated from now on."""
    if len(reason.strip()) < 10:
        raise Invalid({field: "Say why in a sentence."})
    if len(reason) > LONGEST_REASON:
        raise Invalid({field: "This is too long."})
    personal.must_be_free(reason, field=field)
    if wording.taken_back is not None:
        raise WrongStatus("This wording is taken back already.")
    made = TakenBack(wording=wording, reason=reason.strip(), at=now, by_id=by.id)
    session.add(made)
    session.flush()
    return made


def on_record(session: Session, act: str, element: str, edition_on: date) -> Wording | None:
    """What counts for that edition of the element."""
    own = {"act": act, "element": element_code(element), "edition_on": edition_on}
    return session.scalars(_standing().filter_by(**own)).first()


def newest(session: Session, act: str, element: str) -> Wording | None:
    query = _standing().filter_by(act=act, element=element)
    return session.scalars(query.order_by(Wording.edition_on.desc()).limit(1)).first()


def standing(session: Session) -> list[Wording]:
    """All that count, in the order of the acts; the newest edition of an element first."""
    found = session.scalars(_standing())
    return sorted(
        found,
        key=lambda one: (
            act_by_code(one.act).place, natural(one.element), -one.edition_on.toordinal()
        ),
    )  # fmt: skip


def _standing() -> Select[Wording]:
    return select(Wording).where(~Wording.taken_back.has())


def _next_turn(session: Session, act: str, element: str, edition_on: date) -> int:
    own = {"act": act, "element": element_code(element), "edition_on": edition_on}
    return len(session.scalars(select(Wording.id).filter_by(**own)).all()) + 1


def _listed(code: str) -> Act:
    if code not in acts():
        raise Invalid({"act": "Choose an act of the list."})
    return acts()[code]


def _must_be_whole(text_kk: str, text_ru: str) -> None:
    problems = {
        f"current_{language}": "Give the wording in both languages of the law."
        for language, text in (("kk", text_kk), ("ru", text_ru))
        if not text.strip() or len(text) > LONGEST_TEXT
    }
    if problems:
        raise Invalid(problems)


def act_by_code(code: str) -> Act:
    if code not in acts():
        raise NotFound("There is no such act.")
    return acts()[code]
