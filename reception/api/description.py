"""What a call says of itself beside its code; `openapi` writes the document from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

V = TypeVar("V", bound=Callable[..., Any])
JSON = "application/json"


@dataclass(frozen=True)
class Description:
    """`summary` is an English sentence of the catalogues. `answers` maps a status to the shape of
    its body, None where it has no body.
    """

    summary: str
    answers: Mapping[int, Any]
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    media: str = JSON


def described(
    summary: str,
    *,
    answers: Mapping[int, Any],
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    media: str = JSON,
) -> Callable[[V], V]:
    """Every view under `/api/v1` carries this mark; a test fails for one without."""

    def mark(view: V) -> V:
        view.description = Description(summary, answers, body, query, media)  # type: ignore[attr-defined]
        return view

    return mark
