"""What a version of a situation holds: questions, steps and everything a step needs.

One document a version, kept whole: an approved version never changes, a draft is replaced as one.
Model: research of the institution, section 2.6; questions and answers in the address after GOV.UK
Smart Answers, steps joined by and/or after GOV.UK step by step.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

Short = Annotated[str, Field(max_length=400)]
Long = Annotated[str, Field(max_length=4000)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Code = Annotated[str, Field(max_length=64, pattern=r"^[\w.\-]*$")]
Unit = Literal["minute", "hour", "working_day", "calendar_day", "month"]
Language = Literal["kk", "ru", "en"]
LANGUAGES: tuple[Language, ...] = ("kk", "ru", "en")


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*")
    @classmethod
    def _writable(cls, value: Any) -> Any:
        if isinstance(value, str) and "\0" in value:
            raise PydanticCustomError("unwritable", "NUL")
        return value


class Text(Part):
    """One text in the languages of the house; an empty one is still missing."""

    kk: Long = ""
    ru: Long = ""
    en: Long = ""

    def said(self, language: str) -> str:
        return getattr(self, language, "") or self.kk or self.ru or self.en

    def has(self, language: str) -> bool:
        return bool(getattr(self, language, ""))

    def __bool__(self) -> bool:
        return bool(self.kk or self.ru or self.en)


class Condition(Part):
    """`fact op value`, or a group of conditions. `{}` always holds."""

    all: list["Condition"] = []
    any: list["Condition"] = []
    none: list["Condition"] = []
    fact: Key | Literal[""] = ""
    op: Literal["eq", "ne", "lt", "le", "gt", "ge"] = "eq"
    value: str | int | bool | None = None


class Option(Part):
    value: Annotated[str, Field(pattern=r"^[\w\-]{1,40}$")]
    text: Text


class Fact(Part):
    """A question to the visitor. `when` tells whether it is asked at all."""

    key: Key
    kind: Literal["choice", "bool", "int", "date", "district", "country"] = "choice"
    text: Text
    hint: Text = Text()
    options: list[Option] = []
    when: Condition | None = None


class Document(Part):
    """A paper to bring. `held` papers are already in a state system and need not be brought."""

    title: Text
    need: Literal["always", "if", "instead_of"] = "always"
    form: Literal["original", "copy", "electronic", "state_system", "any"] = "any"
    when: Condition | None = None
    valid_days: Annotated[int, Field(ge=1, le=3650)] | None = None


class Fee(Part):
    """`value` is a multiple for `mci`, tenge for `kzt`, per cent for `percent`."""

    kind: Literal["free", "mci", "kzt", "percent", "market", "unknown"]
    value: Annotated[Decimal, Field(ge=0, le=10_000_000)] | None = None
    note: Text = Text()
    when: Condition | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class Term(Part):
    """`pause_days`: the clock may stop so long while papers are completed."""

    value: Annotated[int, Field(ge=1, le=3650)] | None = None
    unit: Unit | None = None
    extension_value: Annotated[int, Field(ge=1, le=3650)] | None = None
    extension_unit: Unit | None = None
    pause_days: Annotated[int, Field(ge=1, le=365)] | None = None
    note: Text = Text()


class Channel(Part):
    """A way to take the step, with the days on which it is open."""

    way: Literal["desk", "online", "phone", "sms", "bank_app", "kiosk", "post", "place"]
    url: Annotated[str, Field(max_length=500, pattern=r"^(https?://\S+)?$")] = ""
    valid_from: date | None = None
    valid_to: date | None = None


class LegalRef(Part):
    """`act` is the code of an act in the table of acts, where its state is kept."""

    act: Annotated[str, Field(max_length=64, pattern=r"^[\w.\-]+$")]
    article: Short = ""


class Outcome(Part):
    kind: Literal["document", "status", "payment", "referral", "refusal"]
    text: Text
    appeal_route: Text = Text()
    when: Condition | None = None


class Need(Part):
    """A step opens when the other is done, or only when it ended well."""

    step: Key
    needs: Literal["done", "success"] = "done"


class Step(Part):
    """`agency` is the code of an agency of the hall, or of one outside it; `agency_text` its name
    where the hall has none. `service` is the service whose ticket leads to the right desk.
    """

    key: Key
    title: Text
    text: Text = Text()
    logic: Literal["and", "or"] = "and"
    style: Literal["required", "optional", "choice"] = "required"
    when: Condition | None = None
    needs: list[Need] = []
    agency: Code = ""
    agency_text: Text = Text()
    service: Code = ""
    documents: list[Document] = []
    fees: list[Fee] = []
    term: Term | None = None
    channels: list[Channel] = []
    legal: list[LegalRef] = []
    outcomes: list[Outcome] = []


class Procedure(Part):
    """The whole of one version. `states` tells how far each language can be trusted."""

    title: Text
    lead: Text = Text()
    caveat: Text = Text()
    words: list[Short] = []
    """Other words by which people look for it, in any language."""
    facts: Annotated[list[Fact], Field(max_length=20)] = []
    steps: Annotated[list[Step], Field(max_length=60)] = []
    source: Language = "en"
    states: dict[Language, Literal["source", "checked", "machine", "stale", "missing"]] = {}

    def step(self, key: str) -> Step | None:
        return next((step for step in self.steps if step.key == key), None)

    def state_of(self, language: str) -> str:
        return self.states.get(language, "missing")  # type: ignore[call-overload, no-any-return]
