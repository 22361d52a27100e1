"""The environment as the launcher finds it and hands it on; nothing else here touches it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from reception.launcher import keys
from reception.launcher.folder import DEMONSTRATION, DataFolder


def given() -> dict[str, str]:
    return dict(os.environ)


@contextmanager
def entered(values: Mapping[str, str]) -> Iterator[None]:
    """Settings read inside the block see `values`; afterwards everything is as before."""
    before = given()
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def of_hall(folder: DataFolder, *, base_url: str = "") -> dict[str, str]:
    """What each part of the hall needs to know, where the environment does not already say it.

    A restored demonstration has trial keys of its own before its kind is settled; keys given from
    outside make no demonstration of a real hall.
    """
    found = given()
    secrets = keys.chosen(folder, found)
    trial = folder.kind == DEMONSTRATION or (not folder.kind and keys.are_trial(keys.kept(folder)))
    said = {
        "DATABASE_URL": folder.database_url,
        "REDIS_URL": folder.redis_url,
        "RECEPTION_BASE_URL": base_url,
        "RECEPTION_DEMONSTRATION": "1" if trial else "",
        "RECEPTION_DICTATION": "1" if trial else "",
    }
    return (
        {name: found.get(name) or value for name, value in said.items() if found.get(name) or value}
        | secrets
        | {"RECEPTION_DATA": str(folder.path)}
    )
