type Child = Node | string | undefined | false;
type Properties = Record<string, unknown> & { on?: Record<string, (event: Event) => void> };

/** Creates an element with attributes and listeners. Strings become text nodes, never HTML. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties?: Properties,
  ...children: Child[]
): HTMLElementTagNameMap[K];
export function h(tag: string, properties?: Properties, ...children: Child[]): HTMLElement;
export function h(tag: string, { on, ...attributes }: Properties = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  for (const [type, listener] of Object.entries(on ?? {})) element.addEventListener(type, listener);
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

/** Replaces the children of an element; keeps the focus on the child with the same `data-id`. */
export function fill(parent: HTMLElement, ...children: Child[]): void {
  const focused = parent.contains(document.activeElement) ? document.activeElement?.getAttribute("data-id") : undefined;
  parent.replaceChildren(...children.filter((child) => child !== undefined && child !== false));
  if (focused == null) return;
  for (const candidate of parent.querySelectorAll<HTMLElement>("[data-id]"))
    if (candidate.dataset.id === focused) candidate.focus();
}

/** Draws, then moves the focus to `fallback` if the focused element was removed, for keyboard users. */
export function keepFocus(root: HTMLElement, fallback: HTMLElement, draw: () => void): void {
  const hadFocus = root.contains(document.activeElement);
  draw();
  if (hadFocus && !root.contains(document.activeElement)) fallback.focus({ preventScroll: true });
}
