"""version of a series"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0092"
down_revision: str | None = "0035"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("series", sa.Column("last_batch_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE series s SET last_batch_id = n.batch_id FROM (SELECT series_id, max(batch_id) AS"
        " batch_id FROM observation GROUP BY series_id) n WHERE n.series_id = s.id"
    )


def downgrade() -> None:
    op.drop_column("series", "last_batch_id")
