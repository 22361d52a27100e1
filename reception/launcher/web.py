"""How the web server serves: the one place that knows which server it is.

The launcher holds the socket, so that it is taken before anything else starts and stays when a
process behind it is started again; each process serves from it with an application of its own.
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
    """The socket of an address that is ours from now on."""
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    ours = socket.socket(kind)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        ours.bind((host, port))
    except OSError as error:
        ours.close()
        raise Refused(
            f"cannot listen on {host} port {port}: {error.strerror}; give another --port"
        ) from error
    return ours


def serve(listening: socket.socket) -> None:
    """Serve in this process until asked to stop."""
    config = uvicorn.Config(
        APPLICATION,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )
    uvicorn.Server(config).run(sockets=[listening])
