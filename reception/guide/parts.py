"""One part of a draft as a form gives it: the words, a question, a step. Lists are one line each.

What the form does not show, such as a condition of several questions, stays as it was.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from agencies.errors import Invalid, NotFound
from reception.guide.procedure import LANGUAGES, Fact, Procedure, Step, Text

Form = Mapping[str, str]
KEPT = "kept"
UNREADABLE_PART = "This cannot be read. Look at it again."


def text(form: Form, name: str) -> dict[str, str]:
    return {language: form.get(f"{name}-{language}", "") for language in LANGUAGES}


def lines(form: Form, name: str) -> list[dict[str, str]]:
    """The n-th lines of the three languages belong together."""
    columns: dict[str, list[str]] = {
        code: form.get(f"{name}-{code}", "").splitlines() for code in LANGUAGES
    }
    length = max(map(len, columns.values()))
    rows = (
        {code: (column[n].strip() if n < len(column) else "") for code, column in columns.items()}
        for n in range(length)
    )
    return [row for row in rows if any(row.values())]


def as_lines(texts: list[Text], language: str) -> str:
    return "\n".join(getattr(one, language) for one in texts)


def _checked(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except ValidationError as found:
        places = (str(error["loc"][0]) for error in found.errors(include_url=False))
        raise Invalid(dict.fromkeys(places, UNREADABLE_PART)) from None


def with_words(held: Procedure, form: Form) -> Procedure:
    """Title, lead, search words, and how far each language can be trusted."""
    states = {code: form.get(f"state-{code}", held.state_of(code)) for code in LANGUAGES}
    changes = {
        "title": text(form, "title"), "lead": text(form, "lead"), "caveat": text(form, "caveat"),
        "words": [w.strip() for w in form.get("words", "").split(",") if w.strip()],
        "states": states, "source": form.get("source", held.source),
    }  # fmt: skip
    whole: Procedure = _checked(lambda: Procedure.model_validate(held.model_dump() | changes))
    return whole


def with_question(held: Procedure, key: str, form: Form) -> Procedure:
    before = next((fact for fact in held.facts if fact.key == key), None)
    if before is None:
        raise NotFound("There is no such question.")
    words = lines(form, "options")
    values = [option.value for option in before.options]
    options = [
        {"value": values[n] if n < len(values) else f"{key}{n + 1}", "text": word}
        for n, word in enumerate(words)
    ]
    changes = {
        "kind": form.get("kind", before.kind), "text": text(form, "text"),
        "hint": text(form, "hint"), "options": options,
    }  # fmt: skip
    fact = _checked(lambda: Fact.model_validate(before.model_dump() | changes))
    return held.model_copy(update={"facts": [fact if f.key == key else f for f in held.facts]})


def with_step(held: Procedure, key: str, form: Form) -> Procedure:
    before = held.step(key)
    if before is None:
        raise NotFound("There is no such step.")
    step = _checked(lambda: Step.model_validate(before.model_dump() | _changes(before, form)))
    return held.model_copy(update={"steps": [step if s.key == key else s for s in held.steps]})


def _changes(before: Step, form: Form) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "title": text(form, "title"), "text": text(form, "text"),
        "agency": form.get("agency", ""), "service": form.get("service", ""),
        "style": form.get("style", before.style), "logic": form.get("logic", before.logic),
        "documents": _papers(before, form), "fees": _fees(before, form),
        "term": _term(before, form), "channels": _channels(form),
        "legal": [{"act": code.strip()} for code in form.get("legal", "").split() if code.strip()],
        "outcomes": _outcomes(before, form),
    }  # fmt: skip
    if form.get("when", KEPT) != KEPT:
        changes["when"] = condition(form["when"])
    if form.get("needs", KEPT) != KEPT:
        changes["needs"] = [{"step": form["needs"], "needs": "success"}] if form["needs"] else []
    return changes


def condition(choice: str) -> dict[str, str] | None:
    """`fact=value` of the list in the form; nothing means always."""
    fact, _, value = choice.partition("=")
    return {"fact": fact, "value": value} if fact else None


def _papers(before: Step, form: Form) -> list[dict[str, Any]]:
    kept = [paper.model_dump() for paper in before.documents]
    return [
        (kept[n] if n < len(kept) else {}) | {"title": row}
        for n, row in enumerate(lines(form, "documents"))
    ]


def _outcomes(before: Step, form: Form) -> list[dict[str, Any]]:
    kept = [one.model_dump() for one in before.outcomes]
    return [
        (kept[n] if n < len(kept) else {"kind": form.get("outcome_kind", "document")})
        | {"text": row}
        for n, row in enumerate(lines(form, "outcomes"))
    ]


def _fees(before: Step, form: Form) -> list[Any]:
    """Several fees with conditions of their own stay as they were."""
    if len(before.fees) > 1 or not form.get("fee_kind"):
        return [fee.model_dump() for fee in before.fees] if len(before.fees) > 1 else []
    kept = before.fees[0].model_dump() if before.fees else {}
    value = form.get("fee_value", "").replace(",", ".").strip() or None
    return [kept | {"kind": form["fee_kind"], "value": value, "note": text(form, "fee_note")}]


def _term(before: Step, form: Form) -> dict[str, Any] | None:
    value, note = form.get("term_value", "").strip(), text(form, "term_note")
    if not value and not any(note.values()):
        return None
    kept = before.term.model_dump() if before.term else {}
    unit = form.get("term_unit") or None
    return kept | {"value": value or None, "unit": unit if value else None, "note": note}


def _channels(form: Form) -> list[dict[str, str]]:
    ways = [way for way in form.get("channels", "").split(",") if way]
    link = form.get("url", "").strip()
    return [{"way": way, "url": link if way == "online" else ""} for way in ways]


def added_step(held: Procedure) -> tuple[Procedure, str]:
    key = _free("s", [step.key for step in held.steps])
    step = Step(key=key, title=Text(en="New step", ru="Новый шаг", kk="Жаңа қадам"))
    return held.model_copy(update={"steps": [*held.steps, step]}), key


def added_question(held: Procedure) -> tuple[Procedure, str]:
    key = _free("f", [fact.key for fact in held.facts])
    fact = Fact(
        key=key, kind="bool", text=Text(en="New question", ru="Новый вопрос", kk="Жаңа сұрақ")
    )
    return held.model_copy(update={"facts": [*held.facts, fact]}), key


def _free(letter: str, taken: list[str]) -> str:
    number = len(taken) + 1
    while f"{letter}{number}" in taken:
        number += 1
    return f"{letter}{number}"


def removed(held: Procedure, key: str) -> Procedure:
    return held.model_copy(
        update={
            "steps": [step for step in held.steps if step.key != key],
            "facts": [fact for fact in held.facts if fact.key != key],
        }
    )


def moved_up(held: Procedure, key: str) -> Procedure:
    steps = list(held.steps)
    place = next((n for n, step in enumerate(steps) if step.key == key), 0)
    if place > 0:
        steps[place - 1], steps[place] = steps[place], steps[place - 1]
    return held.model_copy(update={"steps": steps})
