"""What is to be expected: next month's appeals with an interval, the forecast's past, and which
topics return in which month. Where the past is too short it is said, and nothing is guessed.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from reports import charts, periods, prospects
from reports.charts import Mark
from reports.measured import UNKNOWN, Edition, step_name
from reports.parts import Chart, Section, Table
from reports.prospects import Past, Prospect, Return
from reports.wording import NOTHING, Words

TOPICS_A_MONTH = 4


def told(e: Edition) -> Section | None:
    """None where the edition's figures know no months."""
    kept = e.kept.get("months")
    if kept is None:
        return None
    w, title = e.words, e.words._("What is to be expected")
    found = expected(kept)
    said = [sentence(e), *_scored(w, found)]
    tables = [_calendar(e, kept)] if returns(kept) else []
    if not tables:
        said.append(_no_calendar(w, kept))
    note = w._(
        "Counted by working day, so that holidays do not look like a fall. The forecast is the"
        " better of two: the mean of the last three months, or the same month a year ago moved by"
        " what has changed since. The interval holds eight of ten such months of the past. An event"
        " nobody knows of yet is in no forecast."
    )
    return Section("ahead", title, said, _drawn(e, kept, found), tables, note)


def expected(kept: dict[str, Any]) -> Prospect | None:
    months = kept["months"]
    totals = [sum(own) for own in zip(*kept["topics"].values(), strict=True)]
    return prospects.prospect(months, totals, kept["days"], kept["next_days"]) if totals else None


def returns(kept: dict[str, Any]) -> list[Return]:
    topics = {code: own for code, own in kept["topics"].items() if code != UNKNOWN}
    return prospects.returning(kept["months"], topics)


def sentence(e: Edition) -> str:
    """The next month in a sentence, or why there is none."""
    w, kept = e.words, e.kept["months"]
    month, found = _named(w, kept["next"]), expected(kept)
    if found is None:
        return w._(
            "%(month)s: too little evidence for a forecast (F01). At least a year of months is"
            " needed to know how far one misses; known: %(n)s.",
            month=month, n=w.number(len(kept["months"])),
        )  # fmt: skip
    told = {"month": month, "n": w.number(round(found.expected)),
            "low": w.number(round(found.low)), "high": w.number(round(found.high))}  # fmt: skip
    came = kept.get("so_far")
    if came is not None:
        return w._(
            "%(month)s is not over: before it began about %(n)s appeals were to be expected,"
            " between %(low)s and %(high)s in eight of ten such months; %(came)s have come so far"
            " (F01).",
            came=w.number(came), **told,
        )  # fmt: skip
    return w._(
        "%(month)s: about %(n)s appeals are to be expected, between %(low)s and %(high)s in"
        " eight of ten such months (F01).", **told,
    )  # fmt: skip


def _named(w: Words, name: str) -> str:
    return w.month(periods.parse(name).first)


def _scored(w: Words, found: Prospect | None) -> list[str]:
    if found is None:
        return []
    said = [w._("Half of the forecasts of the past missed by less than %(share)s.",
                share=w.percent(found.miss, places=0))]  # fmt: skip
    judged = [one.held for one in found.past if one.held is not None]
    if judged:
        said.append(w._("In its interval lay %(k)s of the last %(n)s months.",
                        k=w.number(sum(judged)), n=w.number(len(judged))))  # fmt: skip
    else:
        said.append(w._("The interval itself could not be scored yet: too few months are known."))
    return [" ".join(said)]


def _drawn(e: Edition, kept: dict[str, Any], found: Prospect | None) -> Chart | None:
    if found is None:
        return None
    w = e.words
    names = [step_name(w, one.month) for one in found.past]
    finding = w._(
        "Expected in %(month)s: %(low)s to %(high)s appeals (F01)",
        month=step_name(w, kept["next"]),
        low=w.number(round(found.low)), high=w.number(round(found.high)),
    )  # fmt: skip
    measure = w._(
        "Appeals received, and dashed between which counts eight of ten such months lie; the last"
        " column, grey, is the month to come as it is expected"
    )
    marks, bands = _columns(w, kept["next"], found)
    drawing = charts.columns(finding, marks, e.paper, bands=bands)
    rows = [_row(w, name, one) for name, one in zip(names, found.past, strict=True)]
    rows.append((step_name(w, kept["next"]), w.number(round(found.expected)),
                 f"{w.number(round(found.low))} – {w.number(round(found.high))}", NOTHING,
                 NOTHING))  # fmt: skip
    columns = (w._("Month"), w._("Expected"), w._("Interval"), w._("Came"), w._("In the interval"))
    return Chart(finding, measure, drawing, Table(measure, columns, rows))


def _columns(
    w: Words, coming: str, found: Prospect
) -> tuple[list[Mark], list[tuple[float, float] | None]]:
    """Months that were forecast, and the one to come; between what each was to lie."""
    marks = [Mark(_short(one.month), one.came, w.number(one.came)) for one in found.past]
    expected = round(found.expected)
    marks.append(Mark(_short(coming), expected, w.number(expected), focus=False))
    bands = [
        None if one.low is None or one.high is None else (max(0.0, one.low), one.high)
        for one in found.past
    ]
    return marks, [*bands, (max(0.0, found.low), found.high)]


def _short(month: str) -> str:
    return f"{month[5:]}/{month[2:4]}"


def _row(w: Words, name: str, one: Past) -> tuple[str, ...]:
    if one.low is None or one.high is None:
        interval, held = NOTHING, NOTHING
    else:
        interval = f"{w.number(round(one.low))} – {w.number(round(one.high))}"
        held = w._("yes") if one.held else w._("no")
    return name, w.number(round(one.expected)), interval, w.number(one.came), held


def _calendar(e: Edition, kept: dict[str, Any]) -> Table:
    w = e.words
    by_month: dict[int, list[Return]] = defaultdict(list)
    for one in returns(kept):
        by_month[one.month].append(one)
    rows = [
        (w.month_name(number), _topics(e, own[:TOPICS_A_MONTH]))
        for number, own in sorted(by_month.items())
    ]
    caption = w._("Topics that return in the same month, by the past years (F01)")
    return Table(caption, (w._("Month"), w._("Topics")), rows, has_words=True)


def _topics(e: Edition, own: Sequence[Return]) -> str:
    w = e.words
    return "; ".join(
        w._("%(topic)s: %(times)s times the months around, in %(k)s of %(n)s years",
            topic=e.name("category", one.topic), times=w.number(one.times, places=1),
            k=w.number(one.seen), n=w.number(one.years))
        for one in own
    )  # fmt: skip


def _no_calendar(w: Words, kept: dict[str, Any]) -> str:
    known = prospects.years_known(kept["months"])
    if known < prospects.LEAST_YEARS:
        return w._(
            "Calendar of topics that return: too little evidence. Two full years are needed; known"
            " are %(n)s months.", n=w.number(len(kept["months"])),
        )  # fmt: skip
    return w._(
        "Calendar of topics that return: none was clearly above its usual count in the same month"
        " of every year."
    )
