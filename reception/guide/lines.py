"""A line of a situations file, read and turned into a procedure.

The given shape is flat: steps are sentences, and papers, fee, term and result belong to the whole.
They are laid on the step that hands something in, the fee on the step that pays, the result on the
last one. A supplement of ours may name those steps, add questions and give the other languages.
"""

import hashlib
import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reception.guide import law
from reception.guide.procedure import (
    Channel,
    Document,
    Fact,
    Fee,
    Language,
    LegalRef,
    Outcome,
    Procedure,
    Step,
    Term,
    Text,
    Unit,
)
from reception.guide.situations import CATEGORIES

Sentence = Annotated[str, Field(min_length=1, max_length=2000)]
Wording = Annotated[str, Field(max_length=2000)]
HANDS_IN = re.compile(
    r"\b(apply|file|fill|hand|request|register|come|submit|notify|attach|sign|bring)\b",
    re.IGNORECASE,
)
PAYS = re.compile(r"\b(pay|fee|duty)\b", re.IGNORECASE)
OUTCOMES: tuple[tuple[str, str], ...] = (
    (r"\b(payments?|allowance|benefit|pension|cash)\b", "payment"),
    (r"\b(status|registration|registered|place in|enrolment|entry)\b", "status"),
    (r"\b(referral|voucher)\b", "referral"),
)
WAYS = {
    "front-desk": "desk", "online": "online", "call-centre": "phone", "sms": "sms",
    "bank-app": "bank_app", "school": "place",
}  # fmt: skip
AGENCIES: tuple[tuple[str, str], ...] = (
    (r"consulate|embass", ""),
    (r"employment|social programmes|career|social protection|labour", "social"),
    (r"public service centre|state corporation|registry|specialised", "tson"),
    (r"architecture|land|licensor", "architecture"),
    (r"housing", "housing"),
    (r"education|school", "education"),
    (r"police|migration|internal affairs", "police"),
    (r"revenue|tax", "revenue"),
    (r"environment|veterinary", "ecology"),
    (r"clinic|medical", "health"),
    (r"parking|transport", "transport_roads"),
    (r"zharyk", "utilities"),
    (r"district akimat|akims|akimat|executive bod", "akimat"),
)
"""Words of the agency's name as given, and the code of the hall's agency; the first one counts."""


class SituationLine(BaseModel):
    """One line of the file. Keys that it does not know are left alone."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    slug: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=120)]
    category: str
    title: dict[str, Wording]
    title_languages_from_source: list[str] = []
    audience: Literal["resident", "business", "guest"] = "resident"
    steps: Annotated[list[Sentence], Field(min_length=1, max_length=60)]
    documents: Annotated[list[Sentence], Field(max_length=60)] = []
    fee: Wording | None = None
    fee_mci: Annotated[Decimal, Field(ge=0, le=100_000)] | None = None
    term: Wording | None = None
    term_value: Annotated[int, Field(ge=1, le=3650)] | None = None
    term_unit: Unit | None = None
    result: Sentence
    legal_basis: Wording | None = None
    agency: Wording = ""
    channels: list[str] = []
    source_url: Wording = ""
    source_language: str = "en"
    source_kind: str = ""
    as_of: str | None = None
    completeness: str = ""
    caveat: Wording | None = None


class UnreadableLine(ValueError):
    """Says in one line what is wrong with a line."""


@dataclass(frozen=True)
class Supplement:
    """What our own file adds to a line: texts of the other languages, questions, step details."""

    texts: dict[str, dict[str, Any]] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)


def read_line(text: str) -> SituationLine:
    try:
        raw = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise UnreadableLine("this line is not JSON") from None
    if not isinstance(raw, dict):
        raise UnreadableLine("this line is no JSON object")
    if "\\u0000" in text:
        raise UnreadableLine("this line holds a NUL character")
    try:
        line = SituationLine.model_validate(raw)
    except ValidationError as found:
        wrong = found.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in wrong["loc"])
        raise UnreadableLine(f"{place}: {wrong['msg'].lower()}") from None
    return _sensible(line)


def _sensible(line: SituationLine) -> SituationLine:
    if line.category not in CATEGORIES:
        raise UnreadableLine(f"category: “{line.category}” is none of {', '.join(CATEGORIES)}")
    if not any(line.title.get(language) for language in ("kk", "ru", "en")):
        raise UnreadableLine("title: no language of kk, ru, en has a title")
    if (line.term_value is None) != (line.term_unit is None):
        raise UnreadableLine("term: a value needs a unit, and a unit a value")
    unknown = [way for way in line.channels if way not in WAYS]
    if unknown:
        raise UnreadableLine(f"channels: “{unknown[0]}” is none of {', '.join(WAYS)}")
    return line


def digest(line: SituationLine) -> str:
    """The same for the same facts, however the line is written."""
    plain = json.dumps(line.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def origin(line: SituationLine) -> dict[str, Any]:
    names = ("source_url", "source_language", "source_kind", "as_of", "completeness", "caveat")
    return {name: getattr(line, name) for name in names}


def procedure(line: SituationLine, own: Supplement | None = None) -> Procedure:
    own = own or Supplement()
    steps = _steps(line, own)
    for name in ("documents", "fees", "terms", "outcomes"):
        _lay(name, line, own, steps)
    more = own.more
    return Procedure(
        title=Text(**{k: line.title.get(k) or own.texts.get(k, {}).get("title", "")
                      for k in ("kk", "ru", "en")}),
        lead=_text("lead", line.result, own),
        caveat=_text("caveat", own.texts.get("en", {}).get("caveat", line.caveat or ""), own),
        words=more.get("words", []),
        facts=[Fact.model_validate(fact) for fact in more.get("facts", [])],
        steps=[Step.model_validate(step) for step in steps],
        source="en", states=_states(own),
    )  # fmt: skip


def _states(own: Supplement) -> dict[Language, Any]:
    return {
        "en": "source",
        "kk": "machine" if all(own.texts.get("kk", {}).get("steps", [""])) else "missing",
        "ru": "machine" if all(own.texts.get("ru", {}).get("steps", [""])) else "missing",
    }


def _text(name: str, english: str, own: Supplement) -> Text:
    others = {k: own.texts.get(k, {}).get(name, "") or "" for k in ("kk", "ru")}
    return Text(en=english, **others) if english else Text()


def _item(name: str, place: int, english: str, own: Supplement) -> dict[str, str]:
    lists = {k: own.texts.get(k, {}).get(name, []) for k in ("kk", "ru")}
    others = {k: found[place] if place < len(found) else "" for k, found in lists.items()}
    return {"en": english, **others}


def _steps(line: SituationLine, own: Supplement) -> list[dict[str, Any]]:
    agency = agency_code(line.agency)
    details: dict[str, Any] = own.more.get("steps", {})
    steps: list[dict[str, Any]] = []
    for place, sentence in enumerate(line.steps):
        step = {
            "key": f"s{place + 1}", "title": _item("steps", place, sentence, own),
            "logic": "or" if re.match(r"or\b", sentence, re.IGNORECASE) and place else "and",
            "agency": agency, "agency_text": _text("agency", line.agency, own).model_dump(),
        }  # fmt: skip
        steps.append(step | details.get(str(place + 1), {}))
    return steps


def _main(line: SituationLine, own: Supplement) -> int:
    """The step that hands something in."""
    named = own.more.get("main")
    if named:
        return int(named) - 1
    return next((n for n, step in enumerate(line.steps) if HANDS_IN.search(step)), 0)


def _lay(name: str, line: SituationLine, own: Supplement, steps: list[dict[str, Any]]) -> None:
    """Each part of the whole on its step, unless the supplement has given it to a step."""
    if name in own.more.get("given", []):
        return
    main = steps[_main(line, own)]
    if name == "documents":
        whens: dict[str, Any] = own.more.get("documents_when", {})
        main["documents"] = [
            _document(place, paper, own, whens.get(str(place + 1)))
            for place, paper in enumerate(line.documents)
        ]
        main["channels"] = [Channel(way=WAYS[way]) for way in line.channels]  # type: ignore[arg-type]
        main["legal"] = [LegalRef(act=law.code_of(line.legal_basis))] if line.legal_basis else []
        main.setdefault("service", own.more.get("service", ""))
    elif name == "fees" and (line.fee or line.fee_mci is not None):
        paying = next((s for s, t in zip(steps, line.steps, strict=True) if PAYS.search(t)), main)
        paying["fees"] = [_fee(line, own)]
    elif name == "terms" and (line.term or line.term_value):
        note = _text("term", line.term or "", own)
        main["term"] = Term(value=line.term_value, unit=line.term_unit, note=note)
    elif name == "outcomes":
        steps[-1].setdefault("outcomes", []).append(
            Outcome(kind=_outcome_kind(line.result), text=_text("result", line.result, own))  # type: ignore[arg-type]
        )


def _document(place: int, paper: str, own: Supplement, when: Any) -> Document:
    title = Text(**_item("documents", place, paper, own))
    return Document(title=title, need="if" if when else "always", when=when)


def _fee(line: SituationLine, own: Supplement) -> Fee:
    note = _text("fee", line.fee or "", own)
    if line.fee_mci is None:
        return Fee(kind="unknown", note=note)
    if line.fee_mci == 0:
        return Fee(kind="free", note=note)
    return Fee(kind="mci", value=line.fee_mci, note=note)


def _outcome_kind(result: str) -> str:
    return next((kind for said, kind in OUTCOMES if re.search(said, result)), "document")


def agency_code(name: str) -> str:
    """The hall's agency that this name speaks of; empty where none does."""
    low = name.lower()
    return next((code for said, code in AGENCIES if re.search(said, low)), "")
