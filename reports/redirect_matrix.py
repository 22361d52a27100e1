"""From which agency to which: the redirects of a period as a table with a heat.

Agencies stand in the order of the Kazakh alphabet in every language and carry a number, by which
the columns name them. One to four redirects are written "<5", in the sums too.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from reports.measured import UNKNOWN, Edition, statements
from reports.parts import Section, Table
from reports.wording import NOTHING, Words, in_alphabet

MOST, FEWEST, PAIRS = 12, 5, 5
"""Agencies of the table, the least count that is written, and pairs that are told of."""
FEW = "<5"
OTHERS = "others"
DARK = ((2, 4), (4, 3), (8, 2))
"""A cell of at least a half, a quarter, an eighth of the largest, and how dark it stands."""
Ways = Mapping[tuple[str, str], int]


def told(e: Edition) -> Section | None:
    """None where the edition's figures know nothing of redirects."""
    if "redirects" not in e.kept:
        return None
    w, title = e.words, e.words._("From agency to agency")
    sent = {(a, b): times for a, b, times, _ in e.kept["redirects"]}
    back = {(a, b): n for a, b, _, n in e.kept["redirects"] if n}
    if not sent:
        return Section(
            "redirects", title, [w._("Nothing was sent on in the period (F39).")], None, []
        )
    order = _busiest(e, sent)
    tables = [_matrix(e, _folded(sent, order), _folded(back, order), order), *_pairs(e, sent, back)]
    note = w._(
        "A row tells who sent on, a column by its number who received; 1 to 4 are written “<5”. The"
        " darker the cell, the more: the darkest have at least half of the"
        " largest count. What came back to an agency that had sent it on before went in a circle:"
        " nobody felt competent."
    )
    said = [*statements(e, ("sent_on", "sent_back")), *_most(e, sent)]
    return Section("redirects", title, said, None, tables, note)


def _busiest(e: Edition, sent: Ways) -> list[str]:
    """Those with the most redirects from and to them, by the alphabet; what is left are others."""
    busy: Counter[str] = Counter()
    for (sender, receiver), times in sent.items():
        busy[sender] += times
        busy[receiver] += times
    kept = sorted(busy, key=lambda code: (-busy[code], code))
    shown = kept if len(kept) <= MOST + 1 else kept[:MOST]
    names = sorted(shown, key=lambda code: (code == UNKNOWN, in_alphabet(e.kazakh("agency", code))))
    return names if len(shown) == len(kept) else [*names, OTHERS]


def _folded(ways: Ways, order: Sequence[str]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for pair, times in ways.items():
        sender, receiver = (code if code in order else OTHERS for code in pair)
        found[sender, receiver] += times
    return found


def _matrix(e: Edition, sent: Ways, back: Ways, order: Sequence[str]) -> Table:
    w, most = e.words, max(sent.values())
    numbers = [str(place) for place, _ in enumerate(order, 1)]
    columns = (w._("Sent by"), *numbers, w._("All sent"), w._("Went back"))
    rows, shades = [], []
    for number, sender in zip(numbers, order, strict=True):
        counts = [sent.get((sender, receiver), 0) for receiver in order]
        returned = sum(back.get((sender, receiver), 0) for receiver in order)
        rows.append((f"{number}. {_name(e, sender)}", *(_cell(w, n) for n in counts),
                     _cell(w, sum(counts)), _cell(w, returned)))  # fmt: skip
        shades.append([*(_shade(n, most) for n in counts), 0, 0])
    received = [sum(sent.get((sender, to), 0) for sender in order) for to in order]
    rows.append((w._("Received from others"), *(_cell(w, n) for n in received),
                 _cell(w, sum(received)), _cell(w, sum(back.values()))))  # fmt: skip
    shades.append([0] * (len(order) + 2))
    caption = w._("Sent on by the agency of the row to the agency of the column (F39, F56)")
    return Table(caption, columns, rows, shades=shades)


def _name(e: Edition, code: str) -> str:
    return e.words._("all others") if code == OTHERS else e.name("agency", code)


def _cell(w: Words, times: int) -> str:
    if not times:
        return NOTHING
    return FEW if times < FEWEST else w.number(times)


def _shade(times: int, most: int) -> int:
    """One that is not written is never darker than the lightest."""
    if times < FEWEST:
        return int(times > 0)
    return next((shade for part, shade in DARK if times * part >= most), 1)


def _most(e: Edition, sent: Ways) -> list[str]:
    times, (sender, receiver) = max((times, pair) for pair, times in sent.items())
    if times < FEWEST:
        return []
    return [
        e.words._("Most often: from %(sender)s to %(receiver)s, %(n)s times (F39).",
                  sender=_name(e, sender), receiver=_name(e, receiver), n=e.words.number(times))
    ]  # fmt: skip


def _pairs(e: Edition, sent: Ways, back: Ways) -> list[Table]:
    """Two agencies between which matters went there and back, those with the most first."""
    w = e.words
    circles: Counter[tuple[str, str]] = Counter()
    for (one, other), times in back.items():
        circles[min(one, other), max(one, other)] += times
    shown = [pair for pair, n in sorted(circles.items(), key=lambda c: (-c[1], c[0]))
             if n >= FEWEST][:PAIRS]  # fmt: skip
    rows = [
        (f"{_name(e, one)} ⇄ {_name(e, other)}", _cell(w, sent.get((one, other), 0)),
         _cell(w, sent.get((other, one), 0)), w.number(circles[one, other]))
        for one, other in shown
    ]  # fmt: skip
    columns = (w._("Two agencies"), w._("There"), w._("The other way"), w._("Went back"))
    caption = w._("Between which two agencies matters went in a circle (F56)")
    return [Table(caption, columns, rows)] if rows else []
