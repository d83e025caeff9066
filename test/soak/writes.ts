import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { fieldsOf, judgeFields, judgeWrite, violation } from "./judge.ts";
import {
  type Answer,
  type Args,
  boundTo,
  type Lane,
  newName,
  ownGuardrails,
  ownKeys,
  type Plan,
  type Violation,
  type World,
} from "./world.ts";

/** Plans a change of one of the lane's own items, or creates one if there is none yet. */
export function planWrite(tool: string, world: World, lane: Lane): Plan {
  const { random } = world;
  const keys = ownKeys(world, lane);
  const guardrails = ownGuardrails(world, lane);
  if (tool === "or_key_create" && keys.length >= 4) return planWrite("or_key_delete", world, lane);
  if (tool === "or_guardrail_create" && guardrails.length >= 3) return planWrite("or_guardrail_delete", world, lane);
  if (tool === "or_key_create" || (/key/.test(tool) && keys.length === 0)) return createKey(world, lane);
  if (tool === "or_guardrail_create" || (/guardrail/.test(tool) && guardrails.length === 0))
    return createGuardrail(world, lane);

  if (tool === "or_key_update") return updateKey(world, lane, random.pick(keys).hash);
  if (tool === "or_guardrail_update") return updateGuardrail(world, lane, random.pick(guardrails).id);
  if (tool === "or_key_delete") {
    const { hash } = random.pick(keys);
    return { tool, args: { hash }, judge: (answer) => judgeWrite(answer, !world.account.state.keys.has(hash)) };
  }
  const { id } = random.pick(guardrails);
  if (tool === "or_guardrail_delete")
    return { tool, args: { id }, judge: (answer) => judgeWrite(answer, !world.account.state.guardrails.has(id)) };

  const ofKeys = tool.endsWith("_keys");
  const targets = ofKeys ? keys.slice(0, 1 + random.below(2)).map(({ hash }) => hash) : [lane.member];
  const holds = () => targets.map((target) => boundTo(world, target).includes(id));
  const isDone = () => holds().every((bound) => bound === !tool.includes("unassign"));
  const before = isDone();
  return {
    ...{ tool, args: { id, [ofKeys ? "hashes" : "user_ids"]: targets } },
    judge: (answer) => judgeWrite(answer, isDone(), before),
  };
}

/** At most one key is created, and the caller has its secret if it was delivered. */
function createKey(world: World, lane: Lane): Plan {
  const { random, network, account } = world;
  const name = newName(world, lane);
  const args = { name, limit: 1 + random.below(1000) / 4, ...(random.chance(0.5) && { limit_reset: "weekly" }) };
  return {
    ...{ tool: "or_key_create", args },
    judge(answer) {
      const { keys, deletedKeys } = account.state;
      const created = [...keys.values(), ...deletedKeys.values()].filter((key) => key.name === name);
      const found = [...judgeCreation(answer, name, created.length, world), ...judgeWrite(answer, created.length > 0)];
      const secret = /sk-or-v1-[0-9a-f]{64}/.exec(answer.text)?.[0];
      const delivered = network.creations.get(name)?.delivered;
      if (delivered && secret !== delivered) found.push(violation("a secret that was delivered is lost", answer.text));
      if (secret && !created.some(({ hash }) => hash === createHash("sha256").update(secret).digest("hex")))
        found.push(violation("a secret without a key", answer.text.replaceAll(secret, "(secret)")));
      if (!answer.isError && !secret) found.push(violation("a success without a secret", answer.text));
      if (created[0] && created[0].limit !== args.limit)
        found.push(violation("a key other than requested", answer.text));
      return found;
    },
  };
}

function createGuardrail(world: World, lane: Lane): Plan {
  const name = newName(world, lane);
  const args = {
    ...{ name, limit_usd: 1 + world.random.below(1000) / 4, reset_interval: "daily" },
    ...(world.random.chance(0.5) && { allowed_providers: ["openai", "anthropic"] }),
  };
  return {
    ...{ tool: "or_guardrail_create", args },
    judge(answer) {
      const created = [...world.account.state.guardrails.values()].filter((guardrail) => guardrail.name === name);
      return [...judgeCreation(answer, name, created.length, world), ...judgeWrite(answer, created.length > 0)];
    },
  };
}

function judgeCreation({ text }: Answer, name: string, made: number, { network }: World): Violation[] {
  const sent = network.creations.get(name)?.sent ?? 0;
  const found: Violation[] = [];
  if (made > 1) found.push(violation("created twice", `${name}: ${made} times\n${text}`));
  if (sent > 1) found.push(violation("a create sent twice", `${name}: ${sent} times\n${text}`));
  return found;
}

function updateKey(world: World, lane: Lane, hash: string): Plan {
  const { random } = world;
  world.named += 1;
  const args: Args = {
    // A unique value, so that an effect can be detected.
    ...{ hash, limit: world.named / 4 },
    ...(random.chance(0.4) && { name: `${lane.name} renamed ${world.named}` }),
    ...(random.chance(0.4) && { disabled: random.chance(0.5) }),
    ...(random.chance(0.4) && { limit_reset: random.pick(["daily", "weekly", "monthly"]) }),
  };
  return update("or_key_update", args, hash, () => world.account.state.keys.get(hash), world);
}

function updateGuardrail(world: World, lane: Lane, id: string): Plan {
  const { random } = world;
  world.named += 1;
  const args: Args = {
    ...{ id, limit_usd: world.named / 4, reset_interval: random.pick(["daily", "weekly", "monthly"]) },
    ...(random.chance(0.4) && { name: `${lane.name} renamed ${world.named}` }),
    ...(random.chance(0.4) && { description: `Described ${world.named}` }),
  };
  return update("or_guardrail_update", args, id, () => world.account.state.guardrails.get(id), world);
}

/** Only the given fields change, and a success shows the state of the account. */
function update(tool: string, args: Args, id: string, record: () => object | undefined, world: World): Plan {
  const { hash: _, id: __, ...changes } = args;
  const before = structuredClone(record());
  return {
    ...{ tool, args },
    judge(answer) {
      const after = record() ?? {};
      const expected = { ...before, ...changes };
      const same = (wanted: object) => isDeepStrictEqual({ ...after, updated_at: 0 }, { ...wanted, updated_at: 0 });
      const took = same(expected);
      // A result may also say which fields did not change.
      const denied = Object.entries(changes).every(
        ([field, value]) =>
          isDeepStrictEqual((after as Args)[field], value) ||
          new RegExp(`\\b${field} (did|was) not`, "i").test(answer.text),
      );
      const found = judgeWrite(answer, took || (denied && !answer.isError));
      if (!took && !same(before ?? {}))
        found.push(violation("something else was changed", JSON.stringify({ args, before, after })));
      const shown = fieldsOf(answer.text);
      // If the response could not be read, the result may not show the item.
      if (!answer.isError && took && "name" in shown)
        found.push(...judgeFields(shown, after, Object.keys(changes), id, world));
      return found;
    },
  };
}
