"""The data folder: everything that one embedded installation keeps between two starts."""

import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from reception.launcher.refusals import Refused

LONGEST_SOCKET_PATH = 107
DEMONSTRATION, REAL = "demonstration", "real"
_LONGEST_SOCKET = "postgres/.s.PGSQL.5432"


@dataclass(frozen=True)
class DataFolder:
    """`path` is real (no links) and absolute; the two servers have a private folder each in it."""

    path: Path

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def valkey(self) -> Path:
        return self.path / "valkey"

    @property
    def run(self) -> Path:
        """What has a meaning only while the servers run: locks and the notice of who runs them."""
        return self.path / "run"

    @property
    def logs(self) -> Path:
        return self.path / "log"

    @property
    def keys(self) -> Path:
        return self.path / "keys.env"

    @property
    def kind(self) -> str:
        """Whether a demonstration or a real hall was opened here; empty while none was."""
        mark = self.path / "kind"
        return mark.read_text().strip() if mark.exists() else ""

    @property
    def database_url(self) -> str:
        return f"postgresql://reception@/reception?host={quote(str(self.nearby() / 'postgres'))}"

    @property
    def redis_url(self) -> str:
        return f"unix://{quote(str(self.nearby() / 'valkey' / 'valkey.sock'))}?db=0"

    def nearby(self) -> Path:
        """The folder, or a short link to it where the address of a socket would be too long."""
        if _fits(self.path):
            return self.path
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        link = Path(tempfile.gettempdir()) / f"open-almaty-{os.geteuid()}-{digest}"
        if not _fits(link):
            raise Refused(f"{self.path} is too long for a data folder here; give a shorter --data")
        return _linked(link, self.path)


def open_folder(path: Path) -> DataFolder:
    """Make the folder where it is missing."""
    folder = DataFolder(path.resolve())
    try:
        folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for each in (folder.run, folder.logs):
            each.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise Refused(
            f"data folder {path}: {error.strerror}; give another one with --data"
        ) from error
    return folder


def settle_kind(folder: DataFolder, *, demonstration: bool) -> None:
    """A hall never becomes a demonstration, nor the other way round."""
    wanted = DEMONSTRATION if demonstration else REAL
    if folder.kind not in ("", wanted):
        mend = "add --demo" if folder.kind == DEMONSTRATION else "leave out --demo"
        raise Refused(
            f"{folder.path} holds a {folder.kind} hall: {mend}, or give a new folder with --data"
        )
    (folder.path / "kind").write_text(wanted + "\n")


@contextmanager
def held(file: Path, *, shared: bool = False, wait: bool = True) -> Iterator[bool]:
    """Lock a file while the block runs; False where it is taken and we do not wait."""
    kind = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
    with file.open("a") as lock:
        try:
            fcntl.flock(lock, kind)
        except BlockingIOError:
            yield False
        else:
            yield True


def notice(folder: DataFolder) -> dict[str, object]:
    """Who runs the servers and where they serve; empty while nobody does, or not yet."""
    try:
        found = dict(json.loads((folder.run / "open.json").read_text()))
    except (OSError, ValueError):
        return {}
    return found if Path(f"/proc/{found['process']}").exists() else {}


def put_up_notice(folder: DataFolder, base_url: str = "") -> None:
    unfinished = folder.run / "open.json.new"
    unfinished.write_text(json.dumps({"process": os.getpid(), "base_url": base_url}))
    unfinished.rename(folder.run / "open.json")


def take_down_notice(folder: DataFolder) -> None:
    (folder.run / "open.json").unlink(missing_ok=True)


def _fits(path: Path) -> bool:
    return len(os.fsencode(path / _LONGEST_SOCKET)) <= LONGEST_SOCKET_PATH


def _linked(link: Path, target: Path) -> Path:
    """A link of our own: one that another account put there would lead our data to it."""
    if not link.is_symlink():
        try:
            link.symlink_to(target)
        except FileExistsError as error:
            if not link.is_symlink():
                raise Refused(f"{link} is in the way; remove it") from error
    if link.lstat().st_uid != os.geteuid() or link.readlink() != target:
        raise Refused(f"{link} belongs to another account; give a shorter --data")
    return link
