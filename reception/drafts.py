"""What a person or a neighbouring system sends in, read and checked in one place.

The clerk's form and the API share these models, so that both refuse the same things in the same
words. `read` turns every finding into a message beside its field.
"""

import unicodedata
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
)
from pydantic_core import PydanticCustomError

from agencies.appeals import Channel
from agencies.errors import Invalid
from agencies.reference import labels
from agencies.terms import CASES, AppealKind

M = TypeVar("M", bound=BaseModel)
LONGEST_TEXT = 60_000
MOST_OFFICIALS = 10
MESSAGES = {
    "missing": "Fill in this field.",
    "string_too_short": "Fill in this field.",
    "string_too_long": "This is too long.",
    "too_long": "This is too long.",
    "enum": "Choose one of the values on the list.",
    "literal_error": "Choose one of the values on the list.",
    "string_pattern_mismatch": "Choose one of the values on the list.",
    "extra_forbidden": "This field is not known here.",
    "unwritable": "This text holds a character that cannot be kept. Remove it.",
    "string_unicode": "This text holds a character that cannot be kept. Remove it.",
    "string_type": "Send text here.",
    "int_type": "Write a whole number here.",
    "int_parsing": "Write a whole number here.",
    "bool_type": "Send true or false here.",
    "bool_parsing": "Send true or false here.",
    "date_type": "Write the date as 2026-11-23.",
    "date_parsing": "Write the date as 2026-11-23.",
    "date_from_datetime_parsing": "Write the date as 2026-11-23.",
    "greater_than": "This value is outside of what is possible.",
    "greater_than_equal": "This value is outside of what is possible.",
    "less_than": "This value is outside of what is possible.",
    "less_than_equal": "This value is outside of what is possible.",
}
UNREADABLE = "This cannot be read. Look at it again."
Language = Annotated[str, Field(pattern="^(kk|ru|en)$")]


def _no_truth(value: Any) -> Any:
    """JSON's `true` would pass for the row 1."""
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "a truth value")
    return value


RowId = Annotated[int, Field(gt=0, lt=2**63), BeforeValidator(_no_truth)]
Code = Annotated[str, Field(max_length=64, pattern=r"^[\w.\-]+$")]


TURNS = dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Marks that turn the direction of writing: with them words read otherwise than they stand."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*")
    @classmethod
    def _writable(cls, value: Any) -> Any:
        """PostgreSQL keeps every character of Unicode but NUL; nobody reads what cannot be seen."""
        if isinstance(value, str) and "\0" in value:
            raise PydanticCustomError("unwritable", "NUL")
        if isinstance(value, str) and value and _is_blank(value):
            raise PydanticCustomError("string_too_short", "nothing to be seen")
        return value.translate(TURNS) if isinstance(value, str) else value


def _is_blank(text: str) -> bool:
    """Nothing but spaces, marks of direction, joiners of no width and the like."""
    return all(unicodedata.category(character)[0] in "CZ" for character in text)


def _nothing(value: Any) -> Any:
    """An empty choice in a form means none."""
    return None if value == "" else value


Optional = Annotated[Code | None, BeforeValidator(_nothing)]


class TicketDraft(Strict):
    """`POST /tickets`"""

    service: Code
    language: Language
    priority: Optional = None
    booking: Optional = None
    visitor: RowId | None = None


class ApplicantDraft(Strict):
    """Every field may be empty: nobody is sent away for a missing number or document.

    `signatories` counts who signed a collective appeal; `name` is whom the answer goes to.
    """

    name: Annotated[str, Field(max_length=300)] = ""
    iin: Annotated[str, Field(max_length=32)] = ""
    address: Annotated[str, Field(max_length=500)] = ""
    phone: Annotated[str, Field(max_length=32)] = ""
    email: Annotated[str, Field(max_length=200)] = ""
    is_organisation: bool = False
    representative: Annotated[str, Field(max_length=300)] = ""
    authority: Annotated[str, Field(max_length=300)] = ""
    signatories: Annotated[int, Field(ge=1, le=1_000_000), BeforeValidator(_no_truth)] = 1


class ClaimDraft(Strict):
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    agency: Optional = None
    subject: Optional = None


def _as_claim(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


def _of_today(channel: Channel) -> Channel:
    """Historical cases have their own way in; nobody lodges one today."""
    if channel is Channel.IMPORT:
        raise PydanticCustomError("enum", "not a channel of today")
    return channel


class AppealDraft(Strict):
    """`POST /appeals`. Without claims the whole text is the one claim; `case` names a special law
    that goes before the Code.

    `special` marks special personal data; `complained_of` holds the logins of people of the house
    from whom the appeal is kept.
    """

    kind: AppealKind
    case: Annotated[Code, Field(json_schema_extra={"enum": list(CASES)})] = "ordinary"
    language: Language
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    applicant: ApplicantDraft = ApplicantDraft()
    claims: Annotated[
        list[Annotated[ClaimDraft, BeforeValidator(_as_claim)]], Field(max_length=20)
    ] = []
    district: Optional = None
    address: Annotated[str, Field(max_length=500)] = ""
    channel: Annotated[Channel, AfterValidator(_of_today)] = Channel.DESK
    higher_body: Annotated[
        Optional, Field(json_schema_extra={"enum": [*labels("higher_body"), None]})
    ] = None
    ticket: RowId | None = None
    special: Annotated[Optional, Field(json_schema_extra={"enum": [*labels("special"), None]})] = (
        None
    )
    complained_of: Annotated[list[Code], Field(max_length=MOST_OFFICIALS)] = []


def read(model: type[M], data: Any) -> M:
    """The draft, or Invalid with a message for each field that does not fit."""
    try:
        return model.model_validate(data)
    except ValidationError as found:
        fields = {
            ".".join(str(part) for part in error["loc"]) or "body": MESSAGES.get(
                error["type"], UNREADABLE
            )
            for error in found.errors(include_url=False, include_input=False)
        }
        raise Invalid(fields) from None
