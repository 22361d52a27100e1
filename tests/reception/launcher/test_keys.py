"""The secrets of a data folder."""

import stat

import pytest

from reception.launcher import keys, surroundings
from reception.launcher.folder import DataFolder, settle_kind
from reception.launcher.refusals import Refused
from reception.settings import SettingsMissing, read_settings


def test_keys_are_made_once_and_only_their_owner_reads_them(folder: DataFolder) -> None:
    keys.make_missing(folder, {}, demonstration=False)
    first = keys.kept(folder)
    keys.make_missing(folder, {}, demonstration=False)

    assert keys.kept(folder) == first
    assert set(first) == {"RECEPTION_SECRET_KEY", "RECEPTION_IIN_KEY"}
    assert len(set(first.values())) == 2
    assert all(len(value) == 64 and int(value, 16) for value in first.values())
    assert stat.S_IMODE(folder.keys.stat().st_mode) == 0o600


def test_trial_keys_say_so(folder: DataFolder) -> None:
    keys.make_missing(folder, {}, demonstration=True)

    assert all(value.startswith("demo-") for value in keys.kept(folder).values())
    assert all(len(value) == 5 + 64 for value in keys.kept(folder).values())


def test_given_keys_stand_before_those_of_the_folder(folder: DataFolder) -> None:
    given = {"RECEPTION_SECRET_KEY": "s" * 40, "RECEPTION_IIN_KEY": "i" * 40}

    keys.make_missing(folder, given, demonstration=False)

    assert not folder.keys.exists()
    assert keys.chosen(folder, given) == given


def test_one_missing_key_is_made_and_the_other_kept(folder: DataFolder) -> None:
    keys.write(folder, {"RECEPTION_IIN_KEY": "i" * 40})

    keys.make_missing(folder, {}, demonstration=False)

    assert keys.kept(folder)["RECEPTION_IIN_KEY"] == "i" * 40
    assert len(keys.kept(folder)["RECEPTION_SECRET_KEY"]) == 64


@pytest.mark.parametrize(
    ("first", "then", "mend"), [(True, False, "add --demo"), (False, True, "leave out --demo")]
)
def test_a_hall_never_becomes_a_demonstration_or_back(
    folder: DataFolder, first: bool, then: bool, mend: str
) -> None:
    settle_kind(folder, demonstration=first)
    settle_kind(folder, demonstration=first)

    with pytest.raises(Refused, match=mend):
        settle_kind(folder, demonstration=then)


def test_parts_are_told_that_the_hall_is_a_demonstration(folder: DataFolder) -> None:
    keys.make_missing(folder, {}, demonstration=True)
    settle_kind(folder, demonstration=True)
    told = surroundings.of_hall(folder)
    assert (told["RECEPTION_DEMONSTRATION"], told["RECEPTION_DICTATION"]) == ("1", "1")


def test_a_real_hall_is_not_told_so(folder: DataFolder) -> None:
    keys.make_missing(folder, {}, demonstration=False)
    settle_kind(folder, demonstration=False)
    assert {"RECEPTION_DEMONSTRATION", "RECEPTION_DICTATION"}.isdisjoint(
        surroundings.of_hall(folder)
    )


def test_parts_of_a_real_hall_refuse_the_keys_of_a_demonstration(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RECEPTION_DEMONSTRATION", raising=False)
    for name in keys.NAMES:
        monkeypatch.setenv(name, "demo-" + "0" * 64)
    monkeypatch.setenv("DATABASE_URL", "postgresql:///reception")

    with (
        surroundings.entered(surroundings.of_hall(folder)),
        pytest.raises(SettingsMissing, match="demonstration secret"),
    ):
        read_settings().refuse_unsafe()


def test_a_misspelled_role_does_not_come_in_without_its_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RECEPTION_SECOND_FACTOR", "admin supervizor")
    monkeypatch.setenv("RECEPTION_DEMONSTRATION", "1")
    for name in keys.NAMES:
        monkeypatch.setenv(name, "demo-" + "0" * 64)
    monkeypatch.setenv("DATABASE_URL", "postgresql:///reception")

    with pytest.raises(SettingsMissing, match="supervizor"):
        read_settings().refuse_unsafe()
