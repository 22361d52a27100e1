"""The causes behind a proposal, for its page and its dossier: shares with their intervals."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reception.language import named
from reports import causes
from reports.evidence import EvidencePack
from reports.intervals import wilson
from reports.uncoded import Lack
from reports.wording import SHOWN_FROM, Words


@dataclass(frozen=True)
class Causes:
    """Sentences, and rows `cause, cases, share with its interval`, the commonest first."""

    said: list[str]
    rows: list[tuple[str, str, str]]


def frozen(pack: EvidencePack | None, w: Words) -> Causes | None:
    """What the pack keeps of them, or that they were not coded to the end before it was frozen.

    None where it says neither, as packs of before do.
    """
    if pack is None:
        return None
    if kept := pack.result.get("causes"):
        return tables(kept, w)
    lack = pack.result.get("causes_lacking")
    return Causes([_missing(w), lack_said(lack, w)], []) if lack else None


def _missing(w: Words) -> str:
    return w._(
        "The evidence was frozen before two people had coded the causes to the end: how many of"
        " them lie in the law is not known."
    )


def lack_said(lack: Mapping[str, Any], w: Words) -> str:
    """`lack` as `uncoded.lacking` gives it."""
    shown = {"left": w.number(lack["left"]), "cases": w.number(lack["cases"])}
    return {
        Lack.NOT_DRAWN: w._("No sample of cases was drawn."),
        Lack.UNCODED: w._(
            "Cases without the codes of both people: %(left)s of %(cases)s.", **shown
        ),
        Lack.UNSETTLED: w._(
            "Cases coded differently and not settled: %(left)s of %(cases)s.", **shown
        ),
        Lack.UNRELIABLE: w._("The two coders agreed too little for their codes to be told."),
    }[Lack(lack["why"])]


def tables(kept: Mapping[str, Any], w: Words) -> Causes:
    """`kept` as `causes.told` gives it."""
    counts, n = kept["counts"], kept["cases"]
    order = sorted(counts, key=lambda code: (-counts[code], code))
    rows = [
        (f"{code}. {named(causes.catalogue()[code], w.language)}", w.number(counts[code]),
         _share(counts[code], n, w))
        for code in order
    ]  # fmt: skip
    in_law = sum(count for code, count in counts.items() if causes.catalogue()[code].in_law)
    said = [
        w._(
            "Drawn at random: %(n)s of %(all)s matters, coded by two people apart from each other.",
            n=w.number(n), all=w.number(kept["population"]),
        ),
        agreement_said(kept, w),
        w._("The cause lies in the law: %(share)s.", share=_share(in_law, n, w)),
    ]  # fmt: skip
    return Causes(said, rows)


def agreement_said(kept: Mapping[str, Any], w: Words) -> str:
    if kept["kappa"] is None:
        return w._("Both coders gave the same code to every case.")
    return w._(
        "Agreement beyond chance (Cohen's kappa): %(kappa)s, 95 %% interval %(low)s to %(high)s.",
        kappa=w.number(kept["kappa"], places=2), low=w.number(kept["low"], places=2),
        high=w.number(kept["high"], places=2),
    )  # fmt: skip


def _share(count: int, cases: int, w: Words) -> str:
    """`k of n` where a percentage would claim too much, else with its 95 % interval (Wilson)."""
    if cases < SHOWN_FROM:
        return w.share(count, cases)
    low, high = (w.percent(end, places=0) for end in wilson(count, cases))
    share = w.percent(count / cases, places=0)
    return w._("%(share)s (%(low)s to %(high)s)", share=share, low=low, high=high)
