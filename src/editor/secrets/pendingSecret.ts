import { randomUUID } from "node:crypto";

/** A new key whose secret is in SecretStorage: until its owner has it, or because its owner keeps it there. */
export interface PendingSecret {
  /** Absent in records of version 0.1. */
  version?: 2;
  /** The account whose key it is, by its profile's id; undefined where a version that knew no accounts wrote the record. */
  account?: string;
  hash: string;
  name: string;
  label: string;
  state: "waiting" | "kept";
  /** ISO, UTC. */
  since: string;
  /** The process that hands it over, while that runs. */
  pid?: number;
}

const UNIDENTIFIED = "unidentified-";

/** In place of the hash of a new key where the answer to its create does not say it. */
export const unidentifiedKeyHash = (): string => `${UNIDENTIFIED}${randomUUID()}`;

export const isUnidentified = ({ hash }: Pick<PendingSecret, "hash">): boolean => hash.startsWith(UNIDENTIFIED);

/** True for a record of this version or an earlier one; others are left alone. */
export function isPendingSecret(value: unknown): value is PendingSecret {
  const held = value as Partial<PendingSecret> | null;
  return (
    (held?.version === undefined || held.version === 2) &&
    (held?.account === undefined || typeof held.account === "string") &&
    typeof held?.hash === "string" &&
    typeof held.name === "string" &&
    (held.state === "waiting" || held.state === "kept")
  );
}
