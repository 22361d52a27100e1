"""reply templates with versions, and drafts of answers shared in an agency"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0036"
down_revision: str | None = "0022"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "reply_template",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_reply_template_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_reply_template_subject_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_template")),
    )
    op.create_index(
        "ix_reply_template_used",
        "reply_template",
        ["agency_id", "language"],
        unique=False,
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_table(
        "reply_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("template_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["officer.id"], name=op.f("fk_reply_version_by_id")),
        sa.ForeignKeyConstraint(
            ["template_id"], ["reply_template.id"], name=op.f("fk_reply_version_template_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_version")),
        sa.UniqueConstraint(
            "template_id", "version", name=op.f("uq_reply_version_template_id_version")
        ),
    )
    op.create_table(
        "answer_turn",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["officer.id"], name=op.f("fk_answer_turn_by_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_answer_turn_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_turn")),
    )
    op.create_index(op.f("ix_answer_turn_claim_id"), "answer_turn", ["claim_id"], unique=False)
    op.add_column(
        "claim", sa.Column("draft_version", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("claim", sa.Column("draft_by_id", sa.Integer(), nullable=True))
    op.add_column("claim", sa.Column("draft_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_claim_due_on_id", "claim", ["due_on", "id"], unique=False)
    op.create_foreign_key(
        op.f("fk_claim_draft_by_id"), "claim", "officer", ["draft_by_id"], ["id"]
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_claim_draft_by_id"), "claim", type_="foreignkey")
    op.drop_index("ix_claim_due_on_id", table_name="claim")
    for column in ("draft_at", "draft_by_id", "draft_version"):
        op.drop_column("claim", column)
    op.drop_table("answer_turn")
    op.drop_table("reply_version")
    op.drop_table("reply_template")
