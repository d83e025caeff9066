import { randomUUID } from "node:crypto";

/** The record of a new key's secret in SecretStorage: "waiting" to be handed over, or "kept" there on request. */
export interface PendingSecret {
  /** Absent in records of version 0.1. */
  version?: 2;
  /** Profile id of the key's account. Absent in records of version 0.1, which had no accounts. */
  account?: string;
  hash: string;
  name: string;
  label: string;
  state: "waiting" | "kept";
  /** ISO, UTC. */
  since: string;
  /** The process that stored it, which hands it over as long as it runs. */
  pid?: number;
  /** The pulse file of its window; absent in records of version 0.2. */
  pulse?: string;
}

const UNIDENTIFIED = "unidentified-";

/** Returns a placeholder for the hash of a new key that is missing from the response of `POST /keys`. */
export const unidentifiedKeyHash = (): string => `${UNIDENTIFIED}${randomUUID()}`;

export const isUnidentified = ({ hash }: Pick<PendingSecret, "hash">): boolean => hash.startsWith(UNIDENTIFIED);

/** True for a record of this version or an earlier one. Records of later versions are ignored. */
export function isPendingSecret(value: unknown): value is PendingSecret {
  const record = value as Partial<PendingSecret> | null;
  return (
    (record?.version === undefined || record.version === 2) &&
    (record?.account === undefined || typeof record.account === "string") &&
    typeof record?.hash === "string" &&
    typeof record.name === "string" &&
    (record.state === "waiting" || record.state === "kept")
  );
}
