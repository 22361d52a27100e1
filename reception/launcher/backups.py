"""Everything needed to start elsewhere, in one file: register, attachments and keys.

It is a tar of `manifest.json`, `register.dump` (PostgreSQL's own format), `keys.env`, and `files/`
with whatever else the data folder keeps.
"""

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from reception.launcher import database, keys, preparing, programs
from reception.launcher.folder import DataFolder
from reception.launcher.refusals import Refused

_MANIFEST, _REGISTER, _KEYS, _FILES = "manifest.json", "register.dump", "keys.env", "files"
_OF_THIS_MACHINE = ("postgres", "valkey", "run", "log", "prepared", "keys.", "beat-schedule")


def write(
    file: Path, folder: DataFolder, *, database_url: str, secrets: Mapping[str, str], now: datetime
) -> None:
    """Under another name until it is whole, readable by its owner only."""
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as name:
        parts = Path(name)
        _dump(database_url, parts / _REGISTER)
        (parts / _KEYS).write_text("".join(f"{key}={value}\n" for key, value in secrets.items()))
        (parts / _MANIFEST).write_text(json.dumps(_manifest(database_url, now), indent=2))
        whole = parts / "whole.tar"
        with tarfile.open(whole, "w") as tar:
            for each in (_MANIFEST, _REGISTER, _KEYS):
                tar.add(parts / each, each)
            for kept in _kept(folder):
                tar.add(kept, f"{_FILES}/{kept.name}")
        whole.chmod(0o600)
        whole.replace(file)


def read_manifest(file: Path) -> dict[str, Any]:
    """Raises Refused where the file is not a backup that this release can restore."""
    try:
        with tarfile.open(file) as tar:
            member = tar.extractfile(_MANIFEST)
            manifest = dict(json.loads(member.read())) if member else {}
    except (tarfile.TarError, KeyError, ValueError) as error:
        raise Refused(f"{file} is not a backup made by `reception backup`") from error
    if not preparing.knows(str(manifest.get("revision"))):
        raise Refused(
            f"{file} was made by release {manifest.get('release')}, newer than this one; "
            "install that release and restore again"
        )
    return manifest


def restore(file: Path, folder: DataFolder, *, database_url: str, replace: bool) -> None:
    """All of the register or nothing of it; keys and files follow once it is in."""
    with tempfile.TemporaryDirectory(dir=folder.path, prefix="run-restore-") as name:
        parts = Path(name)
        _unpack(file, parts)
        with _emptied(database_url, replace=replace):
            _load(database_url, parts / _REGISTER)
        _put_keys(parts / _KEYS, folder)
        for kept in sorted((parts / _FILES).glob("*")):
            _put(kept, folder.path / kept.name)
    preparing.forget(folder)


def _unpack(file: Path, parts: Path) -> None:
    """Plain files and folders, none of them outside of `parts`. Raises Refused at anything else."""
    with tarfile.open(file) as tar:
        for member in tar:
            target = parts / member.name
            within = target.resolve().is_relative_to(parts.resolve())
            if not within or not (member.isfile() or member.isdir()):
                raise Refused(f"{file} holds {member.name}, which no backup of a hall holds")
            if member.isdir():
                target.mkdir(parents=True)
            elif content := tar.extractfile(member):
                with target.open("wb") as kept:
                    shutil.copyfileobj(content, kept)
            target.chmod(member.mode & 0o700)


def keys_in(file: Path) -> dict[str, str]:
    with tarfile.open(file) as tar:
        member = tar.extractfile(_KEYS)
        return keys.read(member.read().decode()) if member else {}


def _kept(folder: DataFolder) -> list[Path]:
    found = sorted(folder.path.glob("*"))
    return [each for each in found if not each.name.startswith(_OF_THIS_MACHINE)]


def _manifest(database_url: str, now: datetime) -> dict[str, str]:
    return {
        "made_at": now.isoformat(timespec="seconds"),
        "release": version("open-almaty-reception"),
        "revision": database.stands_at(database_url),
    }


def _put_keys(file: Path, folder: DataFolder) -> None:
    if found := keys.read(file.read_text()):
        keys.write(folder, found)


def _put(source: Path, target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    shutil.move(source, target)


@contextmanager
def _emptied(database_url: str, *, replace: bool) -> Iterator[None]:
    """What was there stands aside until the block is done, and comes back if it fails."""
    with psycopg.connect(database.libpq_url(database_url), autocommit=True) as connection:
        count = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone()
        if count and count[0] and not replace:
            raise Refused("the database is not empty; add --replace to put the backup in its place")
        connection.execute("DROP SCHEMA IF EXISTS before_restore CASCADE")
        connection.execute("ALTER SCHEMA public RENAME TO before_restore")
        connection.execute("CREATE SCHEMA public")
        try:
            yield
        except BaseException:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("ALTER SCHEMA before_restore RENAME TO public")
            raise
        connection.execute("DROP SCHEMA before_restore CASCADE")


def _dump(database_url: str, file: Path) -> None:
    options = ("--format=custom", "--exclude-schema=before_restore", f"--file={file}")
    _run("pg_dump", *options, url=database_url)


def _load(database_url: str, file: Path) -> None:
    options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    _run("pg_restore", *options, str(file), url=database_url)


def _run(program: str, *options: str, url: str) -> None:
    """The password goes by the environment: among the arguments everybody could read it."""
    address = {k: str(v) for k, v in conninfo_to_dict(database.libpq_url(url)).items()}
    password = address.pop("password", "")
    done = subprocess.run(
        [str(programs.postgres_bin() / program), f"--dbname={make_conninfo(**address)}", *options],
        env={"PATH": os.defpath, "PGPASSWORD": password},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Refused(f"{program} failed: {done.stderr.strip().splitlines()[-1]}")
