"""Whoever asks the launcher to stop is heard, whatever it is doing just then."""

import os
import signal

import pytest

from reception.launcher.stopping import until_asked_to_stop
from reception.launcher.supervisor import Supervisor


class AskedWhileFinalised:
    """Asks this process to stop while it is thrown away: no exception leaves a finaliser."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(100):
            pass


def test_a_signal_leaves_the_block() -> None:
    with until_asked_to_stop():
        os.kill(os.getpid(), signal.SIGINT)
        pytest.fail("it went on")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_signal_inside_a_finaliser_is_heeded_in_the_next_round() -> None:
    rounds = Supervisor(print)
    with until_asked_to_stop():
        rounds.look()
        AskedWhileFinalised()
        rounds.look()
        pytest.fail("it went on")

    rounds.look()
