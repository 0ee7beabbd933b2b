"""Who did what is kept in a trail that only grows; what became of conversations is counted."""

from alembic import op
import sqlalchemy as sa

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

GROWS_ONLY = 'The audit trail only grows.'


def upgrade() -> None:
    op.create_table('audit_lines',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('who', sa.String(length=16), nullable=False),
    sa.Column('who_id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('action', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('number')
    )
    op.create_index('ix_audit_lines_at', 'audit_lines', ['at'], unique=False)
    op.create_index('ix_audit_lines_action', 'audit_lines', ['action', 'number'], unique=False)
    op.create_index('ix_audit_lines_name', 'audit_lines', ['name', 'number'], unique=False)
    head = op.create_table('audit_head',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.bulk_insert(head, [{'id': 1, 'number': 0, 'hash': '0' * 64}])
    _forbid()

    op.create_table('conversation_tallies',
    sa.Column('conversation_id', sa.String(length=40), nullable=False),
    sa.Column('head', sa.Integer(), nullable=False),
    sa.Column('counted', sa.String(length=80), nullable=False),
    sa.Column('visitor_id', sa.String(length=40), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('hour', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('answered', sa.Boolean(), nullable=False),
    sa.Column('confirmed', sa.Boolean(), nullable=False),
    sa.Column('came_back', sa.Boolean(), nullable=False),
    sa.Column('resolved', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('wait_seconds', sa.Float(), nullable=True),
    sa.Column('first_seconds', sa.Float(), nullable=True),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('topics', sa.JSON(), nullable=False),
    sa.Column('again', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('conversation_id')
    )
    op.create_index('ix_conversation_tallies_day', 'conversation_tallies', ['day'], unique=False)
    op.create_index('ix_conversation_tallies_visitor', 'conversation_tallies',
                    ['visitor_id', 'started_at'], unique=False)


def _forbid() -> None:
    """Whoever wants to change or remove a line has to take these away first, and is found by the
    chain; a mistake, or a program that knows no better, is stopped here."""
    if op.get_bind().dialect.name == 'sqlite':
        for what in ('UPDATE', 'DELETE'):
            op.execute(
                f"CREATE TRIGGER audit_lines_no_{what.lower()} BEFORE {what} ON audit_lines "
                f"BEGIN SELECT RAISE(ABORT, '{GROWS_ONLY}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_grows_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{GROWS_ONLY}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_lines_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_lines "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_grows_only()"
    )


def downgrade() -> None:
    op.drop_index('ix_conversation_tallies_visitor', table_name='conversation_tallies')
    op.drop_index('ix_conversation_tallies_day', table_name='conversation_tallies')
    op.drop_table('conversation_tallies')
    op.drop_table('audit_head')
    op.drop_index('ix_audit_lines_name', table_name='audit_lines')
    op.drop_index('ix_audit_lines_action', table_name='audit_lines')
    op.drop_index('ix_audit_lines_at', table_name='audit_lines')
    op.drop_table('audit_lines')
    if op.get_bind().dialect.name != 'sqlite':
        op.execute('DROP FUNCTION audit_grows_only()')
