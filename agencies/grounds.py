"""On which ground of law a claim ends without an answer on the substance (`data/grounds.toml`).

Intake knows none of them: an appeal is never refused (Code art. 64(1)). A ground is named with the
answer that returns, leaves or terminates, and is told to the applicant with its article.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from agencies.appeals import Claim
from agencies.errors import Invalid
from agencies.languages import LANGUAGES

SOURCE = Path(__file__).parent / "data" / "grounds.toml"
WITHDRAWAL = "withdrawal"
NOT_POSSIBLE = {
    "none": "Choose the ground of law on which it ends; the applicant reads it.",
    "another": "This ground does not belong to how the claim ends. Choose another.",
    "repeat": "Mark first which earlier appeal it repeats. One with new arguments is considered.",
    "anonymous": "The applicant is named, so this appeal is not anonymous.",
    "defects": "Ask first for what is missing, with a day to bring it.",
}
"""Why a ground is refused: three of them have to show in the case."""


@dataclass(frozen=True)
class Ground:
    """`verified` once a lawyer has seen the act."""

    code: str
    outcome: str
    names: dict[str, str]
    basis: dict[str, str]
    mark: str
    verified: bool


@cache
def grounds() -> dict[str, Ground]:
    rows = tomllib.loads(SOURCE.read_text(encoding="utf-8"))["ground"]
    return {
        row["code"]: Ground(
            row["code"], row["outcome"], {code: row[f"name_{code}"] for code in LANGUAGES},
            {code: row[f"basis_{code}"] for code in LANGUAGES}, row["mark"], row["verified"],
        )
        for row in rows
    }  # fmt: skip


def told(code: str, outcome: str, language: str) -> str:
    """The ground with its article; empty where the claim ended otherwise."""
    found = grounds().get(code)
    if found is None or found.outcome != outcome:
        return ""
    return f"{found.names[language]} ({found.basis[language]})"


def must_be_named(outcome: str, code: str) -> None:
    """For a screen. A neighbouring system that knows none may leave the ground open."""
    if not code and any(one.outcome == outcome for one in grounds().values()):
        raise Invalid({"ground": NOT_POSSIBLE["none"]})


def must_fit(claim: Claim, outcome: str, code: str) -> None:
    """Raises Invalid where the ground is another outcome's, or the case does not show it."""
    if not code:
        return
    found = grounds().get(code)
    if found is None or found.outcome != outcome:
        raise Invalid({"ground": NOT_POSSIBLE["another"]})
    if not _shows(claim, code):
        raise Invalid({"ground": NOT_POSSIBLE[code]})


def _shows(claim: Claim, code: str) -> bool:
    appeal = claim.appeal
    if code == "repeat":
        return appeal.repeats_id is not None and not appeal.repeat_new
    if code == "anonymous":
        return appeal.applicant is None or not appeal.applicant.name.strip()
    asked = (one.payload.get("claim") for one in appeal.journal if one.kind == "documents_asked")
    return code != "defects" or claim.ordinal in asked
