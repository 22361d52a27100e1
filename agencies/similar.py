"""Appeals like a text, within one's rights: by rare words, by place and by time.

Candidates come from the index of the search (`Appeal.words`): appeals that share a rare stem or a
pair of less rare ones. How rare a stem is, PostgreSQL itself keeps in the statistics of the column,
so nothing has to be counted. The few best are then weighed by all their stems, place and time.
"""

import math
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import combinations, islice
from typing import Any

from sqlalchemy import Float, Select, Text, cast, func, literal, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.orm import Session

from agencies import places, texts
from agencies.appeals import Appeal, Applicant, ClaimStatus, visible
from agencies.db import PLANNED_ANEW
from agencies.places import Nearness, Place
from agencies.search import LONGEST_STEM, quoted
from agencies.staff import Officer

DAYS = 120
"""How far apart two appeals about one matter may lie."""
READ = 4000
MOST_STEMS = 24
"""Rarest stems of the text that are compared."""
MOST_TERMS = 30
WANTED = 300
"""Appeals of the whole register that one condition may find; a commoner word needs a companion."""
CANDIDATES = 600
WEIGHED = 40
SHOWN = 5
ALIKE = 0.3
"""Likeness from which an appeal is shown."""
MORE = {Nearness.HOUSE: 0.3, Nearness.STREET: 0.1, Nearness.UNKNOWN: 0.0, Nearness.ELSEWHERE: -0.3}
"""What nearness adds to the likeness of the words."""
SAME = {Nearness.HOUSE: 0.2, Nearness.STREET: 0.4, Nearness.UNKNOWN: 0.7, Nearness.ELSEWHERE: 2.0}
"""Likeness of the words from which both tell of the same object: never where places differ."""
SAME_SUBJECT = 0.2
"""What one topic adds to the likeness; so appeals in two languages on one house meet."""
KEPT_SECONDS = 600.0
ROUNDS, MOST_ASKED, MOST_TOGETHER = 3, 12, 200


@dataclass(frozen=True)
class Similar:
    """`score` from 0 to 1; `words` are the stems in common, the rarest first."""

    appeal_id: int
    number: str
    text: str
    language: str
    status: ClaimStatus
    district_id: int | None
    address: str
    subject_id: int | None
    received_at: datetime
    score: float
    words: tuple[str, ...]
    nearness: Nearness
    same_object: bool
    persons: tuple[str, ...] = ()
    """Names on its card, not to be shown."""


@dataclass(frozen=True)
class Asked:
    """What others are compared with. `but` is left out of the answer."""

    text: str
    language: str = ""
    address: str = ""
    district: str = ""
    subject: int | None = None
    at: datetime | None = None
    but: int | None = None


def similar(
    session: Session, asked: Asked, *, officer: Officer, now: datetime, most: int = SHOWN
) -> list[Similar]:
    """The most similar appeals that the officer may see, best first."""
    stems = _stems(f"{asked.text[:READ]} {asked.address}", asked.language)
    rarity = _rarity(session)
    terms = list(_terms(stems, rarity))
    if not terms:
        return []
    at = asked.at or now
    rows = session.execute(_candidates(terms, stems, rarity, officer, asked.but, at)).all()
    own = places.read(f"{asked.address} {asked.text}", district=asked.district)
    found = [_weighed(row, asked, stems, own, rarity) for row in rows]
    kept = [one for one in found if one.score >= ALIKE or one.same_object]
    return sorted(kept, key=lambda one: (-one.score, -one.appeal_id))[:most]


def like(
    session: Session, appeal: Appeal, *, officer: Officer, now: datetime, most: int = SHOWN
) -> list[Similar]:
    """Appeals similar to one of the register, before it and after it."""
    return similar(session, asked_of(appeal), officer=officer, now=now, most=most)


def asked_of(appeal: Appeal) -> Asked:
    district = appeal.district.code if appeal.district else ""
    return Asked(
        appeal.text, appeal.language, appeal.address, district, appeal.subject_id,
        appeal.received_at, appeal.id,
    )  # fmt: skip


def about_the_same(
    session: Session, appeal: Appeal, *, officer: Officer, now: datetime
) -> list[Similar]:
    """The cluster of an appeal: others on the same object, and those on the same as they, oldest
    first. The appeal itself is not among them.
    """
    together: dict[int, Similar] = {}
    asking = [asked_of(appeal)]
    for _ in range(ROUNDS):
        found = [
            one
            for question in asking[:MOST_ASKED]
            for one in similar(session, question, officer=officer, now=now, most=WEIGHED)
            if one.same_object and one.appeal_id != appeal.id
        ]
        new = {one.appeal_id: one for one in found if one.appeal_id not in together}
        together |= dict(islice(new.items(), MOST_TOGETHER - len(together)))
        asking = [_asked_again(one) for one in new.values() if one.nearness is Nearness.HOUSE]
        if not asking:
            break
    return sorted(together.values(), key=lambda one: (one.received_at, one.appeal_id))


def _asked_again(one: Similar) -> Asked:
    return Asked(
        one.text, one.language, one.address, "", one.subject_id, one.received_at, one.appeal_id
    )


def _stems(line: str, language: str) -> set[str]:
    return {stem[:LONGEST_STEM] for stem in texts.words(line, language or None)}


@dataclass(frozen=True)
class Rarity:
    """Shares of the appeals that hold a stem, as PostgreSQL last estimated them."""

    shares: dict[str, float]
    least: float
    appeals: float

    @cached_property
    def weights(self) -> dict[str, float]:
        return {stem: self._weight(share) for stem, share in self.shares.items()}

    @cached_property
    def most(self) -> float:
        """The weight of one that is in no statistics."""
        return self._weight(self.least)

    def share(self, stem: str) -> float:
        return self.shares.get(stem, self.least)

    def weight(self, stem: str) -> float:
        """One that every appeal holds weighs next to nothing."""
        return self.weights.get(stem, self.most)

    def _weight(self, share: float) -> float:
        return math.log(1 / min(share, 1.0)) + 0.05


_kept: dict[str, tuple[float, Rarity]] = {}
_STATISTICS = text(
    "SELECT s.most_common_elems::text::text[] AS stems, s.most_common_elem_freqs AS shares,"
    " (SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = 'appeal'::regclass) AS appeals"
    " FROM (SELECT 1) AS one LEFT JOIN pg_stats AS s"
    " ON s.schemaname = current_schema() AND s.tablename = 'appeal' AND s.attname = 'words'"
)


def _rarity(session: Session) -> Rarity:
    """Kept in the process for some minutes; in a young register every stem counts alike."""
    address = str(session.get_bind().engine.url)
    read_at, found = _kept.get(address, (0.0, None))
    if found is None or time.monotonic() - read_at > KEPT_SECONDS:
        row = session.execute(_STATISTICS).one()
        shares = dict(zip(row.stems or (), row.shares or (), strict=False))
        appeals = max(float(row.appeals), 1.0)
        least = min(min(shares.values(), default=0.01), 1.0)
        found = Rarity(shares, max(least / 2, 0.5 / appeals) if shares else 0.01, appeals)
        _kept[address] = (time.monotonic(), found)
    return found


def forget() -> None:
    _kept.clear()


def _terms(stems: Collection[str], rarity: Rarity) -> Iterator[str]:
    """Conditions of the index, a rare stem each, alone or with any of its companions.

    Said once before its companions, a stem costs PostgreSQL half of what it costs with each.
    """
    companions: dict[str, list[tuple[str, ...]]] = {}
    for first, *others in _narrow(stems, rarity):
        companions.setdefault(first, []).append(tuple(others))
    for first, groups in companions.items():
        either = " | ".join(f"({' & '.join(map(quoted, group))})" for group in groups if group)
        yield f"({quoted(first)} & ({either}))" if either else quoted(first)


def _narrow(stems: Collection[str], rarity: Rarity) -> list[tuple[str, ...]]:
    """What is rare enough to ask for: a stem, or two or three common ones; the rarest first."""
    rarest = _rarest(stems, rarity)
    enough = WANTED / rarity.appeals
    alone = [stem for stem in rarest if rarity.share(stem) <= enough]
    others = [stem for stem in rarest if stem not in alone][:10]
    pairs = [p for p in combinations(others, 2) if math.prod(map(rarity.share, p)) <= enough]
    narrow: list[tuple[str, ...]] = [*((stem,) for stem in alone), *pairs]
    narrow = narrow or [*combinations(others, 3)] or [tuple(others)]
    chosen = sorted(narrow, key=lambda t: math.prod(map(rarity.share, t)))
    return [together for together in chosen[:MOST_TERMS] if together]


def _rarest(stems: Collection[str], rarity: Rarity) -> list[str]:
    return sorted(stems, key=lambda stem: (rarity.share(stem), stem))[:MOST_STEMS]


def _candidates(
    terms: list[str], stems: Collection[str], rarity: Rarity, officer: Officer,
    but: int | None, at: datetime,
) -> Select[Any]:  # fmt: skip
    """The appeals that share most of the rare stems, with what is needed to weigh them."""
    near = visible(select(Appeal.id, Appeal.words), officer).where(
        Appeal.words.op("@@")(cast(literal(" | ".join(terms)), TSQUERY)),
        Appeal.special == "",
        Appeal.received_at.between(at - timedelta(days=DAYS), at + timedelta(days=DAYS)),
    )
    if but is not None:
        near = near.where(Appeal.id != but)
    chosen = near.limit(CANDIDATES).subquery()
    rarest = _rarest(stems, rarity)
    held: Any = (
        func.unnest(func.tsvector_to_array(chosen.c.words)).table_valued("stem").render_derived()
    )
    weights = (
        func.unnest(
            cast(rarest, ARRAY(Text)),
            cast([rarity.weight(stem) for stem in rarest], ARRAY(Float)),
        )
        .table_valued("stem", "weight")
        .render_derived()
    )
    ranked = (
        select(chosen.c.id, func.sum(weights.c.weight).label("common"))
        .select_from(chosen)
        .join(held, true())
        .join(weights, weights.c.stem == held.c.stem)
        .group_by(chosen.c.id)
        .order_by(text("2 DESC"), chosen.c.id.desc())
        .limit(WEIGHED)
        .subquery()
    )
    return select(
        Appeal.id, Appeal.number, func.left(Appeal.text, READ).label("text"), Appeal.language,
        Appeal.status, Appeal.district_id, Appeal.address, Appeal.subject_id,
        Appeal.received_at, func.tsvector_to_array(Appeal.words).label("stems"),
        Applicant.name, Applicant.representative,
    ).join(ranked, ranked.c.id == Appeal.id).outerjoin(
        Applicant, Applicant.id == Appeal.applicant_id
    ).execution_options(**PLANNED_ANEW)  # fmt: skip


def _weighed(row: Any, asked: Asked, stems: set[str], own: Place, rarity: Rarity) -> Similar:
    """Words of the addresses do not count as common words: nearness tells of them."""
    where = _stems(f"{asked.address} {row.address}", row.language)
    ours, theirs = ({s for s in said if s not in where and not s.isdigit()}
                    for said in (stems, row.stems))  # fmt: skip
    common = sorted(ours & theirs, key=lambda stem: (rarity.share(stem), stem))
    likeness = _square(common, rarity) / math.sqrt(
        (_square(ours, rarity) * _square(theirs, rarity)) or 1.0
    )
    nearness = own.nearness(places.read(f"{row.address} {row.text}"))
    if asked.subject is not None and asked.subject == row.subject_id:
        likeness += SAME_SUBJECT
    return Similar(
        row.id, row.number, row.text, row.language, row.status, row.district_id, row.address,
        row.subject_id, row.received_at, round(max(0.0, min(1.0, likeness + MORE[nearness])), 3),
        tuple(common[:6]), nearness, likeness >= SAME[nearness],
        tuple(filter(None, (row.name, row.representative))),
    )  # fmt: skip


def _square(stems: Collection[str], rarity: Rarity) -> float:
    return sum(rarity.weight(stem) ** 2 for stem in stems)
