"""Thermal printers that speak ESC/POS, over the network or on a USB port of the worker's machine.

A slip goes out as a picture: code pages of these printers lack the Kazakh letters, dots have none.
"""

import re
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

NETWORK = re.compile(r"network://([\w.-]+|\[[\da-fA-F:]+\])(?::(\d{1,5}))?")
USB = re.compile(r"usb://([\da-fA-F]{4}):([\da-fA-F]{4})")
PORT = 9100
PATIENCE_S = 3
ANSWERS_WITHIN_S = 0.5
ASK_PAPER = b"\x10\x04\x04"
NO_PAPER = 0b0110_0000
"""DLE EOT 4: both bits are set when the roll is at its end."""
UNREACHABLE, PAPER_OUT, BROKE_OFF = "unreachable", "no_paper", "broke_off"


class PrinterFails(Exception):
    """`reason` is one of the codes above."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def is_address(text: str) -> bool:
    """`network://host[:port]` or `usb://vendor:product`, both in four hexadecimal digits."""
    found = NETWORK.fullmatch(text)
    if found:
        return 0 < int(found[2] or PORT) < 65536
    return bool(USB.fullmatch(text))


def put_out(address: str, picture: "Image") -> None:
    """Print and cut, or raise PrinterFails; takes at most a few seconds.

    A printer that does not answer questions is believed when it has taken the bytes.
    """
    try:
        printer = _opened(address)
    except Exception as error:  # the library and the USB layer raise classes of their own
        raise PrinterFails(UNREACHABLE) from error
    try:
        _ask_for_paper(printer)
        printer.image(picture)
        printer.cut()
        _ask_for_paper(printer)
    except PrinterFails:
        raise
    except Exception as error:
        raise PrinterFails(BROKE_OFF) from error
    finally:
        printer.close()


def _opened(address: str) -> Any:
    """Loaded here: the library reads the capabilities of every printer when it is imported.

    Its own way to a network printer leaves a socket open where nobody answers.
    """
    from escpos.capabilities import Profile
    from escpos.printer import Network, Usb

    profile = Profile(features={"paperFullCut": True})
    profile.profile_data = {**profile.profile_data, "media": {"width": {}}}
    if found := NETWORK.fullmatch(address):
        host, port = found[1].strip("[]"), int(found[2] or PORT)
        printer = Network(host, port, timeout=PATIENCE_S, profile=profile)
        printer.device = socket.create_connection((host, port), timeout=PATIENCE_S)
        return printer
    numbers = [int(each, 16) for each in address.removeprefix("usb://").split(":")]
    printer = Usb(*numbers, timeout=PATIENCE_S * 1000, profile=profile)
    printer.open()
    return printer


def _ask_for_paper(printer: Any) -> None:
    if hasattr(printer.device, "settimeout"):
        printer.device.settimeout(ANSWERS_WITHIN_S)
    try:
        said = bytes(printer.query_status(ASK_PAPER))
    except TimeoutError:
        said = b""
    finally:
        if hasattr(printer.device, "settimeout"):
            printer.device.settimeout(PATIENCE_S)
    if said and said[0] & NO_PAPER == NO_PAPER:
        raise PrinterFails(PAPER_OUT)
