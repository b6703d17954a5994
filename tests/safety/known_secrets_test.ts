import assert from "node:assert/strict";
import { secretsAmong } from "../../src/safety/known_secrets.ts";
import { hider } from "../../src/safety/secrets.ts";

const hide = hider({ show: false });

function knowing(variables: Record<string, string>, names: string[] = []) {
  return hide.knowing(secretsAmong([{ variables: new Map(Object.entries(variables)), names }]));
}

Deno.test("hide.knowing() hides the values of variables that a name says are secret, in texts of any shape", () => {
  const { value, text } = knowing({ DB_PASSWORD: "hunter2", USER: "morgan" });
  assert.equal(text("morgan:hunter2 xhunter2x"), "morgan:[redacted] x[redacted]x");
  assert.deepEqual(value({ deep: [{ a: "by hunter2" }, 5, null] }), { deep: [{ a: "by [redacted]" }, 5, null] });
});

Deno.test("hide.knowing() knows a value in each form that it is written in", () => {
  const secret = `a$b'c"d<e\\f`;
  const { text } = knowing({ API_TOKEN: secret });
  const forms = [secret, secret.replace("$", "$$$$"), JSON.stringify(secret), secret.replace("'", "''")];
  for (const form of [...forms, JSON.stringify(secret).replace("<", "\\u003c")]) {
    assert.match(text(`x ${form} y`), /^x "?\[redacted\]"? y$/, form);
  }
});

Deno.test("hide.knowing() hides the longer one of two values, and the start of one that is cut off", () => {
  const { text } = knowing({ A_SECRET: "abcd-1", B_SECRET: "abcd-1-efgh" });
  assert.equal(text("abcd-1-efgh abcd-1"), "[redacted] [redacted]");
  assert.equal(text("say abcd-1-ef..., abc..."), "say [redacted]..., abc...");
});

Deno.test("hide.knowing() leaves what would take all else with it, and the names that a reader needs", () => {
  for (const value of ["", "a", "abc", "true", "5432", "65535", "postgres", "Admin"]) {
    assert.equal(knowing({ DB_PASSWORD: value }).text(`see ${value} here`), `see ${value} here`, value);
  }
  assert.equal(knowing({ DB_PASSWORD: "123456" }).text("see 123456"), "see [redacted]");
  assert.equal(knowing({ DB_PASSWORD: "prod" }).text("products of prod"), "products of [redacted]");
  assert.equal(knowing({ DB_PASSWORD: "shop" }, ["shop"]).text("the project shop"), "the project shop");
});

Deno.test("hider() with show hides no values that it is told either", () => {
  assert.equal(hider({ show: true }).knowing(new Set(["hunter2"])).text("hunter2"), "hunter2");
});
