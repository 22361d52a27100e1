"""no dimensions of an indicator: those of its series say them"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0093"
down_revision: str | None = "0100"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.drop_table("indicator_dimension")


def downgrade() -> None:
    op.create_table(
        "indicator_dimension",
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("dimension_code", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["dimension_code"], ["center_dimension.code"],
            name=op.f("fk_indicator_dimension_dimension_code"),
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_indicator_dimension_indicator_id")
        ),
        sa.PrimaryKeyConstraint(
            "indicator_id", "dimension_code", name=op.f("pk_indicator_dimension")
        ),
    )
