// Groups findings by the people who created the keys. Pure.
import type { Key, Member } from "../schemas.ts";
import { visualForm } from "../text/fold.ts";
import { oneLine } from "../text/printable.ts";
import { getSpendAtRisk } from "./audit.ts";
import type { Audit, Finding } from "./findings.ts";

/** A creator of keys with findings that count. */
export interface Owner {
  /** The creator's user id; null for keys whose creator the API doesn't name. */
  id: string | null;
  /** Undefined if the creator is not, or no longer, a member, or if the members weren't read. */
  member: Member | undefined;
  keys: readonly OwnedKey[];
  /** The number of keys with a severe finding. */
  severe: number;
  /** What the keys spent this month, USD. */
  spendAtRisk: number;
}

/** A key and what was found about it, in the order of the rules. */
export interface OwnedKey {
  key: Key;
  findings: readonly Finding[];
}

/** Lists the creators: those with the most severe keys first, then by the month's spend of all their found keys. */
export function listOwners({ findings, keys }: Audit, members: readonly Member[] | undefined): Owner[] {
  const memberById = new Map(members?.map((member) => [member.id, member]));
  const byHash = Map.groupBy(
    findings.filter(({ exception }) => !exception),
    ({ key }) => key.hash,
  );
  const found = keys.filter(({ hash }) => byHash.has(hash));
  return [...Map.groupBy(found, ({ creator_user_id }) => creator_user_id || null)]
    .map(([id, own]): Owner => {
      const owned = own.map((key) => ({ key, findings: byHash.get(key.hash)! }));
      return {
        id,
        member: memberById.get(id ?? ""),
        keys: owned,
        severe: owned.filter(({ findings }) => findings.some(({ severity }) => severity === "severe")).length,
        spendAtRisk: getSpendAtRisk(owned.flatMap(({ findings }) => findings)),
      };
    })
    .sort((a, b) => b.severe - a.severe || b.spendAtRisk - a.spendAtRisk || ((a.id ?? "") < (b.id ?? "") ? -1 : 1));
}

/** Returns a creator's name, mail address or id, without control characters; undefined if the API names no creator. */
export function ownerName(id: string | null | undefined, member: Member | undefined): string | undefined {
  if (!id) return undefined;
  const name = oneLine([member?.first_name, member?.last_name].filter(Boolean).join(" ")).trim();
  const candidates = [name, oneLine(member?.email ?? "").trim(), oneLine(id)];
  return candidates.find((text) => visualForm(text) !== "");
}
