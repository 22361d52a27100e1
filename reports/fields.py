"""Fields of a form about a proposal, and what came back from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.directory import Agency, Origin, Subject
from agencies.errors import Invalid
from reception.language import named
from reports import proposals
from reports.council import Named

Option = tuple[str, str]


@dataclass(frozen=True)
class Field:
    """`kind` as in the field component, or `many` for a list of boxes to tick."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    options: tuple[Option, ...] = ()
    chosen: frozenset[str] = frozenset()
    optional: bool = False


@dataclass(frozen=True)
class Sent:
    """What came back from a form."""

    values: Mapping[str, str]
    lists: Mapping[str, list[str]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def day(self, name: str) -> date:
        try:
            return date.fromisoformat(self[name])
        except ValueError as error:
            raise Invalid({name: "Choose a day."}) from error

    def number(self, name: str) -> int:
        if not self[name].isdecimal():
            raise Invalid({name: "Write a number."})
        return int(self[name][:6])

    def words(self, name: str) -> dict[str, str]:
        return {code: self[f"{name}_{code}"] for code in proposals.LANGUAGES}

    def many(self, name: str) -> list[str]:
        return self.lists.get(name, [])


def in_three(
    name: str, label: str, values: Mapping[str, str], kind: str = "textarea"
) -> list[Field]:
    names = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
    return [
        Field(f"{name}_{code}", f"{label} · {names[code]}", kind, values.get(code, ""),
              optional=code == "en")
        for code in proposals.LANGUAGES
    ]  # fmt: skip


def options(session: Session, sort: str) -> tuple[Option, ...]:
    record: Any = Subject if sort == "subjects" else Agency
    query = select(record).where(record.origin == Origin.HALL).order_by(record.code)
    return tuple((one.code, f"{one.code} {named(one)}") for one in session.scalars(query))


def names_of(found: Mapping[str, Named]) -> tuple[Option, ...]:
    return tuple((code, named(one)) for code, one in found.items())
