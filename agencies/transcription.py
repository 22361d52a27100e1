"""The words of a scanned paper, read by Tesseract where it is installed with Kazakh and Russian."""

import shutil
import subprocess
import tempfile
from pathlib import Path

PATIENCE_S = 120
WANTED = ("kaz", "rus", "eng")
MOST_PAGES = 10
LONGEST = 200_000
READABLE = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}


def languages() -> str:
    """Those of ours that are installed, as Tesseract wants them; empty where it cannot be used."""
    program = shutil.which("tesseract")
    if program is None:
        return ""
    done = _run(program, "--list-langs")
    return "+".join(code for code in WANTED if code in done.split())


def is_possible(media: str) -> bool:
    """A paper in PDF needs its pages as pictures, which poppler makes."""
    needs_pages = media == "application/pdf"
    return media in READABLE and bool(languages()) and (not needs_pages or _pages_program() != "")


def words(content: bytes, media: str) -> str:
    """What stands on the paper, lines as read; empty where nothing could be made out."""
    with tempfile.TemporaryDirectory(prefix="reading-") as name:
        file = Path(name) / f"paper.{READABLE[media]}"
        file.write_bytes(content)
        pages = _pages(file) if media == "application/pdf" else [file]
        program, known = shutil.which("tesseract") or "tesseract", languages()
        found = [_run(program, str(page), "stdout", "-l", known) for page in pages]
    return "\n".join(text.strip() for text in found).strip().replace("\0", "")[:LONGEST]


def _pages_program() -> str:
    return shutil.which("pdftoppm") or ""


def _pages(file: Path) -> list[Path]:
    _run(_pages_program(), "-r", "200", "-l", str(MOST_PAGES), "-png", str(file), str(file))
    return sorted(file.parent.glob("*.png"))


def _run(*command: str) -> str:
    """Standard output; nothing where the program failed or took too long."""
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=PATIENCE_S, check=False, stdin=subprocess.DEVNULL
        )
    except (subprocess.TimeoutExpired, OSError):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
