"""The Center of a trial hall: its systems are those of the simulator, asked like real ones."""

import json
import time
from pathlib import Path

from flask import current_app
from sqlalchemy.orm import Session

from agencies.calendar import clock
from reports.center import collecting, press, registry, simulator
from reports.center.records import SourceSystem

PATIENCE_S = 20.0


def furnish(session: Session) -> None:
    """Connect what the simulator serves; the first values come with the next collection."""
    note = _note(current_app.config["SETTINGS"].data)
    registry.seed_if_empty(session)
    press.load(session, press.FILE, now=clock())
    if note is None:
        return
    for code, feed in simulator.feeds(note["base"], Path(note["folder"])).items():
        source = session.get(SourceSystem, code)
        if source is not None:
            source.transport, address, source.options = feed
            source.cadence_min = registry.DAILY
            collecting.connect(source, address, now=clock())


def _note(folder: Path) -> dict[str, str] | None:
    """Where the simulator listens; it has been started just before."""
    until = time.monotonic() + PATIENCE_S
    while not (folder / simulator.NOTE).exists():
        if time.monotonic() > until:
            return None
        time.sleep(0.05)
    found: dict[str, str] = json.loads((folder / simulator.NOTE).read_text())
    return found
