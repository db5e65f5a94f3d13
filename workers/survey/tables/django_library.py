"""What packages outside give a Django model that inherits from one of their classes."""

from __future__ import annotations

# A type with a question mark may be null.
LIBRARY_FIELDS: dict[str, tuple[tuple[str, str], ...]] = {
    "AbstractBaseUser": (
        ("password", "CharField(max_length=128)"), ("last_login", "DateTimeField?"),
    ),
    "PermissionsMixin": (("is_superuser", "BooleanField"),),
    "AbstractUser": (
        ("password", "CharField(max_length=128)"), ("last_login", "DateTimeField?"),
        ("is_superuser", "BooleanField"), ("username", "CharField(max_length=150)"),
        ("first_name", "CharField(max_length=150)"), ("last_name", "CharField(max_length=150)"),
        ("email", "EmailField"), ("is_staff", "BooleanField"), ("is_active", "BooleanField"),
        ("date_joined", "DateTimeField"),
    ),
    "MPTTModel": (
        ("lft", "PositiveIntegerField"), ("rght", "PositiveIntegerField"),
        ("tree_id", "PositiveIntegerField"), ("level", "PositiveIntegerField"),
    ),
    "TimeStampedModel": (("created", "DateTimeField"), ("modified", "DateTimeField")),
    "MP_Node": (
        ("path", "CharField(max_length=255)"), ("depth", "PositiveIntegerField"),
        ("numchild", "PositiveIntegerField"),
    ),
    "PolymorphicModel": (("polymorphic_ctype_id", "ForeignKey?"),),
    "Page": (("page_ptr_id", "OneToOneField"),),
    "AbstractBaseSession": (
        ("session_key", "CharField(max_length=40)"), ("session_data", "TextField"),
        ("expire_date", "DateTimeField"),
    ),
    "ItemBase": (), "TaggedItemBase": (("tag_id", "ForeignKey"),),
    "GenericTaggedItemBase": (("object_id", "IntegerField"), ("content_type_id", "ForeignKey")),
    "TagBase": (("name", "CharField(max_length=100)"), ("slug", "SlugField")),
    "SoftDeletableModel": (("is_removed", "BooleanField"),),
    "Orderable": (("sort_order", "IntegerField?"),),
}  # fmt: skip
UNIQUE = {("AbstractUser", "username"), ("TagBase", "name"), ("TagBase", "slug")}
