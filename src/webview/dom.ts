type Child = Node | string | undefined | false;
type Properties = Record<string, unknown> & { on?: Record<string, (event: Event) => void> };

/** An element with attributes and listeners. Text, names from the account among it, is only ever text. */
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

/** Puts other children in an element, keeping the focus where a child of the same `data-id` had it. */
export function fill(parent: HTMLElement, ...children: Child[]): void {
  const focused = parent.contains(document.activeElement) ? document.activeElement?.getAttribute("data-id") : undefined;
  parent.replaceChildren(...children.filter((child) => child !== undefined && child !== false));
  if (focused == null) return;
  for (const candidate of parent.querySelectorAll<HTMLElement>("[data-id]"))
    if (candidate.dataset.id === focused) candidate.focus();
}

/** Draws, and gives the focus to `next` where the element that had it is gone: a keyboard goes on from there. */
export function keepFocus(root: HTMLElement, next: HTMLElement, draw: () => void): void {
  const hadFocus = root.contains(document.activeElement);
  draw();
  if (hadFocus && !root.contains(document.activeElement)) next.focus({ preventScroll: true });
}
