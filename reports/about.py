"""The chapter about the statistics themselves: how whole they are, what is missing, what was put
right since the edition before, and which definitions changed.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from reports import periods
from reports.editions import KINDS, EditionKind
from reports.measured import Edition, measure_tables, period_name, statements, written
from reports.measures import measure
from reports.parts import Section, Table
from reports.readings import Reading
from reports.wording import NOTHING, Words

COVERED = ("district_unknown", "topic_unknown", "person_unknown", "taken_over", "registered_late")


def told(e: Edition) -> list[Section]:
    """Nothing where the edition's figures know nothing of it."""
    kept = e.kept.get("corrected")
    if kept is None:
        return []
    coming = e.kept["publications"]
    dates = [_publications(e.words, coming)] if len(coming) > 1 else []
    return [_coverage(e), _corrections(e, kept), *dates]


def _coverage(e: Edition) -> Section:
    w, title = e.words, e.words._("About the statistics")
    said = [
        *statements(e, ("district_unknown", "registered_late")),
        w._("Not on record, and so not told: the age and sex of who appealed."),
        w._("A registration is late where the appeal was entered after the day on which the law has"
            " it registered. What comes in later still changes the figures of the period: a period"
            " is settled three months after its end."),
        w._("In the tables that come with a report, and in all that is open to everybody, fewer"
            " than five below the level of the city are hidden, with what would give them away;"
            " names, numbers and texts of people are in none."),
        *(_next(w, one) for one in e.kept["publications"][:1]),
    ]  # fmt: skip
    tables = measure_tables(e, w._("How whole the records are"), COVERED)
    return Section("about", title, said, None, tables)


def _next(w: Words, one: dict[str, str]) -> str:
    return w._(
        "Comes out next: %(report)s, %(period)s, on %(day)s.", report=w._(KINDS[_kind(one)]),
        period=_named(w, one["period"]), day=w.long_day(date.fromisoformat(one["day"])),
    )  # fmt: skip


def _edition(w: Words, one: dict[str, Any]) -> str:
    return f"{w._(KINDS[_kind(one)])}, {_named(w, one['period'])}"


def _named(w: Words, period: str) -> str:
    """A dossier's is the number of its proposal."""
    return period if period.startswith("P-") else period_name(periods.parse(period), w)


def _kind(one: dict[str, str]) -> EditionKind:
    return EditionKind(one["kind"])


def _publications(w: Words, coming: Sequence[dict[str, str]]) -> Section:
    rows = [(one["day"], w._(KINDS[_kind(one)]), _named(w, one["period"])) for one in coming]
    title = w._("When reports come out, a year ahead")
    note = w._("By the working calendar as it is known today; a day moves with it.")
    table = Table(title, (w._("Day"), w._("Report"), w._("Period")), rows, has_titles=True)
    return Section("publications", title, [], None, [table], note)


def _corrections(e: Edition, kept: dict[str, Any]) -> Section:
    w, title = e.words, e.words._("Corrections")
    since = w.long_day(date.fromisoformat(kept["since"]))
    tables = [table for table in (_withdrawn(w, kept), _figures(e, kept["figures"])) if table.rows]
    said = [w._("Told since %(day)s, when the edition before was counted.", day=since)
            if kept["figures"] is not None
            else w._("No edition of the kind was issued for the period before: withdrawals are told"
                     " since %(day)s.", day=since)]  # fmt: skip
    if not tables:
        said.append(w._("No edition or release was withdrawn, and no printed figure moved."))
    note = w._(
        "A withdrawn edition stays in the list with its reason. Figures of the period before move"
        " while its appeals are still answered; that is no error, but it is told."
    )
    return Section("corrections", title, [*said, *_definitions(w, kept["definitions"])], None,
                   tables, note)  # fmt: skip


def _withdrawn(w: Words, kept: dict[str, Any]) -> Table:
    """Editions, then releases of the public figures."""
    rows = [
        (one["day"], f"{_edition(w, one)} ({', '.join(one['languages'])})", one["reason"],
         w.number(one["version"]),
         w.number(one["replaced_by"]) if one["replaced_by"] else NOTHING)
        for one in kept["editions"]
    ]  # fmt: skip
    rows += [
        (one["day"], w._("Open data, %(name)s", name=one["of"]), one["reason"],
         w.number(one["version"]), NOTHING)
        for one in kept["releases"]
    ]  # fmt: skip
    columns = (w._("Withdrawn on"), w._("What"), w._("Reason"), w._("Version"),
               w._("Replaced by version"))  # fmt: skip
    return Table(w._("Editions and releases that were withdrawn"), columns,
                 sorted(rows, key=lambda row: row[0]), has_titles=True)  # fmt: skip


def _figures(e: Edition, moved: Sequence[dict[str, Any]] | None) -> Table:
    w = e.words
    rows = [
        (f"{measure(one['measure']).name[w.language]} ({measure(one['measure']).number})",
         *(_said(w, one, when) for when in ("printed", "now")))
        for one in moved or ()
    ]  # fmt: skip
    columns = (w._("Measure"), w._("As printed"), w._("As counted now"))
    return Table(w._("Figures of the period before that were printed otherwise"), columns, rows)


def _said(w: Words, one: dict[str, Any], when: str) -> str:
    return written(w, measure(one["measure"]), Reading(**one[when]))


def _definitions(w: Words, found: dict[str, list[str]] | None) -> list[str]:
    if found is None:
        return []
    names = {sort: _numbers(codes) for sort, codes in found.items() if sort != "gone"}
    if not any(found.values()):
        return [w._("No definition of a measure changed.")]
    return [
        w._("Measures whose definition changed: %(changed)s; new ones: %(new)s; no longer counted:"
            " %(gone)s.", changed=names["changed"] or NOTHING, new=names["new"] or NOTHING,
            gone=", ".join(found["gone"]) or NOTHING)
    ]  # fmt: skip


def _numbers(codes: Sequence[str]) -> str:
    return ", ".join(measure(code).number for code in codes)
