// As much of VS Code's API as the logic of flows needs: texts are English, settings are a table, and what would be shown
// waits in a list until the test answers it. What VS Code itself does is tested in VS Code.

export interface Shown {
  message: string;
  detail?: string;
  modal: boolean;
  buttons: string[];
  answer(button: string | undefined): void;
}

/** What is shown, in order. */
export const shown: Shown[] = [];
/** The person's settings by their ids. */
export const settings: Record<string, unknown> = {};

const listeners = new Set<() => void>();

/** Changes a setting, and tells those who listen. */
export function set(id: string, value: unknown): void {
  settings[id] = value;
  for (const listener of listeners) listener();
}

function show(message: string, ...rest: (string | { modal?: boolean; detail?: string })[]): Promise<unknown> {
  const options = typeof rest[0] === "object" ? rest[0] : {};
  const buttons = rest.filter((one) => typeof one === "string");
  const { detail, modal = false } = options;
  return new Promise((answer) => shown.push({ message, detail, modal, buttons, answer }));
}

export const window = { showWarningMessage: show, showInformationMessage: show, showErrorMessage: show };
export const env = {
  language: "en",
  clipboard: {
    text: "",
    async writeText(text: string) {
      env.clipboard.text = text;
    },
  },
};
export const l10n = {
  t: (text: string, ...values: unknown[]) => text.replace(/\{(\d+)\}/g, (_, index) => String(values[Number(index)])),
};
export const workspace = {
  getConfiguration: () => ({ inspect: (id: string) => ({ globalValue: settings[id] }) }),
  onDidChangeConfiguration(listener: () => void) {
    listeners.add(listener);
    return { dispose: () => listeners.delete(listener) };
  },
};

export class EventEmitter<T> {
  #listeners = new Set<(value: T) => void>();
  event = (listener: (value: T) => void) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

export class CancellationError extends Error {}
