"""The bulletin of a day in the hall, on one page where the day was an ordinary one."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from reports import charts
from reports.charts import Mark
from reports.measured import Edition
from reports.measures import measure
from reports.parts import Chart, Section, Table
from reports.wording import NOTHING, in_alphabet

HEIGHT = 120.0
UNKNOWN = "unknown"
SIGNS_OF_A_DAY = ("tickets", "received")


def head(e: Edition) -> list[str]:
    """What day it was, and when the hall was open."""
    w, kept = e.words, e.kept.get("shift")
    if not kept:
        return []
    kind = w._("a working day") if kept["is_working"] else w._("a day off")
    if not kept["hall"] or not kept["is_working"]:
        return [w._("The day: %(kind)s.", kind=kind)]
    opens, closes = kept["hall"]
    return [w._("The day: %(kind)s; the hall is open from %(opens)s to %(closes)s.", kind=kind,
                opens=opens, closes=closes)]  # fmt: skip


def hours(e: Edition) -> Section:
    """Arrivals by the hour before what is usual for the weekday; below, how many were served."""
    w, title = e.words, e.words._("Hour by hour")
    found: Mapping[str, Mapping[str, Any]] = e.kept["hall"]["by_hour"]
    if not found:
        return Section("hours", title, [w._("No tickets were issued on this day.")], None, [])
    usual = e.kept["shift"]["usual_hours"]
    known = sorted({int(hour) for hour in (*found, *usual)})
    span = [str(hour) for hour in range(known[0], known[-1] + 1)]
    counts = {hour: found[hour]["issued"] if hour in found else 0 for hour in span}
    busiest, total = max(span, key=lambda hour: counts[hour]), sum(counts.values())
    finding = w._(
        "Busiest hour: %(hour)s:00, %(n)s tickets of %(total)s (F15)", hour=busiest,
        n=w.number(counts[busiest]), total=w.number(total),
    )  # fmt: skip
    measure_ = (
        w._("Tickets by the hour of issue (F15); the band is where eight of ten same weekdays lie")
        if usual else
        w._("Tickets by the hour of issue (F15); too few same weekdays are known to say what is"
            " usual")
    )  # fmt: skip
    marks = [Mark(hour, n, w.number(n)) for hour, n in counts.items()]
    bands = [(usual[hour][0], usual[hour][2]) if hour in usual else None for hour in span]
    drawing = charts.columns(finding, marks, e.paper, height=HEIGHT, bands=bands)
    rows = [
        (w._("Served"), *(w.number(found[h]["served"]) if h in found else NOTHING for h in span)),
        (w._("As usual"), *(w.number(usual[h][1]) if h in usual else NOTHING for h in span)),
    ]
    table = Table(measure_, (w._("Hour"), *(f"{hour}:00" for hour in span)),
                  rows if usual else rows[:1])  # fmt: skip
    return Section("hours", title, [], Chart(finding, measure_, drawing, table), [])


def agencies(e: Edition) -> Section:
    w, kept, due = e.words, e.kept["shift"], e.kept["due"]
    title = w._("The day, by agency")
    codes = {
        c for c in e.codes("agency") if any(e.count(n, f"agency:{c}") for n in SIGNS_OF_A_DAY)
    } | set(due) | set(kept["due_tomorrow"])  # fmt: skip
    order = sorted(codes, key=lambda c: (c == UNKNOWN, in_alphabet(_short(e, c))))
    soon = w._(
        "Overdue: %(a)s matters; due in the next three working days: %(b)s.",
        a=w.number(sum(own["overdue"] for own in due.values())),
        b=w.number(sum(own["due_soon"] for own in due.values())),
    )  # fmt: skip
    if not order:
        return Section("agencies", title, [w._("No tickets were issued on this day."), soon],
                       None, [])  # fmt: skip
    day = w.short_day(date.fromisoformat(kept["tomorrow"]))
    shown = ("tickets", "wait_median", "wait_p90", "received")
    heads = [measure(code).head(w.language) for code in shown]
    columns = (
        w._("Agency"), heads[0], w._("Desks"), *heads[1:3], w._("Left the queue (F44)"), heads[3],
        w._("Due tomorrow"), w._("Overdue"),
    )  # fmt: skip
    note = w._("Tomorrow: the next working day, %(day)s", day=day)
    return Section("agencies", title, [soon], None,
                   [Table(title, columns, [_row(e, code) for code in order])], note)  # fmt: skip


def _row(e: Edition, code: str) -> tuple[str, ...]:
    w, scope, kept = e.words, f"agency:{code}", e.kept["shift"]
    left = e.reading("left_queue", scope)
    return (
        _short(e, code), w.number(e.count("tickets", scope)), w.number(kept["desks"].get(code, 0)),
        e.value("wait_median", scope), e.value("wait_p90", scope),
        w.number(int(left.numerator or 0) if left else 0), w.number(e.count("received", scope)),
        w.number(kept["due_tomorrow"].get(code, 0)),
        w.number(e.kept["due"].get(code, {}).get("overdue", 0)),
    )  # fmt: skip


def _short(e: Edition, code: str) -> str:
    """So that an agency has one line of the page."""
    own: Mapping[str, str] = e.kept["shift"]["short"].get(code, {})
    return own.get(e.words.language) or e.name("agency", "" if code == UNKNOWN else code)


def flags(e: Edition) -> Section:
    """At most three, in words: what chance hardly explains beside the seven working days before."""
    w, kept = e.words, e.kept["shift"]["flags"]
    title = w._("What stood out on the day")
    if kept is None or not kept["tested"]:
        none = w._("Nothing can be judged: seven working days before it have to be known.")
        return Section("flags", title, [none], None, [])
    if not kept["rows"]:
        none = w._(
            "Nothing: %(n)s counts lay within what the seven working days before let expect.",
            n=w.number(kept["tested"]),
        )
        return Section("flags", title, [none], None, [])
    said = [_flag(e, row) for row in kept["rows"]]
    more = kept["raised"] - len(said)
    if more:
        said.append(w._("And %(n)s more counts.", n=w.number(more)))
    return Section("flags", title, [" ".join(said)], None, [])


def _flag(e: Edition, row: Mapping[str, Any]) -> str:
    w = e.words
    told = {
        "name": _short(e, row["agency"]) if row["agency"] else w._("all agencies"),
        "n": w.number(row["observed"]), "usual": w.number(row["usual"], places=1),
        "bound": w.number(row["bound"]),
    }  # fmt: skip
    if row["sort"] == "tickets":
        return w._("Tickets, %(name)s: %(n)s; %(usual)s on average, up to %(bound)s by chance"
                   " (F15).", **told)  # fmt: skip
    return w._("Matters received, %(name)s: %(n)s; %(usual)s on average, up to %(bound)s by"
               " chance (F34).", **told)  # fmt: skip
