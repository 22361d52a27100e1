"""The book of figures: a code for each number of the report, its value and how it is counted."""

from dataclasses import dataclass
from typing import Any

from reports.parts import Source
from reports.wording import NOTHING


@dataclass(frozen=True)
class Figure:
    code: str
    name: str
    value: str
    counted: str


def book(source: Source) -> list[Figure]:
    """In the order of the codes; the same codes in every language and every month."""
    return [*_cases(source), *_movement(source), *_queue(source)]


def _cases(source: Source) -> list[Figure]:
    w, pack, waits = source.words, source.pack, source.more["handling"]
    share = pack["on_time_share"]

    def days(value: float | None) -> str:
        if value is None:
            return w._("not reached")
        return w._("%(n)s days", n=w.number(value, places=1))

    return [
        Figure("F01", w._("Received"), w.number(pack["received"]),
               w._("Appeals received in the month, by the calendar of Almaty; each once.")),
        Figure("F02", w._("With a first answer"), w.number(pack["with_first_answer"]),
               w._("Of F01, those that had any answer, interim or final.")),
        Figure("F03", w._("First answer, half of the appeals"), days(waits["median"]),
               w._("Elapsed days from receipt until half have a first answer; those still waiting"
                   " are counted in (Kaplan–Meier).")),
        Figure("F04", w._("First answer, nine of ten"), days(waits["p90"]),
               w._("The same for nine of ten. “Not reached”: too many still wait.")),
        Figure("F05", w._("Closed"), w.number(pack["closed"]),
               w._("Of F01, those closed, withdrawn or merged.")),
        Figure("F06", w._("Not closed"), w.number(pack["open"]), w._("F01 less F05.")),
        Figure("F07", w._("Overdue"), w.number(pack["overdue"]),
               w._("Of F06, those without a final answer whose last day has passed.")),
        Figure("F08", w._("Answered in time"),
               w.share(share["numerator"], share["denominator"]),
               w._("Final answer by the last day (%(k)s) / all whose last day has come, open ones"
                   " too, without withdrawn and merged ones (%(n)s).",
                   k=w.number(share["numerator"]), n=w.number(share["denominator"]))),
        Figure("F09", w._("Redirected appeals"), w.number(pack["redirected_cases"]),
               w._("Of F01, those sent on to another agency at least once.")),
        Figure("F10", w._("Redirections"), w.number(pack["redirections"]),
               w._("How often appeals of F01 were sent on.")),
        Figure("F11", w._("Reopened"), w.number(pack["reopened_cases"]),
               w._("Of F01, those taken up again after an answer.")),
    ]  # fmt: skip


def _movement(source: Source) -> list[Figure]:
    w, flow = source.words, source.more["flow"]
    return [
        Figure("F12", w._("Carried in"), w.number(flow["carried_in"]),
               w._("Received earlier and without a final answer at the first moment of the"
                   " month.")),
        Figure("F13", w._("Finished in the month"), w.number(flow["finished"]),
               w._("Finally answered or closed in the month, whenever received.")),
        Figure("F14", w._("Carried out"), w.number(flow["carried_out"]),
               w._("Without a final answer at the last moment of the month: F12 + F01 − F13.")),
    ]  # fmt: skip


def _queue(source: Source) -> list[Figure]:
    w, total = source.words, source.more["hall"]["total"]

    def minutes(name: str) -> str:
        value: Any = total[name]
        return NOTHING if value is None else w._("%(n)s min", n=w.number(value, places=1))

    return [
        Figure("F15", w._("Tickets issued"), w.number(total["issued"]),
               w._("Tickets of the hall's queue; a visitor with two matters may hold two.")),
        Figure("F16", w._("Visitors served"), w.number(total["served"]),
               w._("Tickets with which the conversation at the desk began.")),
        Figure("F17", w._("Not come"), w.number(total["no_show"]),
               w._("Tickets that were called and to which nobody came.")),
        Figure("F18", w._("Wait, half of the visitors"), minutes("wait_median"),
               w._("Minutes from the ticket to the last call.")),
        Figure("F19", w._("Wait, nine of ten"), minutes("wait_p90"),
               w._("The same for nine of ten.")),
        Figure("F20", w._("Waited over 15 minutes"), w.share(total["long_waits"], total["called"]),
               w._("Of the called tickets (%(n)s).", n=w.number(total["called"]))),
    ]  # fmt: skip
