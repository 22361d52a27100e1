"""How the Public Council works: quorum, terms, addressees, reasons, columns. Read from its file."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Any

from reports.norms import tree


@dataclass(frozen=True)
class Named:
    code: str
    name_kk: str
    name_ru: str
    name_en: str


@dataclass(frozen=True)
class Column:
    """`key` says what it prints, `width` is in percent of the table."""

    key: str
    width: int
    name_kk: str
    name_ru: str
    name_en: str


def rules() -> Mapping[str, Any]:
    found: Mapping[str, Any] = tree("council")["rules"]
    return found


@cache
def addressees() -> Mapping[str, Named]:
    return {row["code"]: Named(**row) for row in tree("council")["addressee"]}


@cache
def reasons() -> Mapping[str, Named]:
    """Why a recommendation was not followed."""
    return {row["code"]: Named(**row) for row in tree("council")["reason"]}


@cache
def tables() -> Mapping[str, tuple[Column, ...]]:
    """Columns of the comparative table, by the stage that asks for them."""
    return {
        row["code"]: tuple(Column(**column) for column in row["columns"])
        for row in tree("council")["table"]
    }


def quorum(members: int) -> int:
    """How many have to be present."""
    part, whole = rules()["quorum_of"]
    return max(1, ceil(int(members) * int(part) / int(whole)))


def is_majority(votes: int, present: int) -> bool:
    part, whole = rules()["majority_of"]
    return bool(votes * whole > present * part)
