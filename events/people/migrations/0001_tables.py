from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [("core", "0002_rules")]

    operations = [
        ops.CreateModel(
            name="Person",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("guid", fields.UUIDField(unique=True)),
                ("code", fields.CharField(unique=True, max_length=8)),
                ("name", fields.CharField(max_length=200)),
                ("biography", fields.TextField(default="", db_default="", unique=False)),
                ("affiliation", fields.CharField(default="", db_default="", max_length=200)),
                ("locale", fields.CharField(default="en", db_default="en", max_length=12)),
                ("timezone", fields.CharField(default="", db_default="", max_length=60)),
                ("source", fields.CharField(null=True, unique=True, max_length=120)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("erased_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "person",
                "app": "people",
                "pk_attr": "id",
                "table_description": "Somebody the association knows. Imported people may have no address and never sign in.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Address",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="person_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="addresses",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("email", fields.CharField(unique=True, max_length=254)),
                ("verified_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("is_primary", fields.BooleanField(default=False, db_default=False)),
            ],
            options={
                "table": "address",
                "app": "people",
                "pk_attr": "id",
                "table_description": "An e-mail address that a person has proved to read. Lower case, unique among all people.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="EmailCode",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("purpose", fields.CharField(max_length=20)),
                ("email", fields.CharField(db_index=True, max_length=254)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="person_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="email_codes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("subject", fields.IntField(null=True)),
                ("token_hash", fields.BinaryField()),
                ("code_hash", fields.BinaryField()),
                ("handle", fields.CharField(unique=True, max_length=43)),
                ("next", fields.CharField(default="", db_default="", max_length=400)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("attempts", fields.IntField(default=0, db_default=0)),
            ],
            options={
                "table": "email_code",
                "app": "people",
                "pk_attr": "id",
                "table_description": "A single-use proof sent by e-mail: a link's token and a six-digit code, both stored hashed, for 15 minutes.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SignIn",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="person_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="sign_ins",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("token_hash", fields.BinaryField()),
                ("client", fields.CharField(default="", db_default="", max_length=80)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("seen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "sign_in",
                "app": "people",
                "pk_attr": "id",
                "table_description": "A browser that is signed in: the hash of its cookie's token. Deleted when signed out or 60 days unused.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Unit",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "parent",
                    fields.ForeignKeyField(
                        "people.Unit",
                        source_field="parent_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="children",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("slug", fields.CharField(unique=True, max_length=60)),
                ("name", fields.CharField(max_length=200)),
                ("short_name", fields.CharField(default="", db_default="", max_length=30)),
                ("kind", fields.CharField(max_length=20)),
            ],
            options={
                "table": "unit",
                "app": "people",
                "pk_attr": "id",
                "table_description": "A part of the association, or an outside group, that owns events and sessions.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Membership",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("number", fields.CharField(max_length=40)),
                ("email", fields.CharField(max_length=254)),
                ("kind", fields.CharField(max_length=20)),
                (
                    "unit",
                    fields.ForeignKeyField(
                        "people.Unit",
                        source_field="unit_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="memberships",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("valid_from", fields.DateField()),
                ("valid_to", fields.DateField()),
                (
                    "person",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="person_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="memberships",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("claimed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "membership",
                "app": "people",
                "unique_together": (("number", "unit"),),
                "pk_attr": "id",
                "table_description": "A row of the association's roster. Bound to a person once claimed by number and a code sent to `email`.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Role",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "people.Person",
                        source_field="person_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="roles",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(max_length=30)),
                (
                    "unit",
                    fields.ForeignKeyField(
                        "people.Unit",
                        source_field="unit_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="roles",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("event_id", fields.IntField(null=True, db_index=True)),
                ("granted_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "role",
                "app": "people",
                "pk_attr": "id",
                "table_description": "What a person may do, and where: in the association, in a unit (and below it), or in one event.",
            },
            bases=["Model"],
        ),
    ]
