"""What agents solved helps with the next question like it; presence knows since when."""

from alembic import op
import sqlalchemy as sa

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('solved_questions',
    sa.Column('conversation_id', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('visitor_id', sa.String(length=40), nullable=False),
    sa.Column('agent_name', sa.String(length=200), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('components', sa.JSON(), nullable=False),
    sa.Column('solved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('learned_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('model', sa.String(length=120), nullable=False),
    sa.Column('vector', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('conversation_id')
    )
    op.create_index('ix_solved_questions_learned', 'solved_questions', ['learned_at'],
                    unique=False)
    op.add_column('presence', sa.Column('since', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('presence', schema=None) as batch_op:
        batch_op.drop_column('since')
    op.drop_index('ix_solved_questions_learned', table_name='solved_questions')
    op.drop_table('solved_questions')
