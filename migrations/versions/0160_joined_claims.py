"""which claim answers a joined one; questions that ended with their claim"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0160"
down_revision: str | None = "0150"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

JOINED = """
UPDATE claim SET joined_to_id = (
    SELECT main.id FROM claim main JOIN appeal ON appeal.merged_into_id = main.appeal_id
    WHERE appeal.id = claim.appeal_id
    ORDER BY main.agency_id IS DISTINCT FROM claim.agency_id, main.ordinal LIMIT 1
) WHERE status = 'merged'
"""
TASKS = """
UPDATE claim_task SET claim_id = claim.joined_to_id FROM claim
WHERE claim.id = claim_task.claim_id AND claim.joined_to_id IS NOT NULL AND done_at IS NULL
AND NOT EXISTS (
    SELECT FROM claim_task twin WHERE twin.claim_id = claim.joined_to_id AND twin.done_at IS NULL
    AND twin.to_id = claim_task.to_id AND twin.due_on = claim_task.due_on
    AND twin.words = claim_task.words
)
"""
QUESTIONS = """
UPDATE opinion_request SET claim_id = claim.joined_to_id FROM claim
WHERE claim.id = opinion_request.claim_id AND claim.joined_to_id IS NOT NULL
AND opinion_request.answered_at IS NULL
"""


def upgrade() -> None:
    op.add_column("claim", sa.Column("joined_to_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_claim_joined_to_id"), "claim", "claim", ["joined_to_id"], ["id"]
    )
    op.create_index(
        op.f("ix_claim_joined_to_id"),
        "claim",
        ["joined_to_id"],
        postgresql_where="joined_to_id IS NOT NULL",
    )
    op.add_column(
        "opinion_request", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True)
    )
    for statement in (JOINED, TASKS, QUESTIONS):
        op.execute(statement)


def downgrade() -> None:
    op.drop_column("opinion_request", "closed_at")
    op.drop_index(op.f("ix_claim_joined_to_id"), table_name="claim")
    op.drop_constraint(op.f("fk_claim_joined_to_id"), "claim")
    op.drop_column("claim", "joined_to_id")
