"""Who pulled an article, and why, is remembered."""

from alembic import op
import sqlalchemy as sa

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('article_pulls',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('article_id', sa.String(length=128), nullable=False),
    sa.Column('locale', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('author', sa.String(length=128), nullable=False),
    sa.Column('pulled_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=128), nullable=True),
    sa.PrimaryKeyConstraint('number')
    )
    op.create_index('ix_article_pulls_article', 'article_pulls',
                    ['article_id', 'locale', 'version'], unique=True)


def downgrade() -> None:
    op.drop_index('ix_article_pulls_article', table_name='article_pulls')
    op.drop_table('article_pulls')
