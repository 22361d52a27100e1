"""Source systems as they stand: what they promised, what came last, whether they went quiet."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports.alerts import Alert
from reports.center import silence
from reports.center.records import Batch, Indicator, SourceStatus, SourceSystem


@dataclass(frozen=True)
class System:
    source: SourceSystem
    indicators: int
    last: Batch | None
    alert: Alert | None
    """Who looks into its silence, while it is quiet."""

    @property
    def state(self) -> str:
        """`planned`, `quiet`, `failing`, `waiting`, `fresh`; `files` for one that promises none."""
        one = self.source
        if one.status is SourceStatus.PLANNED:
            return "planned"
        if one.quiet_since is not None:
            return "quiet"
        if one.failures:
            return "failing"
        if self.last is None:
            return "waiting"
        return "fresh" if one.cadence_min else "files"


def systems(session: Session) -> list[System]:
    """By their codes, in four statements."""
    last = select(func.max(Batch.id)).group_by(Batch.source_code)
    batches = {
        one.source_code: one for one in session.scalars(select(Batch).where(Batch.id.in_(last)))
    }
    counted = select(Indicator.source_code, func.count()).where(Indicator.open)
    counts = dict(session.execute(counted.group_by(Indicator.source_code)).all())
    query = select(SourceSystem).where(SourceSystem.status != SourceStatus.RETIRED)
    told = silence.alerts(session)
    return [
        System(one, counts.get(one.code, 0), batches.get(one.code), told.get(one.code))
        for one in session.scalars(query.order_by(SourceSystem.code))
    ]
