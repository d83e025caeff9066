import { uuidFrom } from "../random.ts";
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

/** The members of the organization; the last one has no name. */
export const members: MemberRecord[] = people.map(([first_name, last_name, admin]) => {
  const plain = (text: string) => text.normalize("NFD").replace(/[^a-z]/gi, "");
  return {
    id: `user_2sample${plain(first_name ?? "Invited")}${plain(last_name ?? "Member")}`,
    email: `${plain(first_name ?? "contractor").toLowerCase()}@brightleaf.example`,
    first_name,
    last_name,
    role: admin ? "org:admin" : "org:member",
  };
});

export type WorkspaceName = "Production" | "Research" | "Sandbox";

export const workspaceId = (name: WorkspaceName): string => uuidFrom(`workspace ${name}`);

/** Returns the id of a workspace's default guardrail. */
export const defaultGuardrailId = (workspace: string): string => uuidFrom(`default guardrail of ${workspace}`);

/** Builds the workspaces, the default one first. */
export function buildWorkspaces(now: number): WorkspaceRecord[] {
  const make = (name: WorkspaceName, description: string, age: number, budgets: [number, string | null][]) => {
    const created_at = new Date(now - age * DAY_MS).toISOString();
    return {
      id: workspaceId(name),
      name,
      slug: name.toLowerCase(),
      description,
      created_at,
      default_guardrail_id: defaultGuardrailId(workspaceId(name)),
      include_byok_in_budgets: name === "Research",
      budgets: budgets.map(([limit_usd, reset_interval]) => ({
        id: uuidFrom(`budget ${name} ${reset_interval}`),
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
