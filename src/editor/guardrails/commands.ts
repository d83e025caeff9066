import type { App } from "../app.ts";
export async function assignGuardrailToKey(_app: App, _target?: unknown): Promise<void> {}
export async function createGuardrail(_app: App, _target?: unknown): Promise<void> {}
export async function editGuardrailLimit(_app: App, _target?: unknown): Promise<void> {}
export async function pickGuardrailModels(_app: App, _target?: unknown): Promise<void> {}
export async function pickGuardrailProviders(_app: App, _target?: unknown): Promise<void> {}
export async function assignGuardrailKeys(_app: App, _target?: unknown): Promise<void> {}
export async function unassignGuardrailKeys(_app: App, _target?: unknown): Promise<void> {}
export async function assignGuardrailMembers(_app: App, _target?: unknown): Promise<void> {}
export async function unassignGuardrailMembers(_app: App, _target?: unknown): Promise<void> {}
export async function editGuardrailJson(_app: App, _target?: unknown): Promise<void> {}
export async function deleteGuardrail(_app: App, _target?: unknown): Promise<void> {}
