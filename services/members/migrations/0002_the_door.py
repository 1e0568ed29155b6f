"""the door."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "access",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "withdrawn_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "audit_day",
        sa.Column("service", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("first_block", sa.BigInteger(), nullable=False),
        sa.Column("last_block", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("service", "day"),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "audit_part",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("node", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", "number"),
    )
    op.create_index("audit_part_block", "audit_part", ["block", "place"], unique=False)
    op.create_table(
        "counted_try",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("counted_try_age", "counted_try", ["last_at"], unique=False)
    op.create_table(
        "device_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column(
            "expires_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("newest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_device_session_person_id"), "device_session", ["person_id"], unique=False)
    op.create_table(
        "erasure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("number_index", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("erasure_area", "erasure", ["township_code", "stage", "id"], unique=False)
    op.create_index("erasure_number", "erasure", ["number_index"], unique=False)
    op.create_index("erasure_person", "erasure", ["person_id", "id"], unique=False)
    op.create_table(
        "person_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column(
            "proposed_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column(
            "expires_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("proposal_about", "proposal", ["about"], unique=False)
    op.create_index("proposal_open", "proposal", ["stage", "id"], unique=False)
    op.create_table(
        "spent_sign_on",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("spent_sign_on_end", "spent_sign_on", ["until"], unique=False)
    op.create_table(
        "unmasking",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("post_kind", sa.String(length=32), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("second_person_id", sa.Uuid(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("shown_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("unmasking_area", "unmasking", ["township_code", "division_code", "id"], unique=False)
    op.create_index("unmasking_person", "unmasking", ["person_id", "id"], unique=False)
    op.create_table(
        "used_nonce",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column(
            "expires_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_used_nonce_expires_at"), "used_nonce", ["expires_at"], unique=False)
    op.create_table(
        "wechat_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("openid", sa.LargeBinary(), nullable=False),
        sa.Column("openid_index", sa.LargeBinary(), nullable=False),
        sa.Column("unionid", sa.LargeBinary(), nullable=True),
        sa.Column("unionid_index", sa.LargeBinary(), nullable=True),
        sa.Column("session_key", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("bound_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("wrong_answers", sa.Integer(), nullable=False),
        sa.Column(
            "answers_since", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("openid_index", name="wechat_account_openid"),
        sa.UniqueConstraint("person_id", name="wechat_account_person"),
        sa.UniqueConstraint("unionid_index", name="wechat_account_unionid"),
    )
    op.create_table(
        "wechat_token",
        sa.Column("app_id", sa.String(length=64), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("forced_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column(
            "leased_until", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.PrimaryKeyConstraint("app_id"),
    )
    op.create_table(
        "withdrawn_access",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("before", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("withdrawn_access_before", "withdrawn_access", ["before"], unique=False)
    op.create_table(
        "api_client",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("division_code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("requests_per_minute", sa.Integer(), nullable=False),
        sa.Column(
            "expires_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column(
            "suspended_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("api_client_area", "api_client", ["township_code", "division_code", "id"], unique=False)
    op.create_table(
        "client_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column(
            "expires_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["api_client.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_client_key_client_id"), "client_key", ["client_id"], unique=False)
    op.create_table(
        "password_account",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sign_in_name", sa.String(length=40), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=False),
        sa.Column(
            "given_until", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column(
            "suspended_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
        ),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["member.id"],
        ),
        sa.PrimaryKeyConstraint("person_id"),
        sa.UniqueConstraint("sign_in_name", name="password_account_sign_in_name"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["member.id"],
        ),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("recovery_code_person", "recovery_code", ["person_id"], unique=False)
    op.create_table(
        "second_factor",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("newest_step", sa.Integer(), nullable=False),
        sa.Column(
            "enrolled_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["member.id"],
        ),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "single_sign_on_link",
        sa.Column("subject_index", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False),
        sa.Column("bound_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["member.id"],
        ),
        sa.PrimaryKeyConstraint("subject_index"),
        sa.UniqueConstraint("person_id", name="single_sign_on_link_person"),
    )
    op.create_table(
        "absence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("stand_in_post_id", sa.Uuid(), nullable=False),
        sa.Column("stand_in_person_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("declared_by", sa.Uuid(), nullable=False),
        sa.Column(
            "declared_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=False
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["post.id"],
        ),
        sa.ForeignKeyConstraint(
            ["stand_in_post_id"],
            ["post.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_absence_person_id"), "absence", ["person_id"], unique=False)
    op.create_index(op.f("ix_absence_post_id"), "absence", ["post_id"], unique=False)
    op.create_index(op.f("ix_absence_stand_in_person_id"), "absence", ["stand_in_person_id"], unique=False)
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("post_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("network", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("address", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("place", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("block", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("chain", sa.LargeBinary(), nullable=True))
        batch_op.create_index("audit_about", ["about", "id"], unique=False)
        batch_op.create_index(
            "audit_actor",
            ["actor_id", "id"],
            unique=False,
            postgresql_where=sa.text("actor_id IS NOT NULL"),
            sqlite_where=sa.text("actor_id IS NOT NULL"),
        )
        batch_op.create_index("audit_block", ["block", "place"], unique=True)

    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "ended_at", sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"), nullable=True
            )
        )

    with op.batch_alter_table("signing_key", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "signs_from",
                sa.DateTime(timezone=True).with_variant(sa.String(length=32), "sqlite"),
                server_default="1970-01-01T00:00:00.000000+00:00",
                nullable=False,
            )
        )
