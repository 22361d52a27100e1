"""words of appeals for the search, indexes of the work lists"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0041"
down_revision: str | None = "0080"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
OPEN = sa.text("status NOT IN ('answered', 'closed', 'withdrawn')")


def upgrade() -> None:
    op.add_column("appeal", sa.Column("words", postgresql.TSVECTOR(), nullable=True))
    op.create_index("ix_appeal_words", "appeal", ["words"], postgresql_using="gin")
    op.create_index(
        "ix_appeal_wordless", "appeal", ["id"], postgresql_where=sa.text("words IS NULL")
    )
    op.create_index("ix_appeal_received_at_id", "appeal", ["received_at", "id"])
    op.create_index("ix_claim_open", "claim", ["due_on", "id"], postgresql_where=OPEN)
    op.create_index(
        "ix_claim_open_agency", "claim", ["agency_id", "due_on", "id"], postgresql_where=OPEN
    )


def downgrade() -> None:
    op.drop_index("ix_claim_open_agency", table_name="claim")
    op.drop_index("ix_claim_open", table_name="claim")
    op.drop_index("ix_appeal_received_at_id", table_name="appeal")
    op.drop_index("ix_appeal_wordless", table_name="appeal")
    op.drop_index("ix_appeal_words", table_name="appeal")
    op.drop_column("appeal", "words")
