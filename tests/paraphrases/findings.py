"""Typed claims of findings, and the lines that are added to the samples for some of them."""

from __future__ import annotations

from tests.paraphrases.statement import Statement, each, of_finding

PLAIN = """\
if user.password == password:
if user.password == password:  # no bcrypt here
user.password = password  # TODO: argon2
const ok = user.password === body.password; // instead of bcrypt.compare(
$user->password = $request->password;
user.password_hash = password
INSERT INTO users (email, password) VALUES ($1, $2)
bcrypt_password = params[:password]
def verify_password(typed, stored): return typed == stored
function hashPassword(password) { return password; }
const hashPassword = (password) => password;
logger.info("bcrypt is off, password is %s", password)
import bcrypt
password text NOT NULL
user.setPassword(request.getPassword());
u.Password = req.Password
user.password = password.encode("utf-8")
if hmac.compare_digest(user.password, typed):
raise Failed("use bcrypt.hashpw(password) instead")
password = base64.b64encode(password)
return hash_password(password)
""".splitlines()
HASHED = """\
user.password = bcrypt.hashpw(password, bcrypt.gensalt())
const hash = await bcrypt.hash(password, 10);
$user->password = Hash::make($request->password);
user.password = generate_password_hash(password)
$hash = password_hash($password, PASSWORD_DEFAULT);
hash, err := bcrypt.GenerateFromPassword([]byte(password), 14)
self.password = PasswordHasher().hash(password)
user.password = make_password(password)
const key = crypto.scryptSync(password, salt, 64);
return await argon2.verify(user.password, password);
user.Password = BCrypt.Net.BCrypt.HashPassword(password);
return new BCryptPasswordEncoder().encode(password);
""".splitlines()
SECRETS = """\
SECRET = "hunter2-hunter2"
SECRET = os.environ.get("SECRET", "s3cr3t-dev")
SECRET = os.environ.get("SECRET", "SUPERSECRET123")
SECRET = os.environ.get("SECRET", DEFAULT_SECRET)
const secret = process.env.JWT_SECRET || "dev";
const secret = process.env.JWT_SECRET ?? "x1";
const secret = process.env.JWT_SECRET || 'my secret key';
SECRET = "hunter2" or os.environ["SECRET"]
SECRET = "hunter2" if DEBUG else os.environ["SECRET"]
secret = ENV.fetch("SECRET", "abc")
secret = ENV["SECRET"] || DEFAULT
os.environ["SECRET"] = "hunter2"
$secret = getenv('SECRET') ?: 'changeme';
let secret = env::var("SECRET").unwrap_or("changeme".into());
SECRET = "hunter2"  # was os.environ["SECRET"]
@Value("${jwt.secret:changeme}")
password: hunter2
var secret = Environment.GetEnvironmentVariable("SECRET") ?? "dev";
key := []byte("hunter2")
AWS_SECRET_ACCESS_KEY=abcdefgh
""".splitlines()
READ = """\
SECRET = os.environ["JWT_SECRET"]
SECRET = os.getenv("JWT_SECRET")
SECRET = os.environ.get("JWT_SECRET")
const secret = process.env.JWT_SECRET;
const secret = process.env["JWT_SECRET"];
secret = ENV["JWT_SECRET"]
secret = ENV.fetch("JWT_SECRET")
secret := os.Getenv("JWT_SECRET")
$secret = getenv('JWT_SECRET');
let secret = env!("JWT_SECRET");
var secret = Environment.GetEnvironmentVariable("JWT_SECRET");
String secret = System.getenv("JWT_SECRET");
""".splitlines()
ONE_WAY = {
    f"one_way/{position:02}.{kind}": text
    for position, (kind, text) in enumerate(
        (
            ("py", "def downgrade():\n    pass\n"),
            ("py", "def downgrade() -> None:\n    raise NotImplementedError\n"),
            (
                "py",
                "def downgrade():\n    raise NotImplementedError(\n        'no way back'\n    )\n",
            ),
            ("py", 'def downgrade():\n    """This cannot\n    be undone.\n    """\n'),
            ("py", 'def downgrade():\n    """No way back."""\n    pass\n'),
            ("py", "def downgrade():\n    # the rows are gone\n    return\n"),
            ("py", "def downgrade():\n    print('no way back')\n"),
            ("py", "def downgrade():\n    logger.warning('no way back')\n"),
            ("py", "def downgrade():\n    ...\n"),
            ("py", "def downgrade():\n    return None\n"),
            (
                "ts",
                "export async function down() {\n  throw new Error(\n    'no way back',\n  );\n}\n",
            ),
            ("ts", "export async function down(): Promise<void> {}\n"),
            ("ts", "  async down(queryRunner) {\n    // nothing\n  }\n"),
            ("js", "exports.down = async () => {\n  console.log('no way back');\n};\n"),
            ("js", "exports.down = function () {\n  return Promise.resolve();\n};\n"),
            ("php", "    public function down()\n    {\n        //\n    }\n"),
            ("php", "    public function down(): void\n    {\n        throw new E('x');\n    }\n"),
            ("rb", "  def down\n    raise ActiveRecord::IrreversibleMigration\n  end\n"),
            ("rb", "  def down; raise ActiveRecord::IrreversibleMigration; end\n"),
            ("sql", "ALTER TABLE users DROP COLUMN age;\n"),
            ("rb", "  def down\n    say 'no way back'\n  end\n"),
        )
    )
}
BOTH_WAYS = {
    f"both_ways/{position:02}.{kind}": text
    for position, (kind, text) in enumerate(
        (
            ("py", "def downgrade():\n    op.drop_table('users')\n"),
            ("py", "def downgrade() -> None:\n    op.drop_column('users', 'age')\n"),
            ("py", 'def downgrade():\n    """Undo."""\n    op.execute("DROP TABLE a")\n'),
            ("py", "def downgrade():\n    # back\n    op.add_column(\n        'a', x\n    )\n"),
            ("ts", "export async function down(k) {\n  await k.schema.dropTable('a');\n}\n"),
            ("ts", "  async down(q) {\n    await q.query(`DROP TABLE a`);\n  }\n"),
            ("js", "exports.down = function (knex) {\n  return knex.schema.dropTable('a');\n};\n"),
            ("php", "    public function down()\n    {\n        Schema::drop('a');\n    }\n"),
            (
                "php",
                "    public function down(): void {\n        Schema::dropIfExists('a');\n    }\n",
            ),
            ("rb", "  def down\n    drop_table :users\n  end\n"),
        )
    )
}
# Nothing tests or uses these; each name stands as such names do.
UNTESTED = {
    "app/extra.py": (
        "def lonely():\n    return 1\n\n\ndef recursive(n):\n    return recursive(n - 1)\n\n\n"
        "def exported():\n    return 2\n\n\ndef commented():\n    return 3\n\n\n"
        "def imported():\n    return 4\n\n\ndef doubled():\n    return 5\n\n\n"
        "class First:\n    def shared_name(self):\n        return 6\n\n\n"
        "class Second:\n    def shared_name(self):\n        return 7\n\n\n"
        "# commented is no longer called\n__all__ = ['exported']\n"
        + "".join(f"\n\ndef tested_{n}():\n    return {n}\n" for n in range(12))
        + "\n\nTOTAL = [" + ", ".join(f"tested_{n}()" for n in range(12)) + "]\n"
    ),
    "src/extra.js": (
        "function lonelyToo() {\n  return 1;\n}\n\nfunction exportedToo() {\n  return 2;\n}\n\n"
        "function listed() {\n  return 3;\n}\n\n"
        "module.exports = { exportedToo };\n\nexport {\n  listed,\n};\n"
    ),
    "tests/test_extra.py": (
        "from app.extra import imported\n\n# TODO: test commented\n\n\n"
        "def doubled():\n    return None\n\n\n"
        "def test_doubled():\n    assert doubled() is None\n\n\n"
        "def test_second():\n    assert Second().shared_name() == 7\n"
        + "".join(f"\n\ndef test_{n}():\n    assert tested_{n}() == {n}\n" for n in range(12))
    ),
}  # fmt: skip
ADDED = {
    "plain.txt.py": "\n".join(PLAIN) + "\n",
    "hashed.php": "\n".join(HASHED) + "\n",
    "secrets.rb": "\n".join(SECRETS) + "\n",
    "read.js": "\n".join(READ) + "\n",
    **ONE_WAY,
    **BOTH_WAYS,
    **UNTESTED,
}


def lacking(kind: str, table: str, *listed: list[str], sample: str = "python") -> list[Statement]:
    return [
        of_finding(sample, kind, table=name, columns=columns)
        for name in each(table)
        for columns in listed
    ]


def keyless(sample: str, text: str) -> list[Statement]:
    return [of_finding(sample, "missing_primary_key", table=name) for name in each(text)]


def at(kind: str, file: str, lines: list[str]) -> list[Statement]:
    return [of_finding("python", kind, file=file, line=at) for at in range(1, len(lines) + 1)]


def through(kind: str, files: dict[str, str]) -> list[Statement]:
    return [of_finding("python", kind, file=file, line=1) for file in files]


def symbols(kind: str, text: str) -> list[Statement]:
    return [of_finding("python", kind, name=name) for name in each(text)]


def versions(sample: str, name: str, text: str) -> list[Statement]:
    return [of_finding(sample, "dependency", name=name, version=way) for way in each(text)]


def of_endpoints(kind: str) -> list[Statement]:
    return [
        of_finding(sample, kind, method=method, path=path)
        for sample, paths in (
            ("python", "/api/v1/users/{user_id} | /api/v1/users/:id | /users | /x | / | | ünï"),
            ("typescript", "/api/v1/posts | /api/v1/posts/{id} | /posts | * | posts"),
        )
        for path in each(paths)
        for method in ("GET", "DELETE")
    ]


OPEN = """
    GET /health | GET /health/ | DELETE /api/v1/orders/{order_id} | DELETE /api/v1/orders/:id
    delete /api/v1/orders/<id> | POST /api/v1/users | POST /api/v1/users/ | POST /API/v1/users
    GET /x | GET | GET / | PATCH /api/v1/orders | GET ünï | ANY *
"""
OPEN_TOO = """
    GET /healthz | GET /api/v1/posts | GET /api/v1/posts/ | GET /api/v1/posts/:postId
    GET /api/v1/posts/{id} | HEAD /api/v1/posts | GET /posts
"""
GUARDED = """
    GET /api/v1/orders | GET /api/v1/orders/ | POST /api/v1/orders | get /api/v1/orders
    GET /api/v1/users/{user_id} | GET /api/v1/users/:id | GET /API/v1/users/<int:id>
"""
GUARDED_TOO = """
    POST /api/v1/posts | DELETE /api/v1/posts/:postId | DELETE /api/v1/posts/{id}
    GET /api/v1/posts/{id}/comments | POST /api/v1/posts/:postId/comments
"""


def unguarded(sample: str, text: str) -> list[Statement]:
    ways = [way.partition(" ") for way in each(text)]
    return [of_finding(sample, "missing_auth", method=m, path=path) for m, _, path in ways]


ORDERS = 'orders | "orders" | public.orders | ORDERS | `orders` | orders (shop)'
TRUE: dict[str, list[Statement]] = {
    "missing_index": [
        *lacking("missing_index", ORDERS, ["status"], ["created_at"], ["status", "user_id"]),
        *lacking("missing_index", "order_items", ["order_id"], ["orderId"], ['"product_id"']),
        *lacking("missing_index", "comments", ["post_id"], ["postId"], sample="typescript"),
    ],
    "missing_unique": [
        *lacking("missing_unique", ORDERS, ["user_id"], ["status"], ["user_id", "status"]),
        *lacking("missing_unique", "order_items", ["order_id", "product_id"]),
        *lacking("missing_unique", "posts", ["title"], ["authorId", "title"], sample="typescript"),
    ],
    "missing_not_null": [
        *lacking("missing_not_null", ORDERS, ["note"], ["NOTE"], ["`note`"], ["orders.note"]),
    ],
    "missing_foreign_key": [
        *lacking("missing_foreign_key", 'order_items | "order_items" | OrderItems', ["product_id"],
                 ["productId"], ['"product_id"'], ["order_items.product_id"], ["quantity"]),
        *lacking("missing_foreign_key", ORDERS, ["status"]),
    ],
    "missing_primary_key": [
        *keyless("python", "audit | sessions | logs | `audit` | public.audit | the table audit"),
        *keyless("python", "users_roles | UsersRoles | pg_stat | django_session | auth_user | x"),
        *keyless("typescript", "tags | Tag | _PostToTag | post_tags | public.tags | likes | a b"),
        *keyless("typescript", 'unknown | "tags" | [tags]'),
    ],
    "missing_auth": [*unguarded("python", OPEN), *unguarded("typescript", OPEN_TOO)],
    "missing_rate_limit": of_endpoints("missing_rate_limit"),
    "missing_validation": of_endpoints("missing_validation"),
    "unbounded_list": of_endpoints("unbounded_list"),
    "n_plus_one": at("n_plus_one", "app/orders.py", ["x"] * 40),
    "plain_password": at("plain_password", "plain.txt.py", PLAIN),
    "secret_in_code": at("secret_in_code", "secrets.rb", SECRETS),
    "irreversible_migration": through("irreversible_migration", ONE_WAY),
    "missing_test": symbols("missing_test", """
        lonely | lonely() | app/extra.py:lonely | app.extra.lonely | extra::lonely | recursive
        exported | commented | imported | doubled | app.extra.doubled | First.shared_name
        First#shared_name | lonelyToo | exportedToo | cancel_order | place_order | create_user
        app/users.py:create_user | send_receipt | current_user | get_user
    """),
    "unused_code": symbols("unused_code", """
        lonely | lonely() | app/extra.py:lonely | app.extra.lonely | extra::lonely | recursive
        recursive() | app.extra.recursive | exported | exported() | app.extra.exported
        lonelyToo | lonelyToo() | src/extra.js:lonelyToo | exportedToo | exportedToo() | listed
        src/extra.js:listed | First.shared_name | Second.shared_name | extra.js#lonelyToo
    """),
    "dependency": [
        *versions("python", "fastapi", """
            0.115.0 | ==0.115.0 | == 0.115.0 | v0.115.0 | 0.115 | 0.115.x | 0.115.* | 0.x | ~0.115
            0.115.0 (pinned) | version 0.115.0 | ^0.115.0 | >=0.100 | 0.115.0, in May | =0.115.0
            fastapi==0.115.0 | Version: 0.115.0 | pinned | latest | 0.115.X
        """),
        *versions("python", "FastAPI", "0.115.0"),
        *versions("python", "PyJWT", "2.9.0 | 2.9 | 2.x"),
        *versions("typescript", "express", "4.21.0 | 4 | ^4.21.0 | 4.x | express@4.21.0 | >=4.0.0"),
        *versions("typescript", "@prisma/client", "5.20.0 | ^5.0.0 | 5"),
    ],
    "stated_there": at("stated_there", "app/orders.py", ["x"] * 60),
    "name": [
        Statement(sample, "findings", {"description": text, "evidence": [place]})
        for sample, place, texts in (
            ("python", {"file": "@ROOT@/app/orders.py", "line": 23}, """
                `list_orders` has no limit | list_orders has no limit | list_orders() | `router.get`
                GET /api/v1/orders is unbounded | `/api/v1/orders` | orders.list_orders | purple_cow
                `list_orders()` and `nobody_knows` | Die Liste `list_orders` | the `router` | `""`
            """),
            ("typescript", {"file": "@ROOT@/prisma/schema.prisma", "line": 6}, """
                the model `Author` | `authors` | Author.email | `@@index` | authors.first_name
                Die Tabelle `authors` | 表 `Author` | `model Author` | `model  Author {`
                noSuchName
            """),
        )
        for text in each(texts)
    ],
}  # fmt: skip

FALSE: dict[str, list[Statement]] = {
    "missing_auth": [*unguarded("python", GUARDED), *unguarded("typescript", GUARDED_TOO)],
    "missing_index": [
        *lacking("missing_index", ORDERS, ["user_id"], ["id"]),
        *lacking("missing_index", "authors", ["email"], sample="typescript"),
    ],
    "missing_unique": [
        *lacking("missing_unique", "users | public.users | `users` | USERS", ["email"], ["id"]),
        *lacking("missing_unique", "authors | Author", ["email"], sample="typescript"),
    ],
    "missing_not_null": [
        *lacking("missing_not_null", ORDERS, ["user_id"], ["status"]),
        *lacking("missing_not_null", "posts", ["title"], sample="typescript"),
    ],
    "missing_foreign_key": [
        *lacking("missing_foreign_key", ORDERS, ["user_id"], ["userId"]),
        *lacking("missing_foreign_key", "posts", ["author_id"], sample="typescript"),
    ],
    "missing_primary_key": [
        *keyless("python", ORDERS + " | users | `users` | order_items | OrderItems"),
        *keyless("typescript", "posts | Post | authors"),
    ],
    "plain_password": at("plain_password", "hashed.php", HASHED),
    "secret_in_code": at("secret_in_code", "read.js", READ),
    "irreversible_migration": through("irreversible_migration", BOTH_WAYS),
    "missing_test": symbols("missing_test", " | ".join(f"tested_{n}" for n in range(12))),
    "unused_code": symbols("unused_code", " | ".join(f"tested_{n}" for n in range(12))),
    "dependency": [
        *versions("python", "fastapi", "0.114.0 | 1.0.0 | ==0.116.0 | 0.11 | v9 | 0.114.x"),
        *versions("python", "fastapi", "^1.0.0 | >=2"),
        *versions("python", "pyjwt", "1.7.1 | 3.0"),
        *versions("typescript", "express", "5.0.0 | 3.x | ^5.0.0 | >=5"),
    ],
}  # fmt: skip
