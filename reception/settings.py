"""Settings of one installation. Nothing else reads the environment."""

import os
from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_PORT = 8000
DEMONSTRATION_PREFIX = "demo-"


class SettingsMissing(Exception):
    """A setting is absent or unsafe; the text says which one and how to mend it."""


def default_data_folder(port: int = DEFAULT_PORT) -> Path:
    """Folder of the embedded servers; each port has its own, so two halls never meet."""
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    name = "open-almaty-reception" + ("" if port == DEFAULT_PORT else f"-{port}")
    return Path(home) / name


def data_folder(port: int = DEFAULT_PORT) -> Path:
    return Path(os.environ.get("RECEPTION_DATA") or default_data_folder(port)).absolute()


@dataclass(frozen=True)
class Settings:
    """`secret_key` and `iin_key` are never shown; `demonstration` allows keys made for trials."""

    database_url: str
    redis_url: str
    data: Path
    secret_key: str = field(repr=False)
    iin_key: str = field(repr=False)
    base_url: str
    demonstration: bool
    idle_minutes: int
    smtp_url: str = field(default="", repr=False)
    sms_url: str = field(default="", repr=False)
    telegram_token: str = field(default="", repr=False)
    clamav: str = ""
    imap_url: str = field(default="", repr=False)
    telegram_url: str = "https://api.telegram.org"
    webhooks_inside: bool = False
    second_factor: frozenset[str] = frozenset()
    """Roles that have to bind a device before they come in."""
    dictation: bool = False
    """Whether a clerk may dictate; some browsers send the voice to their maker."""
    statement_s: int = 30
    """Seconds a page may ask the database one question, `lock_s` wait for a row that another holds,
    and `idle_s` hold rows without asking. 0 sets no limit.
    """
    lock_s: int = 10
    idle_s: int = 60

    def refuse_unsafe(self) -> None:
        """Raise SettingsMissing where a real hall would run with a weak or trial secret, and where
        a second factor is asked of a role that is none.
        """
        for name, value in (
            ("RECEPTION_SECRET_KEY", self.secret_key),
            ("RECEPTION_IIN_KEY", self.iin_key),
        ):
            if len(value) < 32:
                raise SettingsMissing(
                    f"{name} is missing or shorter than 32 characters; "
                    "make one with: python -c 'import secrets; print(secrets.token_hex(32))'"
                )
            if value.startswith(DEMONSTRATION_PREFIX) and not self.demonstration:
                raise SettingsMissing(f"{name} is a demonstration secret; set one of your own")
        if self.second_factor:
            self._refuse_unknown_roles()

    def _refuse_unknown_roles(self) -> None:
        """A misspelled role would come in without its code, and nobody would notice."""
        from agencies.staff import Role

        if unknown := sorted(self.second_factor - set(Role)):
            raise SettingsMissing(f"RECEPTION_SECOND_FACTOR names unknown roles: {unknown}")


def sqlalchemy_url(url: str) -> str:
    """Managed servers hand out `postgres://`; SQLAlchemy wants the driver named."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def read_settings() -> Settings:
    """The environment as one value. The launcher fills in what the embedded servers provide."""
    env = os.environ
    settings = Settings(
        database_url=sqlalchemy_url(env.get("DATABASE_URL", "")),
        redis_url=env.get("REDIS_URL", ""),
        data=data_folder(),
        secret_key=env.get("RECEPTION_SECRET_KEY", ""),
        iin_key=env.get("RECEPTION_IIN_KEY", ""),
        base_url=env.get("RECEPTION_BASE_URL", "http://127.0.0.1:8000"),
        demonstration=env.get("RECEPTION_DEMONSTRATION", "") == "1",
        idle_minutes=int(env.get("RECEPTION_IDLE_MINUTES", "30")),
        smtp_url=env.get("SMTP_URL", ""),
        sms_url=env.get("SMS_URL", ""),
        telegram_token=env.get("TELEGRAM_TOKEN", ""),
        imap_url=env.get("IMAP_URL", ""),
        clamav=env.get("CLAMAV_SOCKET", ""),
        statement_s=int(env.get("RECEPTION_STATEMENT_TIMEOUT", "30")),
        lock_s=int(env.get("RECEPTION_LOCK_TIMEOUT", "10")),
        idle_s=int(env.get("RECEPTION_IDLE_IN_TRANSACTION_TIMEOUT", "60")),
        dictation=env.get("RECEPTION_DICTATION", "") == "1",
        webhooks_inside=env.get("RECEPTION_WEBHOOKS_INSIDE", "") == "1",
        second_factor=frozenset(env.get("RECEPTION_SECOND_FACTOR", "").replace(",", " ").split()),
        telegram_url=env.get("TELEGRAM_URL", "https://api.telegram.org").rstrip("/"),
    )
    if not settings.database_url:
        raise SettingsMissing("DATABASE_URL is not set and no embedded server was started")
    return settings
