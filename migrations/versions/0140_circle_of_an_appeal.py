"""special data of an appeal, and officials complained of"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0140"
down_revision: str | None = "0131"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("appeal", sa.Column("special", sa.String(16), server_default="", nullable=False))
    op.add_column(
        "claim", sa.Column("special", sa.Boolean(), server_default="false", nullable=False)
    )
    op.create_table(
        "complained_of",
        sa.Column("appeal_id", sa.BigInteger(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("named_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_complained_of_appeal_id_appeal"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["named_by_id"], ["officer.id"], name=op.f("fk_complained_of_named_by_id_officer")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_complained_of_officer_id_officer")
        ),
        sa.PrimaryKeyConstraint("appeal_id", "officer_id", name=op.f("pk_complained_of")),
    )  # fmt: skip
    op.create_index(
        "ix_complained_of_officer", "complained_of", ["officer_id", "appeal_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("complained_of")
    op.drop_column("claim", "special")
    op.drop_column("appeal", "special")
