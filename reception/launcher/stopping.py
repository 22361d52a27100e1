"""How a person or a service manager asks the launcher to stop."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class AskedToStop(BaseException):
    """Ctrl-C, or a signal that means the same."""


@contextmanager
def until_asked_to_stop() -> Iterator[None]:
    """The first signal leaves the block; while it is being left, further ones change nothing."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for sign in STOPPING:
            signal.signal(sign, signal.SIG_IGN)
        raise AskedToStop

    before = {sign: signal.signal(sign, stop) for sign in STOPPING}
    try:
        with suppress(AskedToStop):
            yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
