"""Chapters of the annual report alone: a foreword of figures, the topics of five years, what each
body answered, what was promised and became law, the open data sets, the words in three languages.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from reception.language import NAMES
from reports.council import addressees
from reports.measured import Edition, statements
from reports.parts import Section, Table
from reports.proposals import ProposalStatus
from reports.states import said
from reports.wording import NOTHING, Words

YEARS = 5
TOPICS = 15
MONTHS = 12
P = ProposalStatus
ANSWERED = frozenset({P.ANSWERED, P.TRACKING, P.IN_FORCE, P.MEASURED})
IN_FORCE = frozenset({P.IN_FORCE, P.MEASURED})
OTHER = ("redirected", "no_position")


def beginning(e: Edition) -> list[str]:
    """Said once, where a period that the edition would compare with lies before the register."""
    if all(e.is_comparable(when) for when in ("before", "a_year_ago")):
        return []
    return [
        e.words._(
            "The register of appeals (F01) began on %(day)s: a period that lies before this day,"
            " wholly or partly, is not compared.",
            day=e.words.long_day(date.fromisoformat(e.kept["began"])),
        )
    ]


def foreword(e: Edition) -> Section:
    w = e.words
    note = w._("This foreword is put together from the figures of the report; nobody signs it.")
    told = [_year(e), *statements(e, ("on_time", "handling_median", "redirected_share")),
            *_most(e), *_asked(e)]  # fmt: skip
    return Section("foreword", w._("Foreword"), told, None, [], note)


def _year(e: Edition) -> str:
    return e.words._(
        "%(year)s in figures. Appeals received: %(received)s (F01); persons who appealed:"
        " %(persons)s (F30); finished: %(finished)s (F13); still open at the end: %(open)s (F14).",
        year=e.period.first.year, received=e.value("received"), persons=e.value("persons"),
        finished=e.value("finished"), open=e.value("carried_out"),
    )  # fmt: skip


def _most(e: Edition) -> list[str]:
    w, found = e.words, []
    for sort, sentence in (
        ("category", w._("Most appeals by topic: %(name)s, %(n)s (F01).")),
        ("district", w._("Most appeals by district: %(name)s, %(n)s (F01).")),
    ):
        counts = {code: e.count("received", f"{sort}:{code}") for code in e.codes(sort)}
        if any(counts.values()):
            code = min(counts, key=lambda each: (-counts[each], each))
            found.append(sentence % {"name": e.name(sort, code), "n": w.number(counts[code])})
    return found


def _asked(e: Edition) -> list[str]:
    w, states = e.words, [one["status"] for one in e.kept["proposals"]]
    if not states:
        return [w._("The council has not asked for a change yet.")]
    return [w._(
        "Proposals of the council on record: %(n)s; answered: %(answered)s; norms in force:"
        " %(changed)s; effects measured: %(measured)s.",
        n=w.number(len(states)), answered=w.number(sum(one in ANSWERED for one in states)),
        changed=w.number(sum(one in IN_FORCE for one in states)),
        measured=w.number(states.count(P.MEASURED)),
    )]  # fmt: skip


def topics(e: Edition) -> Section | None:
    """Months that are over, by calendar year, as far back as the register goes."""
    kept = e.kept.get("months")
    if not kept or not kept["months"]:
        return None
    w, months = e.words, kept["months"]
    years = sorted({name[:4] for name in months})[-YEARS:]
    sums = {code: [_sum(months, own, year) for year in years]
            for code, own in kept["topics"].items()}  # fmt: skip
    order = sorted(sums, key=lambda code: (-sums[code][-1], -sum(sums[code]), code))[:TOPICS]
    whole = [sum(own[place] for own in sums.values()) for place in range(len(years))]
    rows = [(w._("All topics"), *map(w.number, whole))]
    rows += [(e.name("category", code), *map(w.number, sums[code])) for code in order]
    heads = [_head(w, year, _known(months, year)) for year in years]
    title = w._("Topics, year by year")
    told = w._(
        "Months that are over, by year: %(years)s (F01).",
        years="; ".join(f"{year}: {w.number(n)}" for year, n in zip(years, whole, strict=True)),
    )
    note = w._(
        "A year with fewer than twelve months on record says how many it has, and is not compared"
        " with the others; up to five years stand here once the register is as old."
    )
    return Section("years", title, [told], None,
                   [Table(w._("Appeals received, by topic and year (F01)"),
                          (w._("Topic"), *heads), rows)], note)  # fmt: skip


def _known(months: Sequence[str], year: str) -> int:
    return sum(name.startswith(year) for name in months)


def _head(w: Words, year: str, known: int) -> str:
    return year if known == MONTHS else w._("%(year)s, months: %(n)s", year=year, n=known)


def _sum(months: Sequence[str], counts: Sequence[int], year: str) -> int:
    return sum(n for name, n in zip(months, counts, strict=True) if name.startswith(year))


def asked(e: Edition) -> list[Section]:
    """What the bodies answered, and what became of what they promised."""
    kept = e.kept.get("yearbook")
    return [_bodies(e.words, kept["bodies"]), _promises(e.words, kept["promises"])] if kept else []


def _bodies(w: Words, kept: Mapping[str, Mapping[str, Mapping[str, int]]]) -> Section:
    title = w._("What each body answered")
    if not kept:
        none = w._("No answer to a proposal fell due in these three years.")
        return Section("bodies", title, [none], None, [])
    columns = (w._("Body"), w._("Rows due"), said("accepted", w.language),
               said("partly", w.language), said("refused", w.language),
               w._("Passed on or no position"), w._("No answer in the term"))  # fmt: skip
    tables = [
        Table(w._("Rows of the comparative tables whose answer fell due in %(year)s", year=year),
              columns, [_body(w, code, found[code]) for code in sorted(found)])
        for year, found in sorted(kept.items(), reverse=True)
    ]  # fmt: skip
    newest = max(kept)
    counts = kept[newest].values()
    told = w._(
        "%(year)s: of %(n)s rows whose answer fell due, accepted %(accepted)s, in part %(partly)s,"
        " without an answer in the term %(silent)s.",
        year=newest, n=w.number(sum(sum(own.values()) for own in counts)),
        **{name: w.number(sum(own[name] for own in counts))
           for name in ("accepted", "partly", "silent")},
    )  # fmt: skip
    note = w._(
        "Each row of a comparative table counts by itself, as in the open data set"
        " “proposal-answers”; one that nobody answered stays in the count."
    )
    return Section("bodies", title, [told], None, tables, note)


def _body(w: Words, code: str, counts: Mapping[str, int]) -> tuple[str, ...]:
    order = [counts["accepted"], counts["partly"], counts["refused"],
             sum(counts[other] for other in OTHER), counts["silent"]]  # fmt: skip
    return (_named(w, code), *map(w.number, [sum(counts.values()), *order]))


def _named(w: Words, code: str) -> str:
    found = addressees().get(code)
    return str(getattr(found, f"name_{w.language}")) if found else code


def _promises(w: Words, kept: Sequence[Mapping[str, Any]]) -> Section:
    title = w._("What was promised, and what became law")
    if not kept:
        none = w._("No body accepted a proposal in these three years, wholly or in part.")
        return Section("promises", title, [none], None, [])
    rows = [
        (one["number"], w.of(one["title"]), _named(w, one["addressee"]),
         f"{one['answered_on']}, {said(one['answer'], w.language).lower()}",
         f"{one['act']}, {one['adopted_on']}" if one["act"] else NOTHING,
         one["in_force_on"] or NOTHING)
        for one in kept
    ]  # fmt: skip
    columns = (w._("Number"), w._("What"), w._("By whom"), w._("Accepted on"),
               w._("Act, adopted on"), w._("In force from"))  # fmt: skip
    told = w._(
        "Accepted in three years: %(n)s proposals; taken up by an act: %(acts)s.",
        n=w.number(len(kept)), acts=w.number(sum(bool(one["act"]) for one in kept)),
    )  # fmt: skip
    note = w._(
        "A dash: not yet. By when a body will keep its word is not told: answers on record name no"
        " day."
    )
    return Section("promises", title, [told], None,
                   [Table(title, columns, rows, has_titles=True)], note)  # fmt: skip


def lists(e: Edition) -> list[Section]:
    """The open data sets and the words, at the end."""
    kept = e.kept.get("yearbook")
    return [_open_sets(e.words, kept["open_sets"]), _glossary(e.words, kept["glossary"])] if (
        kept
    ) else []  # fmt: skip


def _open_sets(w: Words, kept: Sequence[Mapping[str, Any]]) -> Section:
    often = {
        "IRREG": w._("as it changes"), "WEEKLY": w._("every week"),
        "MONTHLY": w._("every month"), "ANNUAL": w._("every year"),
    }  # fmt: skip
    title = w._("Catalogue of open data")
    rows = [
        (w.of(one["title"]), one["name"], often.get(one["refresh"], NOTHING),
         w.number(one["columns"]))
        for one in kept
    ]  # fmt: skip
    columns = (w._("Open data set"), w._("Its name"), w._("Comes out"), w._("Columns"))
    told = w._(
        "Open data sets beside the monthly figures: %(n)s. Everybody may take and use them without"
        " asking; names, numbers and texts of people are in none.", n=w.number(len(kept)),
    )  # fmt: skip
    return Section("open-sets", title, [told], None,
                   [Table(title, columns, rows, has_words=True,
                          languages=("", "en", "", ""))])  # fmt: skip


def _glossary(w: Words, kept: Sequence[Mapping[str, str]]) -> Section:
    """In the order of the file, which goes by subject: an alphabet helps one language only."""
    title = w._("Words of this report in three languages")
    rows = [(one["kk"], one["ru"], one["en"]) for one in kept]
    return Section("glossary", title, [], None,
                   [Table(title, tuple(NAMES.values()), rows,
                          has_words=True, languages=("kk", "ru", "en"))])  # fmt: skip
