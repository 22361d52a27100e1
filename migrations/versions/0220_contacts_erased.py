"""contacts erased sooner than the appeal"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0220"
down_revision: str | None = "0210"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "contact_erasure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("appeal_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_contact_erasure_appeal_id_appeal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_erasure")),
    )
    op.create_index(op.f("ix_contact_erasure_appeal_id"), "contact_erasure", ["appeal_id"])
    op.execute(
        "CREATE TRIGGER keep_contact_erasure BEFORE UPDATE OR DELETE ON contact_erasure"
        " FOR EACH ROW EXECUTE FUNCTION keep_for_good()"
    )


def downgrade() -> None:
    op.drop_table("contact_erasure")
