"""letters of answer"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0034"
down_revision: str | None = "0033"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.drop_constraint(op.f("ck_document_documentkind"), "document", type_="check")
    op.create_check_constraint("documentkind", "document", "kind IN ('talon', 'letter')")
    op.create_table(
        "letter_signature",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("appeal_id", sa.BigInteger(), nullable=False),
        sa.Column("letter_digest", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_letter_signature_appeal_id")
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["officer.id"], name=op.f("fk_letter_signature_added_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_signature")),
    )
    op.create_index(
        op.f("ix_letter_signature_appeal_id"), "letter_signature", ["appeal_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("letter_signature")
    op.execute("DELETE FROM document WHERE kind = 'letter'")
    op.drop_constraint(op.f("ck_document_documentkind"), "document", type_="check")
    op.create_check_constraint("documentkind", "document", "kind IN ('talon')")
