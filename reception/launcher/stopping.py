"""How a person or a service manager asks the launcher to stop."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class AskedToStop(BaseException):
    """Ctrl-C, or a signal that means the same."""


_asked: list[int] = []


def heed() -> None:
    """Leave the block where the signal's own exception got lost: a finaliser lets none out."""
    if _asked:
        raise AskedToStop


@contextmanager
def until_asked_to_stop() -> Iterator[None]:
    """The first signal leaves the block; while it is being left, further ones change nothing."""

    def stop(number: int, _frame: FrameType | None) -> None:
        _asked.append(number)
        for sign in STOPPING:
            signal.signal(sign, signal.SIG_IGN)
        raise AskedToStop

    before = {sign: signal.signal(sign, stop) for sign in STOPPING}
    try:
        with suppress(AskedToStop):
            yield
    finally:
        _asked.clear()
        for sign, handler in before.items():
            signal.signal(sign, handler)
