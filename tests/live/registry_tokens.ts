/**
 * Gives tokens for a registry, as Docker Hub does: `registry_tokens.ts <port>`. alice gets all she asks for, by her
 * password or by the token of an earlier login; nobody gets anything but to pull what is public; any other is refused.
 */
const folder = new URL("../engine/tls/", import.meta.url);
const der = (pem: string) => Uint8Array.fromBase64(pem.replace(/-----.*-----/g, "").replace(/\s/g, ""));
const algorithm = { name: "ECDSA", namedCurve: "P-256" };
const key = await crypto.subtle.importKey(
  "pkcs8",
  der(await Deno.readTextFile(new URL("server-key.pem", folder))),
  algorithm,
  false,
  ["sign"],
);
const x5c = [der(await Deno.readTextFile(new URL("server.pem", folder))).toBase64()];

const onListen = () => console.error("listening on");
Deno.serve({ port: Number(Deno.args[0]), hostname: "127.0.0.1", onListen }, async (request) => {
  const form = request.method === "POST"
    ? new URLSearchParams(await request.text())
    : new URL(request.url).searchParams;
  const who = whoIs(form, request.headers.get("authorization") ?? "");
  if (who === undefined) return Response.json({ details: "incorrect username or password" }, { status: 401 });
  const token = await sign(who, form.getAll("scope").flatMap((scope) => scope.split(" ")).filter(Boolean));
  return Response.json({ token, access_token: token, expires_in: 300, issued_at: new Date().toISOString() });
});

/** Nothing for who is refused, an empty name for nobody. */
function whoIs(form: URLSearchParams, authorization: string): string | undefined {
  if (form.get("grant_type") === "refresh_token") {
    return form.get("refresh_token") === "alice-again" ? "alice" : undefined;
  }
  const basic = authorization.startsWith("Basic ") ? atob(authorization.slice(6)) : undefined;
  const pair = form.get("grant_type") === "password" ? `${form.get("username")}:${form.get("password")}` : basic;
  if (pair === undefined) return "";
  return pair === "alice:s3cret" ? "alice" : undefined;
}

async function sign(who: string, scopes: readonly string[]): Promise<string> {
  const access = scopes.map((scope) => {
    const [type, ...rest] = scope.split(":");
    const actions = rest.pop()?.split(",") ?? [];
    const name = rest.join(":");
    const open = name.startsWith("public/") ? actions.filter((action) => action === "pull") : [];
    return { type, name, actions: who === "" ? open : actions };
  });
  const now = Math.floor(Date.now() / 1000);
  const times = { exp: now + 300, nbf: now - 10, iat: now };
  const claims = { iss: "test", sub: who, aud: "test", ...times, jti: crypto.randomUUID(), access };
  const signed = `${encode({ typ: "JWT", alg: "ES256", x5c })}.${encode(claims)}`;
  const hash = { name: "ECDSA", hash: "SHA-256" };
  const signature = await crypto.subtle.sign(hash, key, new TextEncoder().encode(signed));
  return `${signed}.${base64url(new Uint8Array(signature))}`;
}

function encode(value: unknown): string {
  return base64url(new TextEncoder().encode(JSON.stringify(value)));
}

function base64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
