import type { Ids } from "../random.ts";
import type { MemberRecord, WorkspaceRecord } from "../state.ts";
import { DAY_MS } from "../time.ts";

const people: [string | null, string | null, boolean?][] = [
  ["Ana", "Reyes", true],
  ["Jonas", "Weber", true],
  ["Priya", "Nair"],
  ["Mateo", "Silva"],
  ["Yuki", "Tanaka"],
  ["Zoë", "O'Brien"],
  ["Tomasz", "Kowalski"],
  ["Leila", "Haddad"],
  [null, null],
];

/** Builds the members of the organization; the last one has no name. */
export function buildMembers(ids: Ids): MemberRecord[] {
  return people.map(([first_name, last_name, admin]) => {
    const name = (first_name ?? "contractor")
      .normalize("NFD")
      .replace(/[^a-z]/gi, "")
      .toLowerCase();
    return {
      id: `user_2sample${ids.hash(`member ${name}`).slice(0, 20)}`,
      email: `${name}@brightleaf.example`,
      first_name,
      last_name,
      role: admin ? "org:admin" : "org:member",
    };
  });
}

export type WorkspaceName = "Production" | "Research" | "Sandbox";

export const workspaceId = (ids: Ids, name: WorkspaceName): string => ids.uuid(`workspace ${name}`);

/** Returns the id of a workspace's default guardrail. */
export const defaultGuardrailId = (ids: Ids, name: WorkspaceName): string => ids.uuid(`default guardrail of ${name}`);

/** Builds the workspaces, the default one first. */
export function buildWorkspaces(ids: Ids, now: number): WorkspaceRecord[] {
  const make = (name: WorkspaceName, description: string, age: number, budgets: [number, string | null][]) => {
    const created_at = new Date(now - age * DAY_MS).toISOString();
    return {
      id: workspaceId(ids, name),
      name,
      slug: name.toLowerCase(),
      description,
      created_at,
      default_guardrail_id: defaultGuardrailId(ids, name),
      include_byok_in_budgets: name === "Research",
      budgets: budgets.map(([limit_usd, reset_interval]) => ({
        id: ids.uuid(`budget ${name} ${reset_interval}`),
        limit_usd,
        reset_interval,
        created_at,
        updated_at: created_at,
      })),
    };
  };
  return [
    make("Production", "What customers use", 400, [
      [25_000, null],
      [1500, "monthly"],
      [150, "daily"],
    ]),
    make("Research", "Evaluations and agents", 260, [[600, "monthly"]]),
    make("Sandbox", "Try things out", 120, []),
  ];
}
