"""the claims of an agency looked through from an index alone"""

from collections.abc import Sequence

from alembic import op

revision: str = "0201"
down_revision: str | None = "0200"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "ix_claim_sought", "claim", ["agency_id", "due_on", "id"],
        postgresql_include=["status", "officer_id", "special", "appeal_id"],
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_claim_sought", table_name="claim")
