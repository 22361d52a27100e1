"""A backup holds everything needed to start elsewhere, and a restore spoils nothing."""

import shutil
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from reception.commands import run
from reception.launcher import attached, keys
from reception.launcher.folder import DataFolder, open_folder

COUNT = "SELECT count(*) FROM agency"


GIVEN = ("DATABASE_URL", "REDIS_URL", *keys.NAMES)


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GIVEN:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a hall that was opened once and is closed; each test has a copy of it."""
    folder = open_folder(tmp_path_factory.mktemp("prepared") / "data")
    with pytest.MonkeyPatch.context() as surroundings:
        for name in GIVEN:
            surroundings.delenv(name, raising=False)
        surroundings.setenv("RECEPTION_DATA", str(folder.path))
        with attached():
            pass
    return folder.path


@pytest.fixture
def hall(
    prepared: Path, folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DataFolder]:
    """A prepared hall with one file beside its register; its servers run during the test."""
    shutil.copytree(prepared, folder.path, dirs_exist_ok=True)
    monkeypatch.setenv("RECEPTION_DATA", str(folder.path))
    (folder.path / "attachments").mkdir()
    (folder.path / "attachments" / "1").write_bytes(b"a scanned letter")
    with attached():
        yield folder


@pytest.fixture
def backup(hall: DataFolder, tmp_path: Path) -> Path:
    file = tmp_path / "hall.backup"
    assert run(["backup", str(file)]) == 0
    return file


@pytest.fixture
def elsewhere(backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    """Another machine: nothing of the first one's environment is known there."""
    for name in ("DATABASE_URL", "REDIS_URL", "RECEPTION_BASE_URL", *keys.NAMES):
        monkeypatch.delenv(name, raising=False)
    folder = open_folder(tmp_path / "elsewhere")
    monkeypatch.setenv("RECEPTION_DATA", str(folder.path))
    return folder


def count(folder: DataFolder) -> int:
    with psycopg.connect(folder.database_url) as connection:
        row = connection.execute(COUNT).fetchone()
    return int(row[0]) if row else 0


def test_a_hall_starts_elsewhere_from_its_backup(
    hall: DataFolder, backup: Path, elsewhere: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    agencies = count(hall)

    assert run(["restore", str(backup)]) == 0

    assert f"its keys are in {elsewhere.keys}" in capsys.readouterr().err
    assert keys.kept(elsewhere) == keys.kept(hall)
    assert (elsewhere.path / "attachments" / "1").read_bytes() == b"a scanned letter"
    with attached():
        assert count(elsewhere) == agencies > 0


def test_only_its_owner_reads_a_backup(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_a_backup_may_leave_the_keys_out(
    hall: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "without.backup"

    assert run(["backup", "--without-keys", str(file)]) == 0

    with tarfile.open(file) as tar:
        member = tar.extractfile("keys.env")
        assert member is not None
        assert member.read() == b""
    assert str(hall.keys) in capsys.readouterr().err


def test_a_restore_over_a_register_must_be_wanted(
    hall: DataFolder, backup: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(hall.database_url) as connection:
        connection.execute("UPDATE agency SET icon = 'changed'")

    assert run(["restore", str(backup)]) == 1
    assert "add --replace" in capsys.readouterr().err

    assert run(["restore", "--replace", str(backup)]) == 0
    with psycopg.connect(hall.database_url) as connection:
        row = connection.execute("SELECT count(*) FROM agency WHERE icon = 'changed'").fetchone()
    assert row == (0,)


def test_a_restore_that_fails_leaves_the_register_as_it_was(
    hall: DataFolder, backup: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agencies = count(hall)
    spoilt = tmp_path / "spoilt.backup"
    with tarfile.open(backup) as whole, tarfile.open(spoilt, "w") as tar:
        for member in whole:
            content = whole.extractfile(member)
            if member.name == "register.dump":
                member.size //= 2
            tar.addfile(member, content)

    assert run(["restore", "--replace", str(spoilt)]) == 1

    assert "pg_restore failed" in capsys.readouterr().err
    assert count(hall) == agencies


def test_a_file_that_leads_out_of_the_backup_is_refused(
    hall: DataFolder, backup: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agencies = count(hall)
    with tarfile.open(backup, "a") as tar:
        tar.add(__file__, "files/../../outside")

    assert run(["restore", "--replace", str(backup)]) == 1

    assert "which no backup of a hall holds" in capsys.readouterr().err
    assert not list(hall.path.glob("*outside*"))
    assert count(hall) == agencies


def test_another_key_in_the_environment_is_refused(
    backup: Path,
    elsewhere: DataFolder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("RECEPTION_IIN_KEY", "another-key-" + "0" * 32)

    assert run(["restore", str(backup)]) == 1

    assert "RECEPTION_IIN_KEY is set to another key" in capsys.readouterr().err
    assert not elsewhere.postgres.exists()


@pytest.mark.parametrize("content", [b"", b"no tar at all", None])
def test_what_is_no_backup_is_refused(
    folder: DataFolder,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes | None,
) -> None:
    monkeypatch.setenv("RECEPTION_DATA", str(folder.path))
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)

    assert run(["restore", str(file)]) == 1

    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert str(file) in said
