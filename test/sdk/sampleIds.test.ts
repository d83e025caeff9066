import assert from "node:assert/strict";
import fc from "fast-check";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { NOON } from "../support/sdk.ts";

type Ids = Map<string, string>;

/** Fields that name something of the account itself. Models, providers and their slugs are OpenRouter's. */
const ID_FIELD = /(^|_)(id|ids|hash)$/;
/** Texts that look like an id, in any field: hashes, UUIDs, and OpenRouter's prefixed ids. */
const ID_TEXT = /[0-9a-f]{16,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-|\b(?:gen|req|up|user|org)[-_]\w{6,}|sk-or-/;
const CATALOG_FIELD = /^(model_id|app_id|preset_id|canonical_slug)$/;

/** Collects every id in a response with the place where it was found. */
function collectIds(value: unknown, place: string, ids: Ids): void {
  if (Array.isArray(value)) for (const one of value) collectIds(one, place, ids);
  else if (typeof value === "object" && value !== null)
    for (const [field, one] of Object.entries(value)) {
      const isId = typeof one === "string" && one !== "" && !CATALOG_FIELD.test(field);
      if (isId && (ID_TEXT.test(one) || (ID_FIELD.test(field) && !isOpenRouters(place))))
        ids.set(one, `${place} ${field}`);
      else collectIds(one, place, ids);
    }
}

/** Analytics name keys, members and workspaces instead of giving their ids. */
const isOpenRouters = (place: string) => /models|providers|zdr|analytics/.test(place);

/** Reads everything that the account returns, by its own ids. */
async function readIds(account: SampleAccount): Promise<Ids> {
  const ids: Ids = new Map();
  const request = async (path: string, body?: unknown) => {
    const response = await fetch(account.baseUrl + path, {
      method: body ? "POST" : "GET",
      headers: { authorization: `Bearer ${account.key}` },
      body: JSON.stringify(body),
    });
    assert.ok(response.ok, `${path}: ${response.status}`);
    // biome-ignore lint/suspicious/noExplicitAny: responses of every kind
    const json = (await response.json()) as any;
    collectIds(json, path.split("?")[0]!, ids);
    return json.data;
  };
  for (const path of ["/credits", "/key", "/providers", "/models", "/organization/members", "/analytics/meta"])
    await request(path);
  await request("/endpoints/zdr");
  await request("/activity?group_by=workspace");
  for (const workspace of await request("/workspaces")) {
    await request(`/workspaces/${workspace.id}/budgets`);
    for (const key of await request(`/keys?workspace_id=${workspace.id}&include_disabled=true&include_expired=true`))
      await request(`/keys/${key.hash}`);
    for (const { id } of await request(`/guardrails?workspace_id=${workspace.id}`))
      for (const kind of ["keys", "members"]) await request(`/guardrails/${id}/assignments/${kind}`);
  }
  for (const { id } of account.state.generations) await request(`/generation?id=${id}`);
  const end = NOON;
  const time_range = { start: "2026-05-20T00:00:00.000Z", end };
  for (const dimension of ["api_key_id", "user", "workspace"])
    await request("/analytics/query", { metrics: ["total_usage"], dimensions: [dimension], time_range });
  return ids;
}

async function idsOf(seed?: string): Promise<Ids> {
  const account = await startSampleAccount({ now: () => new Date(NOON), ...(seed === undefined ? {} : { seed }) });
  try {
    return await readIds(account);
  } finally {
    await account.close();
  }
}

describe("ids of sample accounts", () => {
  it("two starts share none, in any response", async () => {
    const [one, other] = [await idsOf(), await idsOf()];
    assert.ok(one.size > 150, `only ${one.size} ids were found`);
    const shared = [...one].filter(([id]) => other.has(id)).map(([id, place]) => `${place}: ${id}`);
    assert.deepEqual(shared, []);
  });

  it("one seed gives the same ids and two seeds share none", async () => {
    const seeds = fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(seeds, async ([seed, otherSeed]) => {
        const [one, again, other] = [await idsOf(seed), await idsOf(seed), await idsOf(otherSeed)];
        assert.deepEqual([...one.keys()].sort(), [...again.keys()].sort());
        assert.deepEqual(
          [...one].filter(([id]) => other.has(id)),
          [],
        );
      }),
      { numRuns: 3 },
    );
  });
});
