"""The acts that proposals may change, and their wording as people entered it.

A wording is kept by act, element and day of the edition, with its digest. It is never changed: a
newer edition is a newer row, and what rests on the older one is then seen to be outdated.
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

from sqlalchemy import BigInteger, ForeignKey, Identity, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.db import Base
from agencies.errors import Invalid, NotFound
from agencies.staff import Officer

DATA = Path(__file__).parent / "data"
LONGEST_TEXT = 20_000


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
    __table_args__ = (UniqueConstraint("act", "element", "edition_on"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    act: Mapped[str] = mapped_column(String(32))
    element: Mapped[str] = mapped_column(String(32))
    edition_on: Mapped[date]
    text_kk: Mapped[str]
    text_ru: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))


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


def enter(
    session: Session,
    *,
    act: str,
    element: str,
    edition_on: date,
    text_kk: str,
    text_ru: str,
    by: Officer,
    now: datetime,
) -> Wording:
    """The wording of that edition; the same one may be entered again, another one may not."""
    if act not in acts():
        raise Invalid({"act": "Choose an act of the list."})
    problems = {
        f"text_{language}": "Give the wording in both languages of the law."
        for language, text in (("kk", text_kk), ("ru", text_ru))
        if not text.strip() or len(text) > LONGEST_TEXT
    }
    if problems:
        raise Invalid(problems)
    digest = digest_of(text_kk, text_ru)
    key = {"act": act, "element": element_code(element), "edition_on": edition_on}
    found = session.scalars(select(Wording).filter_by(**key)).first()
    if found is None:
        found = Wording(
            **key, text_kk=text_kk.strip(), text_ru=text_ru.strip(), digest=digest,
            entered_by_id=by.id, entered_at=now,
        )  # fmt: skip
        session.add(found)
        session.flush()
    elif found.digest != digest:
        raise Invalid(
            {"edition_on": "This edition is already entered with another wording. Check the day."}
        )
    return found


def newest(session: Session, act: str, element: str) -> Wording | None:
    query = select(Wording).filter_by(act=act, element=element)
    return session.scalars(query.order_by(Wording.edition_on.desc()).limit(1)).first()


def newest_edition(session: Session, act: str) -> date | None:
    """The day of the newest edition of the act that any element was entered from."""
    query = select(Wording.edition_on).filter_by(act=act).order_by(Wording.edition_on.desc())
    return session.scalars(query.limit(1)).first()


def act_by_code(code: str) -> Act:
    if code not in acts():
        raise NotFound("There is no such act.")
    return acts()[code]
