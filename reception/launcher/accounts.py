"""Whose account the embedded servers run under.

PostgreSQL refuses to run as root, so under root both servers run as a system account of their own.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reception.launcher.refusals import Refused

SYSTEM_ACCOUNT = "open-almaty"


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int


def server_account(folder: Path) -> Account | None:
    """None is "as we are". A folder made earlier by an ordinary account keeps that account."""
    if os.geteuid() != 0:
        return None
    return _owner(folder) or _known(SYSTEM_ACCOUNT) or _created()


def popen_options(account: Account | None) -> dict[str, Any]:
    """How subprocess is told to change to the account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def own(folder: Path, account: Account | None) -> None:
    """A private folder of the account; one made under another number of it is taken over."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if account is None:
        _refuse_a_strangers(folder)
    elif folder.stat().st_uid != account.uid:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
    folder.chmod(0o700)


def _refuse_a_strangers(folder: Path) -> None:
    if folder.stat().st_uid != os.geteuid():
        raise Refused(f"{folder} belongs to another account; start as that account or give --data")


def _owner(folder: Path) -> Account | None:
    if not folder.exists() or folder.stat().st_uid == 0:
        return None
    try:
        return _account(pwd.getpwuid(folder.stat().st_uid))
    except KeyError:
        return None


def _known(name: str) -> Account | None:
    try:
        return _account(pwd.getpwnam(name))
    except KeyError:
        return None


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _created() -> Account:
    useradd = shutil.which("useradd")
    if useradd is not None:
        nowhere = ("--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin")
        subprocess.run(
            [useradd, "--system", "--user-group", *nowhere, SYSTEM_ACCOUNT],
            check=False,
            capture_output=True,
        )
    account = _known(SYSTEM_ACCOUNT)
    if account is None:
        raise Refused(
            f"PostgreSQL does not run as root and an account {SYSTEM_ACCOUNT!r} cannot be made; "
            "make it, start as an ordinary account, or set DATABASE_URL and REDIS_URL"
        )
    return account
