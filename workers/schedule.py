"""What beat asks for, and when. Times of day are those of Almaty.

Every entry is a sweep: it finds what a nudge lost, and repeating it is harmless.
"""

from typing import Any

from celery.schedules import crontab


def _every(seconds: float, task: str, **options: Any) -> dict[str, Any]:
    """A sweep nobody has started by the time of the next one is dropped."""
    return {
        "task": f"workers.tasks.{task}",
        "schedule": seconds,
        "options": {"expires": seconds, **options},
    }


def _at(when: crontab, task: str) -> dict[str, Any]:
    return {"task": f"workers.tasks.{task}", "schedule": when}


SCHEDULE: dict[str, dict[str, Any]] = {
    "publish events": _every(2, "publish_events"),
    "forecast the waits": _every(15, "forecast_waits"),
    "warn visitors": _every(5, "warn_visitors"),
    "print slips": _every(3, "print_slips"),
    "leave a mark": _every(10, "heartbeat"),
    "make the voice": _every(60, "make_voice"),
    "render papers": _every(10, "render_documents"),
    "examine files": _every(20, "examine_attachments"),
    "note words for the search": _every(30, "note_words"),
    "render editions": _every(15, "render_editions"),
    "anchor of the journals": _at(crontab(hour=21, minute=0), "anchor_journals"),
    "erase by rule": _at(crontab(hour=2, minute=50), "erase_by_rule"),
    "sweep files of no row": _at(crontab(hour=3, minute=40), "sweep_attachments"),
    "deliver notices": _every(20, "deliver_notices"),
    "letters by e-mail": _every(60, "collect_mail"),
    "steps for the webhooks": _every(10, "announce_steps"),
    "silence past the term": _at(crontab(hour=0, minute=15), "note_silence"),
    "remind of terms": _at(crontab(hour="9-17", minute="5,35"), "remind"),
    "forget idempotency keys": _at(crontab(minute=20), "forget_idempotency_keys"),
    "close what was left open": _at(crontab(hour=0, minute=10), "close_yesterday"),
    "how good the forecast was": _at(crontab(hour=0, minute=20), "score_forecasts"),
    "values of the measures": _at(crontab(hour=0, minute=40), "measure_periods"),
    "releases of the figures": _at(crontab(hour=1, minute=0), "publish_figures"),
    "snapshot of the register": _at(crontab(hour=3, minute=10), "refresh_snapshot"),
    "collect feeds of the Center": _every(60, "collect_feeds"),
    "derive indicators": _every(300, "derive_indicators"),
    "hours of the hall": _at(crontab(minute=5), "publish_hours"),
    "days of the hall": _at(crontab(hour=0, minute=50), "publish_days"),
    "quality of the indicators": _at(crontab(hour=4, minute=30), "check_quality"),
    "what stands out": _at(crontab(hour=5, minute=30), "watch_series"),
    "bulletin of the hall": _at(crontab(hour=18, minute=30), "request_bulletin"),
    "follow proposals": _at(crontab(hour=8, minute=5), "follow_proposals"),
    "check links of the guide": _at(crontab(hour=4, minute=10), "check_links"),
    "learn the routing again": _at(crontab(hour=2, minute=30), "retrain_routing"),
    "which claims may be late": _at(crontab(minute=25), "foresee_lateness"),
    "how well lateness was foreseen": _at(crontab(hour=2, minute=10), "score_lateness"),
    # Every night, though one night a month would do: a first night that failed is made good.
    "sample for quality control": _at(crontab(hour=6, minute=10), "draw_quality_sample"),
    "figures of the last month": _at(crontab(hour=1, minute=10), "compute_month_figures"),
    "editions of what is over": _at(crontab(hour=1, minute=40), "request_editions"),
}
