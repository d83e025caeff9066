import type { SafetyServices } from "./services.ts";

export async function exportFindings(_services: SafetyServices): Promise<void> {}
export async function copyOwnerList(_services: SafetyServices): Promise<void> {}
