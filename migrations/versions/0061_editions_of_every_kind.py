"""editions of every kind"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0061"
down_revision: str | None = "0070"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

PERIODS = "'daily', 'weekly', 'monthly', 'quarterly', 'annual'"
STATES = "'requested', 'rendering', 'rendered', 'issued', 'failed'"
COLUMNS = (
    sa.Column("proposal_id", sa.BigInteger(), nullable=True),
    sa.Column("proposal_position", sa.Integer(), nullable=True),
    sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    sa.Column("note", sa.String(), nullable=False, server_default=""),
    sa.Column("progress", sa.SmallInteger(), nullable=False, server_default="0"),
    sa.Column("kept", sa.LargeBinary(), nullable=True),
    sa.Column("kept_digest", sa.String(length=64), nullable=False, server_default=""),
    sa.Column("workbook", sa.LargeBinary(), nullable=True),
    sa.Column("recipients", postgresql.JSONB(), nullable=False, server_default="[]"),
    sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
    sa.Column("withdrawal", sa.String(), nullable=False, server_default=""),
)
DEFAULTED = [column for column in COLUMNS if column.server_default is not None]


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column("edition", column)
    for column in DEFAULTED:
        op.alter_column("edition", column.name, server_default=None)
    op.alter_column("edition", "figure_set_id", nullable=True)
    op.create_foreign_key(
        op.f("fk_edition_proposal_id"), "edition", "proposal", ["proposal_id"], ["id"]
    )
    op.create_foreign_key(
        op.f("fk_edition_withdrawn_by_id"), "edition", "officer", ["withdrawn_by_id"], ["id"]
    )
    op.create_unique_constraint(
        op.f("uq_edition_proposal_id_proposal_position_language"),
        "edition",
        ["proposal_id", "proposal_position", "language"],
    )
    op.execute("ALTER TABLE edition DROP CONSTRAINT ck_edition_periodkind")
    op.execute("ALTER TABLE edition DROP CONSTRAINT ck_edition_editionstatus")
    op.create_check_constraint("editionkind", "edition", f"kind IN ({PERIODS}, 'proposal')")
    op.create_check_constraint("editionstatus", "edition", f"status IN ({STATES}, 'withdrawn')")


def downgrade() -> None:
    op.execute("DELETE FROM edition WHERE kind = 'proposal' OR status = 'withdrawn'")
    op.execute("ALTER TABLE edition DROP CONSTRAINT ck_edition_editionkind")
    op.execute("ALTER TABLE edition DROP CONSTRAINT ck_edition_editionstatus")
    op.create_check_constraint("periodkind", "edition", f"kind IN ({PERIODS})")
    op.create_check_constraint("editionstatus", "edition", f"status IN ({STATES})")
    for column in COLUMNS:
        op.drop_column("edition", column.name)
    op.alter_column("edition", "figure_set_id", nullable=False)
