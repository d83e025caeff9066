// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the tests use placeholders that were not replaced.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { readEnvironment } from "../../src/mcp/environment.ts";

const digits = randomBytes(32).toString("hex");
const key = `sk-or-v1-${digits}`;

/** Invalid values that clients, shells and users set instead of a key. */
const INVALID_KEYS: [value: string, expected: RegExp][] = [
  ...[
    `"${key}"`,
    `'${key}'`,
    `"${key}`,
    `\`${key}\``,
    `\u201c${key}\u201d`,
    `\u2018${key}\u2019`,
    `\u00ab${key}\u00bb`,
    `\u201e${key}\u201c`,
    '""',
  ].map((value): [string, RegExp] => [value, /quotation marks/]),
  ...[
    "${env:OPENROUTER_PROVISIONING_KEY}",
    "${input:key}",
    "${KEY}",
    "$KEY",
    "$env:KEY",
    "${KEY:-}",
    "$(cat key)",
    "%KEY%",
    "<your key>",
    "{{key}}",
    "{env:KEY}",
  ].map((value): [string, RegExp] => [value, /placeholder/]),
  ...["env:KEY", "[your key]", "${{ secrets.KEY }}", "op://vault/item/key", `sk-or-v1-\${KEY}`].map(
    (value): [string, RegExp] => [value, /placeholder/],
  ),
  [`Bearer ${key}`, /Bearer/],
  [`Authorization: Bearer ${key}`, /Bearer/],
  [`OPENROUTER_PROVISIONING_KEY=${key}`, /equals sign/],
  [`${key.slice(0, 20)} ${key.slice(20)}`, /spaces/],
  [`${key.slice(0, 20)}\n${key.slice(20)}`, /spaces/],
  [`${key.slice(0, 20)}\u200b${key.slice(20)}`, /invisible/],
  [`\u200b${key}`, /invisible/],
  [`${key}\u0000`, /invisible/],
  ["sk-or-v1-0e6...1c96", /abbreviated/],
  ["sk-or-v1-\u2026", /abbreviated/],
  ["sk-or-v1-...", /abbreviated/],
  ["sk-or-v1-xxxxxxxx", /abbreviated/],
  ["your-key-here", /placeholder instead/],
  ["YOUR_API_KEY", /placeholder instead/],
  ["undefined", /placeholder instead/],
  ["OPENROUTER_PROVISIONING_KEY", /placeholder instead/],
  ["https://openrouter.ai/settings/management-keys", /is a URL/],
];

const problemOf = (env: Record<string, string | undefined>) => {
  const result = readEnvironment(env);
  return "problem" in result ? `${result.problem} ${result.nextStep}` : undefined;
};

describe("readEnvironment", () => {
  for (const [value, expected] of INVALID_KEYS)
    it(`rejects ${value.replaceAll(digits, "…")}`, () => {
      const message = problemOf({ OPENROUTER_PROVISIONING_KEY: value }) ?? assert.fail("accepted as a key");
      assert.match(message, /^OPENROUTER_PROVISIONING_KEY [^\n]*Nothing was sent\. Set it to [^\n]*$/);
      assert.match(message, expected);
      for (const part of [digits.slice(0, 12), digits.slice(-12), "0e6"]) assert.ok(!message.includes(part));
    });

  it("accepts keys with surrounding spaces", () => {
    for (const value of [key, ` ${key}\n`, "\ufeffa-key-of-another-form", "sk-or-v1-abc", "eyJhbGciOi.x_y-z+/=="])
      assert.equal((readEnvironment({ OPENROUTER_PROVISIONING_KEY: value }) as { key: string }).key, value.trim());
  });

  it("never repeats an invalid value", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 6 }), (value) => {
        const result = readEnvironment({ OPENROUTER_PROVISIONING_KEY: `${value}${digits}` });
        if ("problem" in result) assert.ok(!`${result.problem}${result.nextStep}`.includes(digits));
        else assert.match(result.key ?? "", /^[\x21-\x7e]+$/);
      }),
    );
  });

  it("rejects base URLs with quotes or placeholders, and leaves the others to the origin policy", () => {
    const withUrl = (url: string) => problemOf({ OPENROUTER_PROVISIONING_KEY: key, OPENROUTER_BASE_URL: url });
    for (const url of [
      '"https://openrouter.ai/api/v1"',
      "${env:URL}",
      "${input:url}",
      "%URL%",
      "<url>",
      "$URL",
      "https://${REGION}.openrouter.ai/api/v1",
      "https://<region>.openrouter.ai",
    ])
      assert.match(
        withUrl(url) ?? "",
        /^OPENROUTER_BASE_URL (contains quotation marks|is a placeholder).*Nothing was sent/,
        url,
      );
    for (const url of [
      "",
      " ",
      "https://eu.openrouter.ai/api/v1",
      "http://[::1]:8080/api/v1",
      "http://127.0.0.1/a%2Fb%20c",
      "nonsense",
    ])
      assert.equal(withUrl(url), undefined, url);
  });

  it("allows writes for three words only and warns about other values", () => {
    const read = (value: string) => {
      const settings = readEnvironment({ OPENROUTER_PROVISIONING_KEY: key, OPENROUTER_ADMIN_ALLOW_WRITE: value });
      return "problem" in settings
        ? assert.fail(settings.problem)
        : [settings.allowWrite, settings.notices.length, settings.notices.join()];
    };
    for (const value of ["1", "true", "YES", " yes "]) assert.deepEqual(read(value), [true, 0, ""]);
    for (const value of ["", "0", "false", "No"]) assert.deepEqual(read(value), [false, 0, ""]);
    for (const value of ['"1"', "${input:write}", "%WRITE%", "'true'"]) {
      const [allowed, , notice] = read(value);
      assert.equal(allowed, false);
      assert.match(String(notice), /write tools stay disabled: it (contains quotation|is a placeholder)/);
    }
    for (const value of ["2", "on", "ture", "1;", "yes please"]) assert.deepEqual(read(value).slice(0, 2), [false, 1]);
  });

  it("refuses to start without certificate verification, before it checks the key", () => {
    const refusal = /^NODE_TLS_REJECT_UNAUTHORIZED=0 .*Unset it/;
    const withKey = { OPENROUTER_PROVISIONING_KEY: key, NODE_TLS_REJECT_UNAUTHORIZED: "0" };
    assert.match(problemOf(withKey) ?? "", refusal);
    // Requests go through VS Code instead, which verifies certificates itself.
    for (const given of [{ NODE_TLS_REJECT_UNAUTHORIZED: "0" }, { ...withKey, OPENROUTER_ADMIN_CHANNEL: "1" }]) {
      const settings = readEnvironment(given);
      assert.ok("notices" in settings && settings.key === undefined && settings.usesChannel);
      assert.match(settings.notices.join(), refusal);
    }
    assert.equal(problemOf({ OPENROUTER_PROVISIONING_KEY: key, NODE_TLS_REJECT_UNAUTHORIZED: "1" }), undefined);
  });

  it("warns about code that NODE_OPTIONS loads, and about nothing else in it", () => {
    const notices = (options: string) => {
      const settings = readEnvironment({ OPENROUTER_PROVISIONING_KEY: key, NODE_OPTIONS: options });
      return "problem" in settings ? assert.fail(settings.problem) : settings.notices;
    };
    for (const options of [
      "--require x.js",
      "-r x.js",
      "--max-old-space-size=99 --import=data:x",
      '"--loader" x',
      "--experimental-loader x",
    ])
      assert.match(notices(options).join(), /NODE_OPTIONS loads code/, options);
    for (const options of ["", "--max-old-space-size=4096", "--use-system-ca --no-warnings"])
      assert.deepEqual(notices(options), []);
  });
});
