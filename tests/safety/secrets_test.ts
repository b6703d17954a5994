import assert from "node:assert/strict";
import { inProportion } from "../proportion.ts";
import { hider } from "../../src/safety/secrets.ts";

const hide = hider({ show: false });

// Put together here, so that no scanner of sources takes them for real ones.
const looks = {
  jwt: ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0In0", "dBjftJeZ4CVP"].join("."),
  aws: "AKIA" + "IOSFODNN7EXAMPLE",
  awsSession: "ASIA" + "IOSFODNN7EXAMPLE",
  github: "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
  githubApp: "gho_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
  githubFine: "github_pat_" + "11ABCDEFG0_abcdefghijklmnopqrstuvwxyz",
  gitlab: "glpat-" + "a1B2c3D4e5F6g7H8i9J0",
  slack: "xoxb-" + "123456789012-abcdefghijkl",
  stripe: "sk_live_" + "a1B2c3D4e5F6g7H8",
  openai: "sk-" + "proj-a1B2c3D4e5F6g7H8i9J0",
  google: "AIza" + "SyA1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q",
  npm: "npm_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
  hub: "dckr_pat_" + "a1B2c3D4e5F6g7H8i9J0",
  swarm: "SWMTKN-1-" + "3pu6hszjas19xyp7ghgosyx9k8atbfcr8p2is99znpy26u2lkl",
};

Deno.test("hide.text() hides what looks like a secret, wherever it stands", () => {
  for (const [name, secret] of Object.entries(looks)) {
    assert.equal(hide.text(`before ${secret} after`), "before [redacted] after", name);
    assert.equal(hide.text(`{"x":"${secret}"}`), '{"x":"[redacted]"}', name);
  }
});

Deno.test("hide.text() hides a secret by its key, and only the secret", () => {
  const rows = [
    ["DB_PASSWORD=hunter2 user=bob", "DB_PASSWORD=[redacted] user=bob"],
    ["password: hunter2", "password: [redacted]"],
    ["PGPASSWORD=hunter2", "PGPASSWORD=[redacted]"],
    ["MYSQL_PWD=hunter2", "MYSQL_PWD=[redacted]"],
    ["DB_PASS=hunter2", "DB_PASS=[redacted]"],
    ["REDIS_AUTH=hunter2", "REDIS_AUTH=[redacted]"],
    [
      "apiKey=abc api_key=abc API-KEY: abc apikey=abc",
      "apiKey=[redacted] api_key=[redacted] API-KEY: [redacted] apikey=[redacted]",
    ],
    ["AWS_SECRET_ACCESS_KEY=wJalr/bPx", "AWS_SECRET_ACCESS_KEY=[redacted]"],
    ["SESSION_KEY=abc PRIVATE_KEY=abc", "SESSION_KEY=[redacted] PRIVATE_KEY=[redacted]"],
    ["clientSecret = 'a b'", "clientSecret = '[redacted]'"],
    ['{"password":"a \\" b","user":"bob"}', '{"password":"[redacted]","user":"bob"}'],
    ['"{\\"token\\":\\"abc\\",\\"n\\":1}"', '"{\\"token\\":\\"[redacted]\\",\\"n\\":1}"'],
    ["GET /x?a=1&token=abcd&b=2", "GET /x?a=1&token=[redacted]&b=2"],
    ["Server=db;User=sa;Password=x1;Database=d", "Server=db;User=sa;Password=[redacted];Database=d"],
    ["mysql --password hunter2 --host db", "mysql --password [redacted] --host db"],
    ['["mysql","--password","hunter2","--host"]', '["mysql","--password","[redacted]","--host"]'],
    ['CMD ["mysql" "--password" "hunter2"]', 'CMD ["mysql" "--password" "[redacted]"]'],
    ['"--password",\n      "hunter2"', '"--password",\n      "[redacted]"'],
    ['["--password", "--verbose", "yes"]', '["--password", "--verbose", "yes"]'],
    ["run --api-key=abc web", "run --api-key=[redacted] web"],
    ["Authorization: Bearer abc", "Authorization: [redacted]"],
    ["curl -H 'Authorization: Basic dXNlcjpwYXNz' x", "curl -H 'Authorization: [redacted]' x"],
    ["sent Bearer abcdefghijkl123456 to it", "sent Bearer [redacted] to it"],
    ["postgres://me:p%40ss@db:5432/app?x=1", "postgres://me:[redacted]@db:5432/app?x=1"],
    ['Cannot pull "me:hunter2@registry.io/x:1"', 'Cannot pull "me:[redacted]@registry.io/x:1"'],
    ["redis://:hunter2@cache:6379", "redis://:[redacted]@cache:6379"],
    ["DATABASE_URL=mysql://me:p@ss@db/app ok", "DATABASE_URL=mysql://me:[redacted]@db/app ok"],
    ["using token: abc123", "using token: [redacted]"],
    ["(password=hunter2), next", "(password=[redacted]), next"],
  ] as const;
  for (const [text, hidden] of rows) {
    assert.equal(hide.text(text), hidden);
    assert.equal(hide.text(hidden), hidden, "hiding twice changes nothing");
  }
});

Deno.test("hide.text() hides a private key from its first line to its last, or to the end of the text", () => {
  const key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabcd\n-----END RSA PRIVATE KEY-----";
  assert.equal(hide.text(`a\n${key}\nb`), "a\n[redacted]\nb");
  assert.equal(hide.text(key.slice(0, 45)), "[redacted]");
  const open = "-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----";
  assert.equal(hide.text(open), open);
});

Deno.test("hide.text() leaves alone what only looks or sounds like a secret", () => {
  const innocents = [
    "PATH=/usr/local/sbin:/usr/local/bin",
    "PWD=/app OLDPWD=/",
    "monkey=1 keyboard=us turkey: roast",
    "author=bob authority: x.org oauth2_enabled=true",
    "max_tokens: 4096 tokens=12 token_count=5 tokenizer=bpe",
    "POSTGRES_HOST_AUTH_METHOD=trust POSTGRES_PASSWORD_FILE=/run/secrets/pg",
    "Error: Unexpected token: }",
    "invalid token: unexpected end of input",
    "compass: north bypass=3 pass: 12 fail: 0",
    "password=true secret: null token=",
    "PASSWORD=${DB_PASSWORD} PASSWORD=$PW",
    "nginx@sha256:4c1f3bfbd5fd6d3dc0e5d3f2f2c6d6a7e6b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "2026-01-02T03:04:05Z INFO GET http://web:8080/health 200",
    "https://me@example.org/x http://a:80/b@c",
    "registry.example.org:5000/team/web:1.2@sha256:4c1f3bfbd5fd6d3dc0e5d3f2f2c6d6a7e6b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2",
    "web:1.2@sha256:4c1f3bfbd5fd/x to:bob@example.org",
    'open "/etc/passwd": permission denied',
    '"secrets": ["db_password"], "Secrets":{}',
    "public_key=abc KeyId: 7 foreign key: id",
    "sk-my-long-container-name-here task-1234567890123456789012",
    'SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ARG "PASSWORD") (line 6)',
    "Basic authentication and bearer certificates are explained",
  ];
  for (const innocent of innocents) assert.equal(hide.text(innocent), innocent);
});

Deno.test("hide.value() hides by key in objects and in lists, and keeps the shape", () => {
  const when = new Date(0);
  const value = {
    Env: ["PATH=/bin", "DB_PASSWORD=correct horse battery", "PWD=/app", "URL=http://a:b1@c/"],
    Cmd: ["login", "--password", "hunter2", "--password", "--verbose", "-u", "bob"],
    labels: { "com.example.api-key": "abc", "com.example.author": "bob" },
    auth: { username: "bob", password: "hunter2" },
    token: 123456,
    tokens: 5,
    apiKeys: [],
    secret: ["a", "b"],
    secrets: ["db_password", { name: "x", secret: "y" }],
    hasPassword: true,
    password: null,
    when,
    deep: [[{ privateKey: "abc" }]],
  };
  const before = structuredClone(value);
  assert.deepEqual(hide.value(value), {
    Env: ["PATH=/bin", "DB_PASSWORD=[redacted]", "PWD=/app", "URL=http://a:[redacted]@c/"],
    Cmd: ["login", "--password", "[redacted]", "--password", "--verbose", "-u", "bob"],
    labels: { "com.example.api-key": "[redacted]", "com.example.author": "bob" },
    auth: { username: "bob", password: "[redacted]" },
    token: "[redacted]",
    tokens: 5,
    apiKeys: [],
    secret: ["[redacted]", "[redacted]"],
    secrets: ["db_password", { name: "x", secret: "[redacted]" }],
    hasPassword: true,
    password: null,
    when,
    deep: [[{ privateKey: "[redacted]" }]],
  });
  assert.deepEqual(value, before, "the value itself is not changed");
});

Deno.test("hider() with show hides nothing", () => {
  const shown = hider({ show: true });
  assert.equal(shown.text("PASSWORD=hunter2"), "PASSWORD=hunter2");
  assert.deepEqual(shown.value({ password: "hunter2" }), { password: "hunter2" });
});

Deno.test("hide.text() takes time in proportion to the text, even one made to be slow", () => {
  const pieces = [
    ...["a", "eyJaaaaaa-", "key", "password=", 'password=" ', "password='\n", 'token=\\"', "--token ", "a://", "x:"],
    ...[
      "http://a:",
      "-----BEGIN PRIVATE KEY----- ",
      "Ab1\n-----END PRIVATE KEY-----\n",
      `${"Ab1/".repeat(16)}\n`,
      "sk-",
      "Bearer ",
      "--",
      "ghp_",
      "secret:: ",
      "password=\\\\",
      "[redacted",
    ],
    "2026-01-02 INFO status=200 path=/a/b user: bob tokens=5\n",
  ];
  inProportion(hide.text, pieces);
});
