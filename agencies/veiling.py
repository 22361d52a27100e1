"""Free text as somebody reads it who needs the matter and not the person.

`veil` masks the numbers by which a person is found: identification numbers, phones, bank cards and
accounts, numbers of documents, e-mail addresses. What is kept stays as it was written.
"""

import re

from agencies.identity import mask

CARD = re.compile(r"(?<!\d)(?:\d{4}[\s-]?){3}\d{4}(?!\d)")
ACCOUNT = re.compile(r"\bKZ\d{2}(?:[\s-]?[0-9A-Z]{4}){4}\b", re.IGNORECASE)
NUMBER = re.compile(r"(?<!\d)(?:\d{6}[\s-]?\d{3}[\s-]?\d{3}|\d{3}(?:[\s-]\d{3}){3})(?!\d)")
PHONE = re.compile(
    r"(?<![\d+])(?:\+?7|8)[\s.-]*\(?[679]\d{2}\)?(?:[\s.-]*\d){7}(?!\d)"
    r"|\+\d{1,3}[\s.-]?\(?\d{2,4}\)?(?:[\s.-]?\d){6,8}(?!\d)"
    r"|(?<![\d+])7[0-7]\d[\s.-]+\d{3}[\s.-]*\d{2}[\s.-]*\d{2}(?!\d)"
    r"|(?<![\d+])7[0-7]\d{8}(?!\d)"
    r"|(?<![\d-])\d{3}-\d{2}-\d{2}(?![\d-])"
)
DOCUMENT = re.compile(
    r"(?i)((?:удостоверени|паспорт|куәлі[кг]|төлқұжат|passport|identity card)[^\d\n]{0,30})"
    r"(\d{6,9})(?!\d)"
)
EMAIL = re.compile(r"(?<![\w.+-])([\w.+-])[\w.+-]{0,63}@(?=[\w-]+\.\w)")


def veil(text: str) -> str:
    """The text with the numbers of persons masked."""
    text = CARD.sub(lambda found: f"•••• {found[0][-4:]}", text)
    text = ACCOUNT.sub(lambda found: f"KZ•••{found[0][-2:]}", text)
    text = NUMBER.sub(lambda found: mask(re.sub(r"\D", "", found[0])), text)
    text = PHONE.sub(lambda found: f"•••{found[0][-2:]}", text)
    text = DOCUMENT.sub(lambda found: f"{found[1]}•••{found[2][-2:]}", text)
    return EMAIL.sub(lambda found: f"{found[1]}•••@", text)


def hides(text: str) -> bool:
    """Whether there is anything in it that `veil` masks."""
    return veil(text) != text
