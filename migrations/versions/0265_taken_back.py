"""taken back, judged weeks"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0265"
down_revision: str | None = "0260"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "wording_taken_back",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("wording_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["wording_id"], ["norm_wording.id"], name="fk_wording_taken_back_wording_id"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["officer.id"], name="fk_wording_taken_back_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_wording_taken_back"),
        sa.UniqueConstraint("wording_id", name="uq_wording_taken_back_wording_id"),
    )
    op.execute(
        "CREATE TRIGGER keep_record BEFORE UPDATE OR DELETE ON wording_taken_back "
        "FOR EACH ROW EXECUTE FUNCTION keep_record()"
    )
    op.create_table(
        "judged_week",
        sa.Column("week", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("tested", sa.Integer(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("week", name="pk_judged_week"),
    )
    op.execute(
        "INSERT INTO judged_week SELECT week, max(tested), min(raised_at) FROM alert "
        "WHERE method IN ('farrington_flexible', 'short_history', 'rise') GROUP BY week"
    )
    op.add_column(
        "norm_wording", sa.Column("turn", sa.Integer(), server_default="1", nullable=False)
    )
    op.drop_constraint("uq_norm_wording_act_element_edition_on", "norm_wording")
    op.create_unique_constraint(
        "uq_norm_wording_act_element_edition_on_turn", "norm_wording",
        ["act", "element", "edition_on", "turn"],
    )  # fmt: skip
    op.add_column(
        "dispatch_reply", sa.Column("turn", sa.Integer(), server_default="1", nullable=False)
    )
    op.drop_constraint("uq_dispatch_reply_dispatch_id", "dispatch_reply")
    op.create_unique_constraint(
        "uq_dispatch_reply_dispatch_id_turn", "dispatch_reply", ["dispatch_id", "turn"]
    )


def downgrade() -> None:
    op.drop_constraint("uq_dispatch_reply_dispatch_id_turn", "dispatch_reply")
    op.drop_column("dispatch_reply", "turn")
    op.create_unique_constraint("uq_dispatch_reply_dispatch_id", "dispatch_reply", ["dispatch_id"])
    op.drop_constraint("uq_norm_wording_act_element_edition_on_turn", "norm_wording")
    op.drop_column("norm_wording", "turn")
    op.create_unique_constraint(
        "uq_norm_wording_act_element_edition_on", "norm_wording",
        ["act", "element", "edition_on"],
    )  # fmt: skip
    op.drop_table("judged_week")
    op.drop_table("wording_taken_back")
