"""The two secrets of a data folder: made once, kept in a file that only its owner reads."""

import os
import secrets
from collections.abc import Mapping

from reception.launcher.folder import DataFolder
from reception.settings import DEMONSTRATION_PREFIX

NAMES = ("RECEPTION_SECRET_KEY", "RECEPTION_IIN_KEY")


def kept(folder: DataFolder) -> dict[str, str]:
    """The folder's keys; empty where none were made."""
    return read(folder.keys.read_text()) if folder.keys.exists() else {}


def read(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def chosen(folder: DataFolder, given: Mapping[str, str]) -> dict[str, str]:
    """Given keys stand before the folder's own."""
    return kept(folder) | {name: given[name] for name in NAMES if given.get(name)}


def make_missing(folder: DataFolder, given: Mapping[str, str], *, demonstration: bool) -> None:
    """Trial keys say so, and a real hall does not start with them."""
    if len(chosen(folder, given)) < len(NAMES):
        prefix = DEMONSTRATION_PREFIX if demonstration else ""
        write(folder, {name: prefix + secrets.token_hex(32) for name in NAMES} | kept(folder))


def are_trial(keys: Mapping[str, str]) -> bool:
    return any(value.startswith(DEMONSTRATION_PREFIX) for value in keys.values())


def write(folder: DataFolder, keys: Mapping[str, str]) -> None:
    """Under another name first: a power cut leaves the old keys or the new ones, whole."""
    unfinished = folder.keys.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in keys.items())
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder.keys)
