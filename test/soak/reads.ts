import { toKeyResponse } from "../../src/sample/counters.ts";
import { rowsOf } from "../support/mcp.ts";
import { fieldsOf, judgeAgainst, judgeFields, unreadRows, violation } from "./judge.ts";
import {
  type Answer,
  boundTo,
  type Lane,
  ownGuardrails,
  ownKeys,
  type Plan,
  type Violation,
  type World,
} from "./world.ts";

const KEY_FIELDS = ["name", "disabled", "limit", "limit_reset", "usage"];
const GUARDRAIL_FIELDS = ["name", "limit_usd", "reset_interval"];

/** Calls whose results never change, recorded once over a good network. Complete lists, since omitted rows move the others. */
export function unchangingCalls({
  account,
}: Pick<World, "account">): { tool: string; args: Record<string, unknown> }[] {
  const { models, generations, keys } = account.state;
  const [author, slug] = models[0]!.id.split("/");
  const aggregates = ["none", "by_model", "by_day", "by_provider"];
  return [
    { tool: "or_credits", args: {} },
    { tool: "or_current_key", args: {} },
    ...aggregates.map((aggregate) => ({ tool: "or_activity", args: { aggregate } })),
    { tool: "or_activity", args: { aggregate: "by_model", api_key_hash: [...keys.keys()][0] } },
    { tool: "or_generation", args: { id: generations[0]!.id } },
    { tool: "or_models", args: { limit: 1000 } },
    { tool: "or_models", args: { search: "claude", limit: 1000 } },
    { tool: "or_models_user", args: { limit: 1000 } },
    ...models.slice(0, 3).map(({ id }) => ({ tool: "or_model_get", args: { id } })),
    { tool: "or_model_endpoints", args: { author, slug } },
    { tool: "or_zdr_endpoints", args: { limit: 1000 } },
    { tool: "or_org_members", args: { limit: 100 } },
  ];
}

/** Plans a read of a key, a guardrail, a list of them, or an unchanging call. */
export function planRead(tool: string, world: World, lane: Lane): Plan {
  const { account, random } = world;
  const { state } = account;
  const read = (args: Plan["args"], judge: (text: string) => Violation[], missing?: boolean): Plan => ({
    ...{ tool, args, missing },
    judge: ({ text, isError }: Answer) => (isError ? [] : judge(text)),
  });
  const found = (text: string) => [violation("a missing item is shown", text)];
  const missing = random.chance(0.1);

  if (tool === "or_overview") return read({}, (text) => judgeOverview(text, world));
  if (tool === "or_keys_list") return read({ limit: 1000 }, (text) => judgeKeys(text, world, lane));
  if (tool === "or_guardrails_list") return read({ limit: 1000 }, (text) => judgeGuardrails(text, world, lane));
  if (tool === "or_guardrails_assignments") return read({ limit: 1000 }, (text) => judgeAssignments(text, world, lane));
  if (tool === "by_key")
    return { ...read({ aggregate: "by_key", limit: 1000 }, (text) => judgeByKey(text, world)), tool: "or_activity" };
  if (tool === "or_key_get") {
    if (missing) return read({ hash: "0".repeat(64) }, found, true);
    const hash = random.pick([...world.stableKeys, ...ownKeys(world, lane).map((key) => key.hash)]);
    return read({ hash }, (text) =>
      judgeFields(fieldsOf(text), toKeyResponse(state, state.keys.get(hash)!, Date.now()), KEY_FIELDS, hash, world),
    );
  }
  if (tool === "or_guardrail_get") {
    if (missing) return read({ id: "00000000-0000-4000-8000-000000000000" }, found, true);
    const id = random.pick([...world.stableGuardrails, ...ownGuardrails(world, lane).map((guardrail) => guardrail.id)]);
    return read({ id }, (text) => judgeFields(fieldsOf(text), state.guardrails.get(id)!, GUARDRAIL_FIELDS, id, world));
  }
  const calls = world.baseline.filter((call) => call.tool === tool);
  const { args, text: truth } = random.pick(calls);
  return read(args, (text) => judgeAgainst(truth, text, world));
}

function figure(text: string, field: string): number {
  return Number(new RegExp(`\\b${field}:? ([-\\d.e]+\\d)`).exec(text)?.[1]);
}

/** Credits never change; keys come and go, but the stable ones stay. */
function judgeOverview(text: string, { baseline, stableKeys }: World): Violation[] {
  const credits = baseline.find(({ tool }) => tool === "or_credits")!.text;
  const found = ["total_credits", "total_usage", "remaining"].flatMap((field) =>
    figure(text, field) === figure(credits, field) ? [] : [violation("wrong credits", `${field}\n${text}`)],
  );
  const keys = Number(/^Keys: (\d+)/m.exec(text)?.[1]) + unreadRows(text);
  if (!(keys >= stableKeys.length)) found.push(violation("keys are missing", text));
  const day = /^Today (\S+)/m.exec(text)?.[1];
  const days = [0, 60_000].map((before) => new Date(Date.now() - before).toISOString().slice(0, 10));
  if (!day || !days.includes(day)) found.push(violation("another day than today", text));
  return found;
}

/** The lane's own keys and the stable ones are listed with their fields; deleted keys are not. */
function judgeKeys(text: string, world: World, lane: Lane): Violation[] {
  const { state } = world.account;
  const rows = rowsOf(text);
  const shown = new Map(rows.map((row) => [row.hash ?? "", row]));
  const expected = [...world.stableKeys, ...ownKeys(world, lane).map(({ hash }) => hash)];
  const missing = expected.filter((hash) => !shown.has(hash));
  const found: Violation[] = [];
  if (missing.length > unreadRows(text)) found.push(violation("keys are missing", `${missing.length} of ${text}`));
  for (const hash of shown.keys()) {
    const deleted = state.deletedKeys.get(hash);
    if (deleted?.name.startsWith(`${lane.name} `)) found.push(violation("a deleted key is listed", hash));
    if (!deleted && !state.keys.has(hash)) found.push(violation("an unknown key is listed", hash));
  }
  for (const hash of expected) {
    const row = shown.get(hash);
    if (row)
      found.push(...judgeFields(row, toKeyResponse(state, state.keys.get(hash)!, Date.now()), KEY_FIELDS, hash, world));
  }
  const count = Number(/^(\d+) keys/m.exec(text)?.[1]);
  if (count !== rows.length) found.push(violation("a wrong count", text));
  return found;
}

function judgeGuardrails(text: string, world: World, lane: Lane): Violation[] {
  const { guardrails } = world.account.state;
  const shown = new Map(rowsOf(text).map((row) => [row.id ?? "", row]));
  const expected = [...world.stableGuardrails, ...ownGuardrails(world, lane).map(({ id }) => id)];
  const missing = expected.filter((id) => !shown.has(id));
  const found: Violation[] = [];
  if (missing.length > unreadRows(text))
    found.push(violation("guardrails are missing", `${missing.length} of ${text}`));
  for (const id of expected) {
    const row = shown.get(id);
    if (row) found.push(...judgeFields(row, guardrails.get(id)!, GUARDRAIL_FIELDS, id, world));
  }
  return found;
}

function judgeAssignments(text: string, world: World, lane: Lane): Violation[] {
  const targets = [...ownKeys(world, lane).map(({ hash }) => hash), lane.member];
  const rows = rowsOf(text);
  const wrong = targets.filter((target) => {
    const shown = rows.filter((row) => row["key_hash or user_id"] === target).map((row) => row.guardrail_id);
    const bound = boundTo(world, target);
    return shown.length > bound.length || !shown.every((id) => id && bound.includes(id)) || shown.length < bound.length;
  });
  return wrong.length > unreadRows(text) ? [violation("wrong assignments", `${wrong}\n${text}`)] : [];
}

/** The rows and the unattributed remainder add up to the total. */
function judgeByKey(text: string, { baseline }: World): Violation[] {
  const activity = baseline.find(({ tool, args }) => tool === "or_activity" && args.aggregate === "none")!.text;
  const total = figure(activity, "Total usage");
  if (unreadRows(text) > 0) return [];
  if (figure(text, "Total usage") !== total) return [violation("figures that differ from the account's", text)];
  const rest = Number(/: usage ([-\d.e]+) USD/.exec(text)?.[1] ?? 0);
  const sum = rowsOf(text).reduce((usage, row) => usage + Number(row.usage), rest);
  return Math.abs(sum - total) < 1e-6
    ? []
    : [violation("rows that do not add up", `${sum} instead of ${total}\n${text}`)];
}
