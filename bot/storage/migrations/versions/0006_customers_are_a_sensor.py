"""Questions are counted per component; a rise, or a colleague's report, proposes an incident."""

from alembic import op
import sqlalchemy as sa

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('question_counts',
    sa.Column('component', sa.String(length=128), nullable=False),
    sa.Column('bucket', sa.Integer(), nullable=False),
    sa.Column('questions', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('component', 'bucket')
    )
    op.create_index('ix_question_counts_bucket', 'question_counts', ['bucket'], unique=False)
    op.create_table('question_sightings',
    sa.Column('component', sa.String(length=128), nullable=False),
    sa.Column('conversation_id', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('component', 'conversation_id')
    )
    op.create_index('ix_question_sightings_at', 'question_sightings', ['at'], unique=False)
    op.create_table('incident_proposals',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('component', sa.String(length=128), nullable=True),
    sa.Column('also', sa.JSON(), nullable=False),
    sa.Column('origin', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=True),
    sa.Column('examples', sa.JSON(), nullable=False),
    sa.Column('notes', sa.JSON(), nullable=False),
    sa.Column('decided_by', sa.String(length=200), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('incident_id', sa.String(length=128), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_incident_proposals_state', 'incident_proposals',
                    ['state', 'opened_at'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_incident_proposals_state', table_name='incident_proposals')
    op.drop_table('incident_proposals')
    op.drop_index('ix_question_sightings_at', table_name='question_sightings')
    op.drop_table('question_sightings')
    op.drop_index('ix_question_counts_bucket', table_name='question_counts')
    op.drop_table('question_counts')
