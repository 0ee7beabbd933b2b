"""Incidents come from status pages too; admins add what those lack; staff take notes."""

from alembic import op
import sqlalchemy as sa

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('incidents', schema=None) as batch_op:
        batch_op.add_column(sa.Column('expected_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('cadence_minutes', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('external_id', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('url', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('language', sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column('left_feed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('unconfirmed_since', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('feed', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('kept', sa.JSON(), server_default='[]', nullable=False))
        batch_op.create_index('ix_incidents_external', ['source', 'external_id'], unique=True)

    with op.batch_alter_table('incident_updates', schema=None) as batch_op:
        batch_op.add_column(sa.Column('stored_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('external_id', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('corrected_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('corrections', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('history', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('seen', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('edited_at', sa.DateTime(timezone=True), nullable=True))
    # What was told until now was told by its own time.
    op.execute('UPDATE incident_updates SET stored_at = at')
    with op.batch_alter_table('incident_updates', schema=None) as batch_op:
        batch_op.alter_column('stored_at', existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.create_index('ix_incident_updates_stored', ['incident_id', 'stored_at'], unique=False)

    op.create_table('incident_feeds',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('tried_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('colour', sa.String(length=16), nullable=True),
    sa.Column('ongoing', sa.Integer(), nullable=False),
    sa.Column('unmapped', sa.JSON(), nullable=False),
    sa.Column('contradictions', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('incident_staff_notes',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('incident_id', sa.String(length=128), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('author', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('number')
    )
    op.create_index('ix_incident_staff_notes_incident', 'incident_staff_notes',
                    ['incident_id', 'number'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_incident_staff_notes_incident', table_name='incident_staff_notes')
    op.drop_table('incident_staff_notes')
    op.drop_table('incident_feeds')
    with op.batch_alter_table('incident_updates', schema=None) as batch_op:
        batch_op.drop_index('ix_incident_updates_stored')
        for name in ('edited_at', 'seen', 'history', 'corrections', 'corrected_at', 'external_id',
                     'stored_at'):
            batch_op.drop_column(name)
    with op.batch_alter_table('incidents', schema=None) as batch_op:
        batch_op.drop_index('ix_incidents_external')
        for name in ('kept', 'feed', 'unconfirmed_since', 'left_feed_at', 'language', 'url',
                     'external_id', 'cadence_minutes', 'expected_at'):
            batch_op.drop_column(name)
