"""A line of a situations file, with changes."""

import json
from typing import Any

LINE = {
    "slug": "lost-keys", "category": "documents",
    "title": {"en": "Lost keys", "ru": "Потеря ключей"},
    "audience": "resident", "steps": ["Look for the keys", "Apply for new ones", "Pay the duty"],
    "documents": ["identity card"], "fee": "2 MCI", "fee_mci": 2, "term": "3 working days",
    "term_value": 3, "term_unit": "working_day", "result": "new keys", "legal_basis": "Order 1",
    "agency": "Public service centre", "channels": ["front-desk"], "source_language": "en",
}  # fmt: skip


def text_of(**changes: Any) -> str:
    return json.dumps(LINE | changes, ensure_ascii=False)
