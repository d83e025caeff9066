// A text field with a list of choices: the combobox pattern of the ARIA Authoring Practices. Any text may be entered.
import { foldText, foldWords } from "../../openrouter/text/fold.ts";
import { fill, h } from "../dom.ts";

interface Choice {
  id: string;
  name: string;
}

interface ComboBox {
  element: HTMLElement;
  value: string;
  setChoices(choices: readonly Choice[]): void;
  focus(): void;
}

/** More don't help to find one. */
const MAX_SHOWN = 50;

export function createComboBox({
  id,
  label,
  placeholder,
}: {
  id: string;
  label: string;
  placeholder?: string;
}): ComboBox {
  let choices: readonly Choice[] = [];
  let shown: readonly Choice[] = [];
  let active = -1;

  const list = h("ul", { id: `${id}-choices`, class: "choices", role: "listbox", "aria-label": label, hidden: true });
  const input = h("input", {
    id,
    type: "text",
    role: "combobox",
    placeholder,
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
    autocomplete: "off",
    spellcheck: "false",
    on: { input: () => open(), click: () => open(), blur: close, keydown: (event) => onKey(event as KeyboardEvent) },
  });

  function open(): void {
    const words = foldWords(input.value);
    const matches = choices.filter((one) => words.every((word) => foldText(`${one.name} ${one.id}`).includes(word)));
    shown = matches.slice(0, MAX_SHOWN);
    active = -1;
    fill(list, ...shown.map(option));
    setOpen(shown.length > 0);
  }

  function option(choice: Choice, i: number): HTMLElement {
    // Before the field loses the focus, which would close the list.
    const mousedown = (event: Event) => {
      event.preventDefault();
      choose(choice);
    };
    return h(
      "li",
      { id: `${id}-${i}`, role: "option", "aria-selected": "false", on: { mousedown } },
      h("span", {}, choice.name),
      choice.name !== choice.id && h("code", {}, choice.id),
    );
  }

  function setOpen(isOpen: boolean): void {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) input.removeAttribute("aria-activedescendant");
  }

  function close(): void {
    setOpen(false);
  }

  function choose(choice: Choice): void {
    input.value = choice.id;
    close();
  }

  function activate(next: number): void {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = next;
    const item = list.children[active];
    item?.setAttribute("aria-selected", "true");
    item?.scrollIntoView({ block: "nearest" });
    if (item) input.setAttribute("aria-activedescendant", item.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function onKey(event: KeyboardEvent): void {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      const step = key === "ArrowDown" ? 1 : -1;
      if (list.hidden) open();
      // One position is the field itself.
      const positions = shown.length + 1;
      activate(((active + 1 + step + positions) % positions) - 1);
    } else if (key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (key === "Enter" && !list.hidden) {
      const chosen = shown[active];
      close();
      // The first Enter takes the choice, the next one submits.
      if (!chosen) return;
      event.preventDefault();
      choose(chosen);
    }
  }

  return {
    element: h("div", { class: "combo" }, h("label", { for: id }, label), h("div", { class: "field" }, input, list)),
    get value() {
      return input.value;
    },
    set value(text) {
      input.value = text;
    },
    setChoices(next) {
      choices = next;
    },
    focus: () => input.focus(),
  };
}
