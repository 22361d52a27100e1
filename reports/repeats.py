"""Who wrote again, and which letters came as a campaign: told, so that neither passes for many."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from reports import returning
from reports.measured import Edition, measure_tables, statements
from reports.parts import Section, Table
from reports.wording import NOTHING, Words

CODES = (
    "repeated_share", "frequent_share", "repeats_no_answer", "repeats_disagreeing",
    "repeats_other_defect",
)  # fmt: skip
LISTED = 10


def told(e: Edition) -> Section | None:
    """None where the edition's figures know nothing of it."""
    kept = e.kept.get("repeats")
    if kept is None:
        return None
    w, title = e.words, e.words._("Repeats and campaigns")
    tables = [
        *measure_tables(e, w._("Who wrote again"), CODES), *_spread(w, kept["spread"]),
        *_campaigns(e, kept["campaigns"]),
    ]  # fmt: skip
    said = [*statements(e, ("repeated_share", "frequent_share")), *_top(w, kept["spread"]),
            _sum(e, kept["campaigns"])]  # fmt: skip
    note = w._(
        "Who writes often does nothing wrong, and nobody is listed. A campaign: at least ten"
        " letters of at least five persons in a fortnight, of whose runs of five words four in five"
        " are the same. It counts once as a matter and as many as its persons."
    )
    return Section("repeats", title, said, None, tables, note)


def _top(w: Words, spread: Sequence[Sequence[int]]) -> list[str]:
    found = returning.top_share([(k, n) for k, n in spread])
    if found is None:
        return []
    return [w._("One in a hundred of the known persons, those who wrote most, wrote %(share)s of"
                " their appeals.", share=w.share(*found))]  # fmt: skip


def _spread(w: Words, spread: Sequence[Sequence[int]]) -> list[Table]:
    rows = returning.grouped([(k, n) for k, n in spread])
    whole = sum(appeals for *_, appeals in rows)
    if not whole or len(rows) == 1:
        return []
    columns = (w._("Appeals of a person"), w._("Persons"), w._("Appeals"), w._("Share"))
    lines = [
        (_step(w, low, high), w.number(persons), w.number(appeals), w.share(appeals, whole))
        for low, high, persons, appeals in rows
    ]
    return [Table(w._("Known persons, by how often they appealed in the period"), columns, lines)]


def _step(w: Words, low: int, high: int) -> str:
    if not high:
        return w._("%(n)s and more", n=w.number(low))
    return w.number(low) if low == high else f"{w.number(low)}–{w.number(high)}"


def _sum(e: Edition, found: Sequence[dict[str, Any]]) -> str:
    w = e.words
    if not found:
        return w._("No campaign of like letters was found.")
    return w._(
        "Campaigns of like letters: %(n)s, with %(letters)s of the %(total)s appeals (F01).",
        n=w.number(len(found)), letters=w.number(sum(one["letters"] for one in found)),
        total=w.number(e.count("received")),
    )  # fmt: skip


def _campaigns(e: Edition, found: Sequence[dict[str, Any]]) -> list[Table]:
    if not found:
        return []
    w = e.words
    rows = [
        (one["first"], _topic(e, one["topics"]), w.number(one["letters"]),
         w.number(one["persons"]), one["last"])
        for one in found[:LISTED]
    ]  # fmt: skip
    columns = (w._("First day"), w._("Topic"), w._("Letters"), w._("Persons"), w._("Last day"))
    campaigns = Table(w._("The largest campaigns"), columns, rows, has_names=True)
    return [campaigns, _without(e, found)]


def _topic(e: Edition, topics: Mapping[str, int]) -> str:
    """That of most letters."""
    return e.name("category", max(sorted(topics), key=lambda code: topics[code]))


def _without(e: Edition, found: Sequence[dict[str, Any]]) -> Table:
    """Topics with a campaign in them, and what they would have without it."""
    w = e.words
    letters: Counter[str] = Counter()
    for one in found:
        letters.update(one["topics"])
    rows = [
        (e.name("category", code), w.number(count), w.number(letters[code]),
         w.number(count - letters[code]) if count else NOTHING)
        for code in sorted(letters, key=lambda code: (-letters[code], code))
        for count in [e.count("received", f"category:{code}")]
    ]  # fmt: skip
    columns = (w._("Topic"), w._("Received"), w._("In campaigns"), w._("Without them"))
    return Table(w._("Topics with and without campaigns (F01)"), columns, rows)
