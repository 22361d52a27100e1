"""weight of a competence"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0071"
down_revision: str | None = "0051"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "competence", sa.Column("weight", sa.Float(), nullable=False, server_default="1")
    )
    op.alter_column("competence", "weight", server_default=None)


def downgrade() -> None:
    op.drop_column("competence", "weight")
