import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { OriginError } from "../../src/openrouter/errors.ts";
import { createClient } from "../../src/openrouter/http/client.ts";
import { checkBaseUrl, DEFAULT_BASE_URL } from "../../src/openrouter/http/origin.ts";
import { createRedactor } from "../../src/openrouter/text/redact.ts";

const accepted: [given: string, used: string][] = [
  [DEFAULT_BASE_URL, "https://openrouter.ai/api/v1"],
  ["https://openrouter.ai/api/v1/", "https://openrouter.ai/api/v1"],
  ["https://openrouter.ai:443/api/v1", "https://openrouter.ai/api/v1"],
  ["https://OpenRouter.AI/api/v1", "https://openrouter.ai/api/v1"],
  ["https://eu.openrouter.ai/api/v1", "https://eu.openrouter.ai/api/v1"],
  ["http://127.0.0.1:43210/api/v1", "http://127.0.0.1:43210/api/v1"],
  ["http://localhost:8080/api/v1//", "http://localhost:8080/api/v1"],
  ["http://[::1]:8080/api/v1", "http://[::1]:8080/api/v1"],
  ["http://127.1/api/v1", "http://127.0.0.1/api/v1"],
];

const refused = [
  "",
  "openrouter.ai/api/v1",
  "//openrouter.ai/api/v1",
  "http://openrouter.ai/api/v1",
  "http://eu.openrouter.ai/api/v1",
  "ftp://openrouter.ai/api/v1",
  "file:///etc/passwd",
  "https://openrouter.ai:8443/api/v1",
  "https://evil.com/api/v1",
  "https://evil.com/openrouter.ai/api/v1",
  "https://openrouter.ai@evil.com/api/v1",
  "https://user:pass@openrouter.ai/api/v1",
  "https://user@openrouter.ai/api/v1",
  "https://openrouter.ai.evil.com/api/v1",
  "https://openrouter.ai./api/v1",
  "https://evil-openrouter.ai/api/v1",
  "https://evilopenrouter.ai/api/v1",
  "https://openrouter.com/api/v1",
  "https://\u043epenrouter.ai/api/v1",
  "https://evil.com#openrouter.ai",
  "https://evil.com\\.openrouter.ai/api/v1",
  "https://openrouter.ai/api/v1?to=evil.com",
  "https://openrouter.ai/api/v1#fragment",
  "http://127.0.0.1.evil.com/api/v1",
  "http://localhost.evil.com/api/v1",
  "http://127.0.0.1@evil.com/api/v1",
  "http://user@127.0.0.1/api/v1",
  "http://0.0.0.0:8080/api/v1",
  "http://192.168.1.2/api/v1",
  "http://[::ffff:10.0.0.1]/api/v1",
  "https://127.0.0.1/api/v1",
  "https://[::1]/api/v1",
  "https://openrouter.ai/api/v1?",
  "https://openrouter.ai/api/v1#",
  "https://openrouter.ai/api/v1/?",
  "https://openrouter.ai/api/v1?#",
  "https://openrouter.ai?",
  "http://127.0.0.1:8080/api/v1?",
  "http://127.0.0.1:8080/api/v1#",
];

describe("checkBaseUrl", () => {
  for (const [given, used] of accepted) it(`accepts ${given}`, () => assert.equal(checkBaseUrl(given), used));

  for (const given of refused)
    it(`refuses ${JSON.stringify(given)}`, () => {
      assert.throws(
        () => checkBaseUrl(given),
        (error) => error instanceof OriginError && error.nextStep.includes(DEFAULT_BASE_URL),
      );
    });

  it("never accepts a URL of another host", () => {
    const bit = fc.constantFrom(
      ..."https:// http:// openrouter.ai evil.com 127.0.0.1 localhost [::1] @ : . / \\ ? # - % 443 80 %40 %2e".split(
        " ",
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom("https://", "http://"), fc.array(bit, { maxLength: 6 }), (scheme, bits) => {
        let used: URL;
        try {
          used = new URL(`${checkBaseUrl(scheme + bits.join(""))}/credits`);
        } catch (error) {
          assert.ok(error instanceof OriginError);
          return;
        }
        const official = used.protocol === "https:" && /^(.*\.)?openrouter\.ai$/.test(used.hostname);
        const local = used.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(used.hostname);
        assert.ok(official || local, used.href);
      }),
      { numRuns: 2000 },
    );
  });

  /** Where a key may be pasted by mistake. */
  const PLACES = [
    ...[
      "https://KEY@openrouter.ai/api/v1",
      "https://user:KEY@openrouter.ai/api/v1",
      "https://openrouter.ai/api/v1?key=KEY",
    ],
    ...[
      "https://openrouter.ai/api/v1#KEY",
      "https://openrouter.ai/KEY",
      "https://openrouter.ai/api/v1/KEY/",
      "https://KEY",
    ],
    ...[
      "https://KEY/api/v1",
      "https://KEY.openrouter.ai/api/v1",
      "https://a.KEY.example/",
      "http://127.0.0.1:80/KEY",
      "KEY",
    ],
    ...[
      "KEY:443/api/v1",
      "https://KEY:8443/",
      "http://localhost:KEY/",
      "https:KEY",
      "x-KEY://openrouter.ai",
      "  https://KEY  ",
    ],
  ];
  const FORMS: [name: string, form: (text: string) => string][] = [
    ["as it is", (text) => text],
    ["in upper case", (text) => text.toUpperCase()],
    ["percent-encoded", (text) => [...text].map((char) => `%${char.charCodeAt(0).toString(16)}`).join("")],
    ["partly percent-encoded", (text) => text.replaceAll("-", "%2D").replaceAll("a", "%61")],
  ];

  for (const place of PLACES)
    it(`redacts a key pasted as ${place}`, () => {
      const digits = randomBytes(32).toString("hex");
      for (const [name, form] of FORMS)
        for (const pasted of [`sk-or-v1-${digits}`, digits, digits.slice(0, 32), `sk-or-v1-${digits.slice(0, 32)}`]) {
          const url = place.replace("KEY", form(pasted));
          for (const safe of [undefined, createRedactor([`sk-or-v1-${digits}`])]) {
            // Part of a key in a path can be recognized only by a redactor that knows the key.
            if (!safe && !pasted.startsWith("sk-or-") && /[a1]\/KEY|ai\/KEY|80\/KEY/.test(place)) continue;
            assert.throws(
              () => checkBaseUrl(url, safe),
              (error) => {
                assert.ok(error instanceof OriginError, name);
                const shown = decodeURIComponent(error.message).toLowerCase();
                for (let at = 0; at + 16 <= digits.length; at++)
                  assert.ok(!shown.includes(digits.slice(at, at + 16)), name);
                return true;
              },
            );
          }
        }
    });
});

describe("createClient without certificate verification", () => {
  const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  afterEach(() => {
    if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
  });

  it("throws for OpenRouter, but not for a server on this machine", () => {
    const key = `sk-or-v1-${randomBytes(32).toString("hex")}`;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    assert.throws(() => createClient({ key }), /NODE_TLS_REJECT_UNAUTHORIZED=0 .* nothing was sent/);
    assert.ok(createClient({ key, baseUrl: "http://127.0.0.1:9/api/v1" }));
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "1";
    assert.ok(createClient({ key }));
  });
});
