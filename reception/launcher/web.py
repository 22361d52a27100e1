"""How the web server serves: the one place that knows which server it is.

The launcher holds the address, so that it is taken before anything else starts and stays when a
process is started again. Each process listens on a socket of its own at that address, and the
kernel deals the connections out between them: from one shared socket a single process takes most.
"""

import socket
from importlib import import_module

import uvicorn

import reception
from reception.launcher.refusals import Refused

PROCESSES = 2
APPLICATION = "reception.asgi:app"
SECONDS_TO_FINISH = 3


def load() -> None:
    """Only load what a server needs, for the copies that will be made of this process."""
    import_module(APPLICATION.partition(":")[0])
    for name in reception.PAGES:
        import_module(name)


def taken(host: str, port: int) -> socket.socket:
    """A socket that holds the address without listening. Raises Refused where it is not free."""
    try:
        with _bound((host, port), shared=False):
            pass
        return _bound((host, port), shared=True)
    except OSError as error:
        raise Refused(
            f"cannot listen on {host} port {port}: {error.strerror}; give another --port"
        ) from error


def _bound(address: tuple[str, int], *, shared: bool) -> socket.socket:
    """`shared` sockets may stand beside each other; any other bind shows whether one is there."""
    ours = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
    try:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        ours.bind(address)
    except OSError:
        ours.close()
        raise
    return ours


def serve(held: socket.socket) -> None:
    """Serve in this process, at the address that is held, until asked to stop."""
    config = uvicorn.Config(
        APPLICATION,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )
    with _bound(held.getsockname()[:2], shared=True) as own:
        uvicorn.Server(config).run(sockets=[own])
