"""indexes of the numbers of appeals read backwards"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0251"
down_revision: str | None = "0250"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_appeal_number_end", "appeal", [sa.func.reverse(sa.text("number")).label("end")],
            postgresql_ops={"end": "text_pattern_ops"}, postgresql_concurrently=True,
        )  # fmt: skip
        op.create_index(
            "ix_appeal_national_end", "appeal",
            [sa.func.reverse(sa.text("eotinish_number")).label("end")],
            postgresql_ops={"end": "text_pattern_ops"}, postgresql_concurrently=True,
            postgresql_where=sa.text("eotinish_number <> ''"),
        )  # fmt: skip


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_appeal_national_end", table_name="appeal", postgresql_concurrently=True
        )
        op.drop_index("ix_appeal_number_end", table_name="appeal", postgresql_concurrently=True)
