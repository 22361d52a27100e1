"""Our numbers beside those of the national register of appeals, and where the two differ.

The national register is the one that counts; ours is the hall's own. There is no interface between
them, so numbers are typed in, or come with a file that the register gives out.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, lazyload

from agencies import journal
from agencies.appeals import Appeal
from agencies.directory import Origin
from agencies.errors import Invalid
from agencies.staff import Officer

LONGEST = 64
MOST_LINES = 100_000
COLUMNS = ("number", "registered_on")
OWN = "our_number"
UNREADABLE = "Line %(line)s cannot be read."
NO_NUMBER = (
    "Line %(line)s, column %(column)s: a number of the register is needed, of 64 letters at most."
)
NO_DAY = "Line %(line)s, column %(column)s: a day such as 2026-11-23 is needed."


@dataclass(frozen=True)
class Line:
    """A row of the register's file. `own` is our number where the register knows it."""

    number: str
    registered_on: date
    own: str


@dataclass(frozen=True)
class Difference:
    """`what` is a code that pages have words for; the others are numbers or days as they stand."""

    what: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class Comparison:
    read: int
    same: int
    kept: int
    differences: tuple[Difference, ...]


def unnumbered(session: Session, *, most: int = 100) -> tuple[int, list[Appeal]]:
    """How many appeals have no number of the register yet, and the oldest of them."""
    wanted = (Appeal.eotinish_number == "", Appeal.source == Origin.HALL)
    count = session.scalar(select(func.count(Appeal.id)).where(*wanted)) or 0
    query = select(Appeal).where(*wanted).order_by(Appeal.registered_on, Appeal.id).limit(most)
    return count, list(session.scalars(query.options(lazyload("*"))))


def twice(session: Session) -> list[tuple[str, list[str]]]:
    """Numbers that stand on more than one appeal, with those appeals."""
    ours = func.array_agg(Appeal.number)
    query = select(Appeal.eotinish_number, ours).where(Appeal.eotinish_number != "")
    query = query.group_by(Appeal.eotinish_number).having(func.count() > 1)
    return [(number, sorted(found)) for number, found in session.execute(query)]


def set_number(
    appeal: Appeal, number: str, *, on: date | None = None, by: Officer, now: datetime
) -> None:
    """The caller holds the appeal. Raises Invalid (`national`)."""
    plain = number.strip()
    if not plain or len(plain) > LONGEST or not plain.isprintable():
        raise Invalid({"national": "Write the number of the national register."})
    if appeal.eotinish_number != plain:
        appeal.eotinish_number = plain
        journal.append(appeal, "numbered", by=by, now=now, number=plain)
    appeal.eotinish_registered_on = on or appeal.eotinish_registered_on


def read_file(content: bytes) -> list[Line]:
    """CSV in UTF-8 with a header; commas or semicolons. Raises Invalid (`file`), which names the
    first line that is wrong.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid({"file": "The file is not text in UTF-8."}) from None
    head = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in head else ",")
    if not set(COLUMNS) <= set(rows.fieldnames or ()):
        raise Invalid({"file": "The first line has to name the columns number and registered_on."})
    try:
        found = [_line(row, rows.line_num) for row in rows]
    except csv.Error:
        raise Invalid({"file": UNREADABLE}, line=rows.line_num + 1) from None
    if len(found) > MOST_LINES:
        raise Invalid({"file": "This is too long."})
    return found


def _line(row: dict[str, str], at: int) -> Line:
    number, day = ((row[name] or "").strip() for name in COLUMNS)
    if not number or len(number) > LONGEST or "\0" in number:
        raise Invalid({"file": NO_NUMBER}, line=at, column=COLUMNS[0])
    try:
        registered_on = date.fromisoformat(day)
    except ValueError:
        raise Invalid({"file": NO_DAY}, line=at, column=COLUMNS[1]) from None
    return Line(number, registered_on, (row.get(OWN) or "").strip().upper().replace("\0", ""))


def compare(
    session: Session, lines: list[Line], *, keep: bool, by: Officer, now: datetime
) -> Comparison:
    """Where the file and our register differ, from the first to the last day of the file.

    With `keep` a number that the file gives for an appeal of ours without one is written down.
    """
    ours = _appeals(session, lines)
    by_national = {a.eotinish_number: a for a in ours if a.eotinish_number}
    by_own = {a.number: a for a in ours}
    kept, found, same = 0, list[Difference](), 0
    for line in lines:
        appeal = by_national.get(line.number) or by_own.get(line.own)
        if appeal is not None and not appeal.eotinish_number and keep:
            set_number(appeal, line.number, on=line.registered_on, by=by, now=now)
            kept += 1
        difference = _difference(line, appeal)
        same += difference is None
        found += [difference] if difference else []
    found += _twice_in(lines)
    found += _not_there(ours, lines)
    return Comparison(len(lines), same, kept, tuple(found))


def _appeals(session: Session, lines: list[Line]) -> list[Appeal]:
    """Those of the file's days, and those that it names, locked in one order for writing."""
    if not lines:
        return []
    days = [line.registered_on for line in lines]
    wanted = (
        Appeal.registered_on.between(min(days), max(days))
        | Appeal.eotinish_number.in_([line.number for line in lines])
        | Appeal.number.in_([line.own for line in lines if line.own])
    )
    query = (
        select(Appeal)
        .where(wanted, Appeal.source == Origin.HALL)
        .order_by(Appeal.received_at, Appeal.id)
    )
    return list(session.scalars(query.options(lazyload("*")).with_for_update(of=Appeal)))


def _difference(line: Line, appeal: Appeal | None) -> Difference | None:
    if appeal is None:
        return Difference("not_here", line.own, line.number)
    if not appeal.eotinish_number:
        return Difference("no_number", appeal.number, line.number)
    if appeal.eotinish_number != line.number:
        return Difference("other_number", appeal.number, line.number)
    if appeal.registered_on != line.registered_on:
        return Difference("other_day", f"{appeal.number}: {appeal.registered_on}",
                          f"{line.number}: {line.registered_on}")  # fmt: skip
    return None


def _twice_in(lines: Iterable[Line]) -> list[Difference]:
    counted = Counter(line.number for line in lines)
    return [Difference("twice_there", "", n) for n, times in sorted(counted.items()) if times > 1]


def _not_there(ours: list[Appeal], lines: list[Line]) -> list[Difference]:
    """Appeals whose number the file does not have, though it covers their day."""
    known = {line.number for line in lines}
    return [
        Difference("not_there", appeal.number, appeal.eotinish_number)
        for appeal in ours
        if appeal.eotinish_number and appeal.eotinish_number not in known
    ]
