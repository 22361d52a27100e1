"""reports by e-mail, and where the body that owes an answer is reminded"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0063"
down_revision: str | None = "0052"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "report_reader",
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_report_reader_officer_id")
        ),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_report_reader")),
    )
    op.add_column(
        "dispatch", sa.Column("email", sa.String(length=255), server_default="", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("dispatch", "email")
    op.drop_table("report_reader")
