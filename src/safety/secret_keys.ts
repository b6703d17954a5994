/** Whether a key names a secret: `DB_PASSWORD`, `apiKey`, `X-Registry-Auth`; not `author`, `max_tokens`, `token_count`. */
export function isSecretKey(key: string): boolean {
  if (!mayBeSecret.test(key) || folderVariable.test(key)) return false;
  const words = (key.match(word) ?? []).map((found) => found.toLowerCase());
  const last = words.at(-1);
  if (last === undefined || describing.has(last)) return false;
  if (words.some((found) => secretWord.test(found))) return true;
  if (words.some((found, i) => secretPairs.has(`${words[i - 1]} ${found}`))) return true;
  // `HOST_AUTH_METHOD` tells how, `REDIS_AUTH` tells what; and a test that says `pass: 12` hides nothing.
  return /^(auth|auths|authorization|dsn)$/.test(last) || (last === "pass" && words.length > 1);
}

/** What a secret's key holds; in any case. */
export const keyTraces = "pass|pwd|secret|token|auth|credential|key|dsn|connection";

/** Cheap, since it is asked for every key of every text. */
const mayBeSecret = new RegExp(keyTraces, "i");

/** The folder that a shell stands in, or stood in before: POSIX, `sh` and `cd`. */
const folderVariable = /^(OLD)?PWD$/;

/** The words of `apiKey`, `API_KEY`, `api-key`, `APIKey2`. */
const word = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g;

const secretWord = new RegExp(
  `^(${
    [
      "\\w*password",
      "\\w*passwd",
      "\\w*passphrase",
      "pwd",
      "secrets?",
      "(client|app|my)secret",
      "credentials?",
      "token",
      "(access|api|app|auth|bearer|bot|csrf|db|id|identity|refresh|registry|session|user|xsrf)token",
      "(access|api|auth|encryption|master|private|secret|session|signing|ssh)key",
      "(ssh|db|user|root|my)pass",
      "connectionstring",
    ].join("|")
  })$`,
);

const secretPairs = new Set([
  ...["access", "account", "api", "auth", "encryption", "master", "private", "secret", "session", "signing", "ssh"]
    .map((first) => `${first} key`),
  ...["unlock key", "connection string"],
]);

/** Last words which say that the value tells about a secret and is none: `PASSWORD_FILE`, `token_type`. */
const describing = new Set([
  ...["file", "path", "dir", "type", "count", "limit", "length", "size", "min", "max", "ttl", "expiry", "expires"],
  ...[
    "url",
    "uri",
    "endpoint",
    "host",
    "name",
    "names",
    "policy",
    "method",
    "mode",
    "enabled",
    "required",
    "algorithm",
  ],
]);
