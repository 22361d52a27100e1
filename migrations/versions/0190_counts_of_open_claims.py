"""counts of open claims from the index alone"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0190"
down_revision: str | None = "0180"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

OPEN = sa.text("status NOT IN ('answered', 'closed', 'withdrawn', 'merged')")
WITH = ["status", "officer_id", "special", "appeal_id", "arbitration_since"]


def upgrade() -> None:
    _make_anew(["status", "officer_id", "agency_id", *WITH[2:]], WITH)


def downgrade() -> None:
    _make_anew([], [])


def _make_anew(of_all: list[str], of_agency: list[str]) -> None:
    op.drop_index("ix_claim_open_agency", table_name="claim")
    op.drop_index("ix_claim_open", table_name="claim")
    op.create_index(
        "ix_claim_open", "claim", ["due_on", "id"],
        postgresql_include=of_all, postgresql_where=OPEN,
    )  # fmt: skip
    op.create_index(
        "ix_claim_open_agency", "claim", ["agency_id", "due_on", "id"],
        postgresql_include=of_agency, postgresql_where=OPEN,
    )  # fmt: skip
