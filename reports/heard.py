"""Who is heard and who is not: appeals by district, language and channel, those without any too;
how many people appealed of those who live in a place, and which bodies above sent appeals on.
"""

from collections.abc import Mapping
from typing import Any

from agencies import outlines, reference
from reception.language import named
from reports.measured import Edition, interval, statements
from reports.measures import measure
from reports.parts import Section, Table
from reports.residents import CITY
from reports.voices import TAKEN_OVER
from reports.wording import NOTHING, Words, in_alphabet

QUIET = 0.5
"""Of an equal share: who brings less is named."""


def told(e: Edition) -> Section | None:
    """Nothing where the edition's figures know nothing of it."""
    kept = e.kept.get("heard")
    if kept is None:
        return None
    w, title = e.words, e.words._("Who is not heard")
    if not e.count("received"):
        return Section("heard", title, [w._("Nothing was received in the period.")], None, [])
    places = {code: e.count("received", f"district:{code}") for code in outlines.of_districts()}
    compared = e.is_comparable("before")
    earlier_kept = kept["before"]
    groups = [
        (w._("Appeals received, by district (F01)"), w._("District"), _named(e, places), None),
        (w._("Appeals received, by language (F01)"), w._("Language"),
         _languages(w, kept["now"]["language"]), _languages(w, earlier_kept["language"])),
        (w._("Appeals received, by channel (F01)"), w._("Channel"),
         _ways(w, kept["now"]["channel"]), _ways(w, earlier_kept["channel"])),
    ]  # fmt: skip
    before = _named(e, {code: e.count("received", f"district:{code}", "before")
                        for code in places})  # fmt: skip
    tables = [_table(w, caption, head, now, (earlier or before) if compared else None)
              for caption, head, now, earlier in groups]  # fmt: skip
    living = kept.get("residents", {})
    said = [
        *(line for _, head, now, _ in groups for line in _quiet(w, head, now)),
        *([] if e.is_silent("per_10k") else statements(e, ["per_10k"])),
    ]
    more = [*_of_residents(e, living, list(places)), *_sent_on(w, kept, is_comparable=compared)]
    return Section("heard", title, said, None, [*tables, *more], _note(w, living))


def _note(w: Words, living: Mapping[str, Any]) -> str:
    silent = w._(
        "Few appeals are no sign of few troubles: who does not know the way, the language or the"
        " hall is silent too."
    )
    if set(living) - {CITY}:
        return silent
    missing = w._(
        "The Situation Center has no number of residents by district, so that it cannot be told how"
        " many of them appealed."
    )
    return f"{silent} {missing}"


def _of_residents(e: Edition, living: Mapping[str, Any], places: list[str]) -> list[Table]:
    """The city first, then those districts whose residents are counted, in the alphabet's order."""
    w = e.words
    named_ = sorted(((e.name("district", code), code) for code in places if code in living),
                    key=lambda each: in_alphabet(each[0]))  # fmt: skip
    whole = [(w._("The city"), CITY)] if CITY in living else []
    rows = [
        _rate(e, name, living[code], f"district:{code}" if code else "hall")
        for name, code in [*whole, *named_]
    ]
    columns = (w._("Place"), w._("Residents"), w._("Counted on"), w._("Persons who appealed"),
               measure("per_10k").head(w.language), w._("95 % interval"))  # fmt: skip
    caption = w._("Persons who appealed, of those who live there")
    return [Table(caption, columns, rows)] if rows else []


def _rate(e: Edition, name: str, living: Mapping[str, Any], scope: str) -> tuple[str, ...]:
    found = e.reading("per_10k", scope)
    return (
        name, e.words.number(living["count"]), str(living["since"]), e.value("persons", scope),
        e.value("per_10k", scope), interval(e.words, measure("per_10k"), found),
    )  # fmt: skip


def _sent_on(w: Words, kept: Mapping[str, Any], *, is_comparable: bool) -> list[Table]:
    """Bodies that sent anything on, in the order of the list."""
    now, before = (kept[when].get("higher_body", {}) for when in ("now", "before"))
    total = sum(now.values())
    rows = [
        (named(label, w.language), w.number(now[code]), w.share(now[code], total),
         w.number(before.get(code, 0)) if is_comparable else NOTHING)
        for code, label in reference.labels("higher_body").items() if now.get(code)
    ]  # fmt: skip
    caption = w._("Appeals that came by way of a higher body (F71)")
    columns = (w._("Body"), w._("Received"), w._("Share of all received"), w._("Period before"))
    return [Table(caption, columns, rows)] if rows else []


def _named(e: Edition, counts: Mapping[str, int]) -> dict[str, int]:
    return {e.name("district", code): count for code, count in counts.items()}


def _languages(w: Words, counts: Mapping[str, int]) -> dict[str, int]:
    names = {"kk": w._("Kazakh"), "ru": w._("Russian"), "en": w._("English")}
    return {names.get(code, code): count for code, count in counts.items()}


def _ways(w: Words, counts: Mapping[str, int]) -> dict[str, int]:
    known = reference.labels("channel")
    return {
        named(known[code], w.language): count
        for code, count in counts.items() if code in known and code != TAKEN_OVER
    }  # fmt: skip


def _table(
    w: Words, caption: str, head: str, now: Mapping[str, int], before: Mapping[str, int] | None
) -> Table:
    """The fewest first: the chapter asks who is missing."""
    total = sum(now.values())
    rows = [
        (
            name,
            w.number(now[name]),
            w.share(now[name], total),
            NOTHING if before is None else w.number(before.get(name, 0)),
        )
        for name in sorted(now, key=lambda name: (now[name], in_alphabet(name)))
    ]
    return Table(caption, (head, w._("Received"), w._("Share"), w._("Period before")), rows)


def _quiet(w: Words, head: str, counts: Mapping[str, int]) -> list[str]:
    """Those without any appeal, and those with less than half of an equal share."""
    total, order = sum(counts.values()), sorted(counts, key=lambda name: (counts[name], name))
    none = [name for name in order if not counts[name]]
    few = [
        f"{name} ({w.share(counts[name], total)})" for name in order
        if 0 < counts[name] < QUIET * total / len(counts)
    ]  # fmt: skip
    if not none and not few:
        return []
    return [w._(
        "%(head)s. Without any appeal: %(none)s. With less than half of an equal share: %(few)s"
        " (F01).",
        head=head, none=", ".join(none) or NOTHING, few=", ".join(few) or NOTHING,
    )]  # fmt: skip
