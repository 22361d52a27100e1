"""Make the icon sprite from the npm package lucide-static (ISC licence).

    npm install --prefix /tmp/assets lucide-static@1.62.0
    python docs/assets/make_icons.py /tmp/assets/node_modules/lucide-static

A symbol is named by what it means here, so that a drawing may change and no template with it.
"""

import re
import sys
from pathlib import Path
from shutil import copyfile

IMG = Path(__file__).parents[2] / "reception" / "static" / "img"

AGENCIES = {
    "akimat": "landmark",
    "housing": "building-2",
    "social": "hand-heart",
    "transport_roads": "bus",
    "architecture": "ruler",
    "ecology": "leaf",
    "police": "shield",
    "revenue": "receipt-text",
    "emergency": "flame",
    "prosecutor": "scale",
    "business": "briefcase",
    "tson": "files",
    "utilities": "lightbulb",
    "health": "stethoscope",
    "education": "graduation-cap",
    "other": "circle-ellipsis",
}
STATES = {
    "good": "circle-check",
    "warn": "triangle-alert",
    "bad": "octagon-alert",
    "info": "info",
    "waiting": "hourglass",
    "called": "megaphone",
    "serving": "messages-square",
    "held": "circle-pause",
    "finished": "flag",
    "cancelled": "circle-slash",
    "offline": "wifi-off",
    "empty": "inbox",
    "loading": "refresh-cw",
}
THINGS = {
    "accessibility": "accessibility",
    "answer": "file-pen",
    "attach": "paperclip",
    "bell": "bell",
    "calendar": "calendar-days",
    "chart": "chart-column",
    "clock": "clock",
    "copy": "copy",
    "desk": "monitor",
    "district": "map-pin",
    "document": "file-text",
    "edit": "pencil",
    "external": "external-link",
    "family": "baby",
    "filter": "filter",
    "guide": "signpost",
    "help": "circle-question-mark",
    "hide": "eye-off",
    "history": "history",
    "keyboard": "keyboard",
    "language": "languages",
    "list": "list",
    "lock": "lock",
    "microphone": "mic",
    "message": "message-circle",
    "paper": "scroll-text",
    "people": "users",
    "person": "user",
    "phone": "phone",
    "mobile": "smartphone",
    "print": "printer",
    "search": "search",
    "send": "send",
    "show": "eye",
    "sign-in": "log-in",
    "sign-out": "log-out",
    "split": "split",
    "star": "star",
    "table": "table-2",
    "ticket": "ticket",
    "transfer": "arrow-right-left",
    "voice": "volume-2",
}
ACTS = {
    "add": "plus",
    "back": "arrow-left",
    "forward": "arrow-right",
    "up": "arrow-up",
    "down": "arrow-down",
    "check": "check",
    "close": "x",
    "download": "download",
    "pause": "pause",
    "repeat": "rotate-ccw",
    "start": "play",
    "stop": "square",
    "undo": "undo-2",
    "upload": "upload",
    "delete": "trash-2",
    "previous": "chevron-left",
    "next": "chevron-right",
    "open": "chevron-down",
    "shut": "chevron-up",
    "grew": "trending-up",
    "fell": "trending-down",
    "moon": "moon",
    "sun": "sun",
    "contrast": "contrast",
    "text-size": "a-large-small",
    "link": "link",
}

# The product's own mark: one open window with the Alatau behind it.
MARK = (
    '<symbol id="mark" viewBox="0 0 32 32">'
    '<rect x="3" y="3" width="26" height="26" rx="5" fill="none" stroke="currentColor" '
    'stroke-width="2.5"/>'
    '<circle cx="21.5" cy="10.5" r="2.5" fill="#FFC233"/>'
    '<path d="M6 22.5 12.5 12l4 6 2.5-3.5 7 8z" fill="currentColor"/>'
    '<path d="M3 24.5h26" stroke="currentColor" stroke-width="2.5"/></symbol>'
)
DRAWN = (
    'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" '
    'stroke-linejoin="round"'
)


def symbol(name: str, source: Path) -> str:
    inside = re.search(r"<svg[^>]*>(.*)</svg>", source.read_text("utf-8"), re.DOTALL)
    if inside is None:
        raise SystemExit(f"{source} is not a drawing")
    shapes = re.sub(r"\s+", " ", inside[1]).replace("> <", "><").replace(" />", "/>").strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24" {DRAWN}>{shapes}</symbol>'


def main(package: Path) -> None:
    chosen = {**AGENCIES, **STATES, **THINGS, **ACTS}
    symbols = [symbol(name, package / "icons" / f"{icon}.svg") for name, icon in chosen.items()]
    sprite = (
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join([MARK, *symbols]) + "\n</svg>\n"
    )
    (IMG / "icons.svg").write_text(sprite, "utf-8")
    copyfile(package / "LICENSE", IMG / "ICONS-LICENSE.txt")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
