import type { App } from "../app.ts";
export async function rotateKey(_app: App, _target?: unknown): Promise<void> {}
export async function continueRotation(_app: App, _target?: unknown): Promise<void> {}
export async function rollBackRotation(_app: App, _target?: unknown): Promise<void> {}
export async function disableOldKey(_app: App, _target?: unknown): Promise<void> {}
export async function undoDisableOldKey(_app: App, _target?: unknown): Promise<void> {}
export async function deleteOldKey(_app: App, _target?: unknown): Promise<void> {}
export async function restoreRotatedLimit(_app: App, _target?: unknown): Promise<void> {}
export async function snoozeRotation(_app: App, _target?: unknown): Promise<void> {}
export async function dismissRotation(_app: App, _target?: unknown): Promise<void> {}
