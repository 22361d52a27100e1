"""What `reception doctor` looks at. Each finding says what was found and how to mend it."""

import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psycopg
import redis

import reception
from reception.launcher import database, migrating
from reception.settings import Settings, SettingsMissing, data_folder, read_settings

APT_PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
OLDEST_POSTGRES = 15
GIGABYTE = 1024**3
_DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
_CLOCK_TOLERANCE = timedelta(seconds=2)
_BEFORE = datetime(2024, 2, 29, 12, tzinfo=UTC)
_AFTER = datetime(2024, 3, 1, 12, tzinfo=UTC)

State = Literal["ok", "warn", "bad"]


@dataclass(frozen=True)
class Finding:
    """`mend` is empty where all is well."""

    name: str
    state: State
    found: str
    mend: str = ""

    def as_line(self) -> str:
        line = f"{self.state:<5}{self.name:<14} {self.found}"
        return f"{line} -> {self.mend}" if self.mend else line


def ok(name: str, found: str) -> Finding:
    return Finding(name, "ok", found)


def warn(name: str, found: str, mend: str) -> Finding:
    return Finding(name, "warn", found, mend)


def bad(name: str, found: str, mend: str) -> Finding:
    return Finding(name, "bad", found, mend)


def of_machine() -> Iterator[Finding]:
    """What can be seen without a database."""
    yield _python()
    yield _weasyprint()
    yield _inter()
    yield _dejavu()
    yield _zone()
    yield _disk(data_folder())


def of_installation() -> Iterator[Finding]:
    """What the settings lead to."""
    settings = read_settings()
    yield _keys(settings)
    yield from _database(settings.database_url)
    yield _broker(settings.redis_url)


def _python() -> Finding:
    return ok("Python", platform.python_version())


def _weasyprint() -> Finding:
    mend = f"apt-get install {APT_PACKAGES}"
    try:
        import_module("weasyprint")
    except OSError as error:
        return bad("WeasyPrint", f"a system library is missing: {error}".split("\n")[0], mend)
    except ImportError:
        return bad("WeasyPrint", "not installed", "make env")
    return ok("WeasyPrint", version("weasyprint"))


def _inter() -> Finding:
    """One variable file for screens, one of each weight for print."""
    root = Path(reception.__file__).parent.parent
    found = {file.suffix: file.name for file in sorted(root.glob("*/static/fonts/[Ii]nter*"))}
    if not {".woff2", ".ttf"} <= set(found):
        return bad("Inter", "the font of screens or of print is missing", "install it again")
    return ok("Inter", ", ".join(sorted(found.values())))


def _dejavu() -> Finding:
    if _DEJAVU.exists():
        return ok("DejaVu", str(_DEJAVU))
    mend = "apt-get install fonts-dejavu-core"
    return warn("DejaVu", "not found; rare signs in PDF may be missing", mend)


def _zone() -> Finding:
    """Almaty moved from UTC+6 to UTC+5 on 1 March 2024; older data put every later time wrong."""
    try:
        zone = ZoneInfo("Asia/Almaty")
    except ZoneInfoNotFoundError:
        return bad("time zones", "no time-zone data", "apt-get install tzdata")
    offsets = [moment.astimezone(zone).utcoffset() for moment in (_BEFORE, _AFTER)]
    if offsets != [timedelta(hours=6), timedelta(hours=5)]:
        found = "data older than Almaty's move to UTC+5 on 1 March 2024"
        return bad("time zones", found, "apt-get install --only-upgrade tzdata")
    return ok("time zones", "know Almaty's move to UTC+5 on 1 March 2024")


def _disk(folder: Path) -> Finding:
    there = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(there).free / GIGABYTE
    found = f"{free:.1f} GB free for {folder}"
    if free < 1:
        return bad("disk", found, "free some space: PostgreSQL stops when it is full")
    return warn("disk", found, "plan for more space") if free < 5 else ok("disk", found)


def _keys(settings: Settings) -> Finding:
    try:
        settings.refuse_unsafe()
    except SettingsMissing as error:
        return bad("keys", "absent or unsafe", str(error))
    if settings.demonstration:
        return warn("keys", "a demonstration hall", "a real hall gets a data folder of its own")
    return ok("keys", "present, not those of a demonstration")


def _database(url: str) -> Iterator[Finding]:
    try:
        with psycopg.connect(database.libpq_url(url), connect_timeout=10) as connection:
            yield _postgres(connection)
            yield _clock(connection)
            yield _zone_of_database(connection)
        yield _schema(database.stands_at(url))
    except psycopg.OperationalError as error:
        found = str(error).splitlines()[0]
        yield bad("database", found, "check DATABASE_URL and that the server runs")


def _postgres(connection: psycopg.Connection[Any]) -> Finding:
    number = connection.info.server_version
    found = f"{number // 10000}.{number % 10000}"
    if number // 10000 < OLDEST_POSTGRES:
        return bad("PostgreSQL", found, f"upgrade it to {OLDEST_POSTGRES} or newer")
    return ok("PostgreSQL", found)


def _clock(connection: psycopg.Connection[Any]) -> Finding:
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    apart = abs(datetime.now(UTC) - row[0]) if row else timedelta.max
    found = f"{apart.total_seconds():.1f} s between this machine and the database"
    if apart > _CLOCK_TOLERANCE:
        return bad("clock", found, "set both clocks by the same NTP server")
    return ok("clock", found)


def _zone_of_database(connection: psycopg.Connection[Any]) -> Finding:
    query = "SELECT extract(hour FROM timestamptz '2024-03-01 12:00Z' AT TIME ZONE 'Asia/Almaty')"
    row = connection.execute(query).fetchone()
    if not row or int(row[0]) != 17:
        found = "its data are older than Almaty's move to UTC+5"
        return bad("database zones", found, "upgrade PostgreSQL to its latest minor release")
    return ok("database zones", "know Almaty's move to UTC+5 on 1 March 2024")


def _schema(found: str) -> Finding:
    head = migrating.head()
    if found == head:
        return ok("schema", f"at {head}")
    if not found:
        return warn("schema", "an empty database", "reception up, or reception migrate")
    return bad("schema", f"at {found}, this release has {head}", "reception migrate")


def _broker(url: str) -> Finding:
    mend = "check REDIS_URL and that the server runs"
    if not url:
        return bad(
            "broker", "REDIS_URL is not set", "set REDIS_URL, or leave DATABASE_URL unset too"
        )
    try:
        facts: dict[str, Any] = redis.from_url(url, socket_timeout=10).info("server")
    except redis.RedisError as error:
        return bad("broker", str(error), mend)
    if "valkey_version" in facts:
        return ok("broker", f"Valkey {facts['valkey_version']}")
    return ok("broker", f"Redis {facts.get('redis_version', '?')}")
