"""an index over the claims that name a lesson"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0112"
down_revision: str | None = "0111"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "ix_claim_lesson", "claim", ["answered_at", "id"],
        postgresql_where=sa.text("lesson <> ''"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_claim_lesson", table_name="claim")
