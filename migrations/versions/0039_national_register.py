"""day of the national register"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0039"
down_revision: str | None = "0038"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("appeal", sa.Column("eotinish_registered_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_appeal_unnumbered",
        "appeal",
        ["registered_on", "id"],
        postgresql_where=sa.text("eotinish_number = '' AND source = 'hall'"),
    )


def downgrade() -> None:
    op.drop_index("ix_appeal_unnumbered", table_name="appeal")
    op.drop_column("appeal", "eotinish_registered_on")
