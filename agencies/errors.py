"""What a verb may refuse, in the institution's words.

    DomainError            409  conflict
    ├── NotFound           404
    ├── NotAllowed         403
    ├── Invalid            422  carries field -> message
    ├── WrongStatus        409
    ├── TakenByAnother     409  somebody was first
    └── NotCompetent       409  the agency may not decide this

`message` is an English sentence that the language catalogues translate; `values` fill it
afterwards, so that no sentence exists in one language only.
"""

from typing import ClassVar

LOOK_AGAIN = "Some fields need another look. What you typed is kept."


class DomainError(Exception):
    status: ClassVar[int] = 409
    code: ClassVar[str] = "conflict"

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


class NotFound(DomainError):
    status = 404
    code = "not-found"


class NotAllowed(DomainError):
    status = 403
    code = "not-allowed"


class Invalid(DomainError):
    """`fields` maps a field's name to the message that stands beside it."""

    status = 422
    code = "invalid"

    def __init__(self, fields: dict[str, str], message: str = "", **values: object) -> None:
        super().__init__(message or LOOK_AGAIN, **values)
        self.fields = fields


class WrongStatus(DomainError):
    code = "wrong-status"


class TakenByAnother(DomainError):
    code = "taken"


class NotCompetent(DomainError):
    code = "not-competent"
