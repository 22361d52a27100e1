"""The front office: the Flask application, the hall's queue, intake and the public pages."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from flask import Flask

from agencies import access
from agencies.db import bound, db
from reception import frame, language, problems, security
from reception.settings import Settings, read_settings

PAGES: tuple[str, ...] = (
    "reception.api",
    "reception.api.stream",
    "reception.api.open311",
    "reception.pages.front",
    "reception.pages.login",
    "reception.pages.second_factor",
    "reception.pages.kiosk",
    "reception.pages.kiosk_offline",
    "reception.pages.guide",
    "reception.pages.guide_editor",
    "reception.pages.guide_breaks",
    "reception.pages.booking",
    "reception.pages.booked_visits",
    "reception.pages.heads",
    "reception.pages.board",
    "reception.pages.voice",
    "reception.pages.devices",
    "reception.pages.supervisor",
    "reception.pages.day_end",
    "reception.pages.day_plan",
    "reception.pages.history",
    "reception.pages.fair_play",
    "reception.pages.queue_rules",
    "reception.pages.administration",
    "reception.pages.webhooks",
    "reception.pages.phone",
    "reception.pages.desk",
    "reception.pages.slips",
    "reception.pages.floor",
    "reception.pages.intake",
    "reception.pages.intake_asides",
    "reception.pages.mail",
    "reception.pages.papers",
    "reception.pages.protocol",
    "reception.pages.track",
    "reception.pages.applicant",
    "reception.pages.letters",
    "reception.pages.archives",
    "reception.pages.case_prints",
    "reception.pages.health",
    "reception.pages.refusals",
    "reception.pages.parts",
    "agencies.pages",
    "agencies.pages.register",
    "reports.pages.archive",
    "reports.pages.alerts",
    "reports.pages.dashboards",
    "reports.pages.hot_spots",
    "reports.pages.published",
    "reports.pages.catalogue",
    "reports.pages.opened",
    "reports.pages.opened_api",
    "reports.pages.proposals",
    "reports.pages.causes",
    "reports.pages.council",
    "reports.api",
    "reports.center.api",
    "reports.pages.center",
    "reports.center.publishing",
)
"""Blueprints by name, so that reception serves pages of packages that it may not import."""

COMMANDS: tuple[str, ...] = (
    "reception.commands.running",
    "reception.commands.backup",
    "reception.commands.doctor",
    "reception.commands.tokens",
    "reception.commands.second_factor",
    "reception.commands.law",
    "reception.commands.journals",
    "reception.commands.archives",
    "reception.commands.lateness",
    "reception.commands.queue",
    "reception.commands.routing",
    "reports.center.commands",  # `import`: what reception takes in, and observations
    "reception.commands.catching",
    "reports.commands",
)
"""Modules whose `commands` the console script `reception` offers."""

SEEDS: tuple[str, ...] = ("reception.seeding", "reports.center.registry")
"""Modules whose `seed` puts reference data into the tables, in this order."""

DEMONSTRATIONS: tuple[str, ...] = (
    "reception.demonstration",
    "reports.center.demonstration",
    "reports.demonstration",
)
"""Modules whose `furnish` makes the trial hall live."""

AWAITED: tuple[str, ...] = ("foresee_lateness", "score_lateness", "open_figures")
"""Work of an hour or a night that a trial hall asks for as soon as it is furnished."""

SIMULATOR = "reports.center.simulator"
"""Serves the source systems of the demonstration on loopback."""


ENGINE = {
    "pool_size": 20,
    "max_overflow": 20,
    "pool_use_lifo": True,
    "connect_args": {"prepare_threshold": 2},
}
"""The connection last used comes first: few stay warm, with their statements prepared."""


class Hall(Flask):
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view or hook of the house is a coroutine: none is looked at again for each call."""
        return func


def serving_app() -> Flask:
    """The application as the web processes run it: one bad question cannot hold the hall."""
    app = create_app()
    settings: Settings = app.config["SETTINGS"]
    with app.app_context():
        bound(
            db.engine, statement_s=settings.statement_s, lock_s=settings.lock_s,
            idle_s=settings.idle_s,
        )  # fmt: skip
    return app


def create_app(settings: Settings | None = None) -> Flask:
    """The web application. Raises SettingsMissing where a secret is absent or unsafe."""
    settings = settings or read_settings()
    settings.refuse_unsafe()
    app = Hall(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=ENGINE,
        MAX_CONTENT_LENGTH=25 * 1024 * 1024,
        SETTINGS=settings,
    )
    db.init_app(app)
    for part in (access, language, problems, security, frame):
        part.init_app(app)
    for name in PAGES:
        app.register_blueprint(import_module(name).pages)
    return app
