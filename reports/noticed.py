"""What stood out in the period, told: alerts, failed steps, causes, and the year until now."""

from dataclasses import replace
from typing import Any

from reports import evidence, periods
from reports.measured import Edition
from reports.parts import Section, Table
from reports.wording import NOTHING, Words

FINDINGS = {
    "confirmed": "A matter of the city", "explained": "An event explains it",
    "data_fault": "A fault in the data", "dismissed": "Nothing was found",
}  # fmt: skip
TOPICS_TOLD = 12


def told(e: Edition) -> list[Section]:
    """Nothing where the edition's figures know nothing of it."""
    kept = e.kept.get("noticed")
    if kept is None:
        return []
    parts = [_alerts(e, kept["alerts"]), _steps(e, kept["steps"]), _causes(e, kept["causes"])]
    year = until_now(e)
    return [*([year] if year else []), *parts]


def until_now(e: Edition) -> Section | None:
    """From the first of January to the end of the period's last whole month, beside two years."""
    kept = e.kept.get("months")
    if not kept or not kept["months"]:
        return None
    w, last = e.words, kept["months"][-1]
    years = [int(last[:4]) - back for back in range(3)]
    spans = [_span(kept["months"], year, last[5:]) for year in years]
    sums = [_sum(kept, span) for span in spans]
    title = w._("Since the first of January")
    said = w._(
        "%(month)s, since the first of January: %(n)s appeals (F01); a year before: %(a)s; two"
        " years before: %(b)s.",
        month=w.month(periods.parse(last).first), n=_shown(w, sums[0]), a=_shown(w, sums[1]),
        b=_shown(w, sums[2]),
    )  # fmt: skip
    order = sorted(kept["topics"], key=lambda c: (-(_sum(kept, spans[0], c) or 0), c))
    rows = [
        (e.name("category", code), *(_shown(w, _sum(kept, span, code)) for span in spans))
        for code in order[:TOPICS_TOLD] if _sum(kept, spans[0], code)
    ]  # fmt: skip
    table = Table(w._("Appeals received since January, by topic (F01)"),
                  (w._("Topic"), *map(str, years)), rows)  # fmt: skip
    return Section("year", title, [said], None, [table] if rows else [])


def _span(months: list[str], year: int, until: str) -> list[int] | None:
    """Places of the months of that year; None where one of them is not on record."""
    wanted = [f"{year}-{n:02}" for n in range(1, int(until) + 1)]
    return [months.index(m) for m in wanted] if set(wanted) <= set(months) else None


def _sum(kept: dict[str, Any], span: list[int] | None, topic: str | None = None) -> int | None:
    if span is None:
        return None
    rows = kept["topics"].values() if topic is None else [kept["topics"][topic]]
    return sum(int(own[place]) for own in rows for place in span)


def _shown(w: Words, count: int | None) -> str:
    return NOTHING if count is None else w.number(count)


def _few(w: Words, count: int) -> str:
    found = evidence.shown(count)
    return found if isinstance(found, str) else w.number(found)


def _alerts(e: Edition, found: dict[str, Any]) -> Section:
    w, title = e.words, e.words._("What stood out, week by week")
    if not found["rows"]:
        return Section("stood-out", title, [_nothing_stood_out(w, found)], None, [])
    said = w._(
        "Alerts: %(raised)s, in weeks: %(weeks)s. Up to %(tested)s series were judged in a week,"
        " and about one alert a week may be chance.",
        raised=w.number(found["raised"]), weeks=w.number(found["weeks"]),
        tested=w.number(found["tested"]),
    )  # fmt: skip
    rows = [_alert(w, one) for one in found["rows"]]
    columns = (w._("Week of"), w._("What"), w._("Came"), w._("Expected"), w._("Bound"),
               w._("What was found out"))  # fmt: skip
    known = any(one["finding"] for one in found["rows"])
    told = [said] if known else [said, w._("None of them has been looked into yet.")]
    table = Table(title, columns, rows) if known else Table(
        title, columns[:-1], [row[:-1] for row in rows]
    )  # fmt: skip
    note = w._(
        "An alert is a question, not a charge: it says that more came than chance and the season"
        " explain. What it was is found out by a person; a dash says that this is not done yet."
    )
    return Section("stood-out", title, told, None, [replace(table, has_names=True)], note)


def _nothing_stood_out(w: Words, found: dict[str, Any]) -> str:
    """Nothing found is a finding only where somebody looked. Older figures do not know it."""
    judged = found.get("judged")
    if judged is None:
        return w._("No alert is on record; how many weeks were judged was not kept then.")
    if not judged:
        return w._("No week of this period was judged, so nothing could stand out.")
    return w._(
        "No topic, agency, district or step brought more than was to be expected. Weeks judged:"
        " %(weeks)s, up to %(tested)s series each; chance alone raises about one alert a week.",
        weeks=w.number(judged), tested=w.number(found["tested"]),
    )  # fmt: skip


def _alert(w: Words, one: dict[str, Any]) -> tuple[str, ...]:
    return (
        one["week"], w.of(one["name"]), _few(w, one["observed"]),
        w.number(one["expected"], places=1), _bound(w, one),
        w._(FINDINGS[one["finding"]]) if one["finding"] else NOTHING,
    )  # fmt: skip


def _bound(w: Words, one: dict[str, Any]) -> str:
    """Beside a hidden count its bound would tell it."""
    return w.number(one["bound"]) if one["observed"] >= evidence.LEAST_PERSONS else NOTHING


def _steps(e: Edition, found: dict[str, Any]) -> Section:
    w, title = e.words, e.words._("Life situations: where the procedure broke")
    if not found["rows"]:
        none = w._("No step of a life situation was written down as failed.")
        return Section("steps", title, [none], None, [])
    said = w._(
        "Steps that failed: %(steps)s, in %(failed)s consultations.",
        steps=w.number(found["steps"]), failed=w.number(found["failed"]),
    )  # fmt: skip
    rows = [
        (f"{w.of(one['situation'])}: {w.of(one['step'])}", _few(w, one["failed"]),
         _few(w, one["contacts"]))
        for one in found["rows"]
    ]  # fmt: skip
    columns = (w._("Situation and step"), w._("Failed"), w._("Of consultations"))
    return Section("steps", title, [said], None, [Table(title, columns, rows)])


def _causes(e: Edition, found: list[dict[str, Any]]) -> Section:
    w, title = e.words, e.words._("Causes found behind proposals, and hidden services")
    if not found:
        none = w._("No evidence was frozen in the period, so that no causes are told.")
        return Section("causes", title, [none], None, [])
    hidden = sum(one["hidden"] for one in found)
    coded = any(one["cases"] for one in found)
    said = [
        w._("No cases were coded in the period: whether services that exist in practice only are"
            " among the causes is not known.") if not coded
        else w._("Services that exist in practice and stand in no register, as a cause of: %(n)s"
                 " cases.", n=w.number(hidden)) if hidden
        else w._("No service that exists in practice only was found as a cause."),
    ]  # fmt: skip
    rows = [(one["number"], w.of(one["title"]), *_coded(w, one)) for one in found]
    columns = (w._("Number"), w._("Proposal"), w._("The cause lies in the law"), w._("Cases"),
               w._("Kappa"))  # fmt: skip
    note = w._(
        "Two people code the same cases apart from each other; a dash says that it was not done"
        " when the evidence was frozen."
    )
    return Section("causes", title, said, None, [Table(title, columns, rows, has_names=True)],
                   note)  # fmt: skip


def _coded(w: Words, one: dict[str, Any]) -> tuple[str, str, str]:
    if not one["cases"]:
        return NOTHING, NOTHING, NOTHING
    kappa = NOTHING if one["kappa"] is None else w.number(one["kappa"], places=2)
    return w.share(one["in_law"], one["cases"]), w.number(one["cases"]), kappa
