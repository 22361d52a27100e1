"""Write `reception/static/vendored.sha256`: what others made, file by file."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST = ROOT / "reception" / "static" / "vendored.sha256"
VENDORED = (
    "reception/static/fonts/*",
    "reception/static/img/icons.svg",
    "reception/static/img/ICONS-LICENSE.txt",
    "reports/static/fonts/*",
    "tests/vendor/axe*",
)


def lines() -> list[str]:
    files = sorted(file for pattern in VENDORED for file in ROOT.glob(pattern))
    return [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(ROOT).as_posix()}"
        for file in files
    ]


if __name__ == "__main__":
    LIST.write_text("\n".join(lines()) + "\n", "utf-8")
