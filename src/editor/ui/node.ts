import * as vscode from "vscode";

/** A row of a tree view. Rows are recreated on each redraw; their ids preserve expansion and selection. */
export interface Node {
  readonly id: string;
  readonly parent?: Node;
  item(): vscode.TreeItem;
  children?(): Node[];
  /** True if its children or its tooltip show names of the view's lookups. */
  readonly needsLookups?: boolean;
  /** Creates the tooltip when the user hovers over the row. */
  tooltip?(): vscode.MarkdownString | string;
}

export interface RowOptions {
  id: string;
  label: string;
  /** The row's description: shown dimmed next to the label. */
  description?: string;
  icon?: string;
  iconColor?: string;
  tooltip?: string | (() => vscode.MarkdownString | string);
  /** Identifies the row to a decoration provider, which may draw a badge. */
  decoration?: vscode.Uri;
  /** The screen-reader text, if label and description are not enough. */
  ariaLabel?: string;
  context?: string;
  command?: vscode.Command;
  parent?: Node;
  children?: () => Node[];
  needsLookups?: boolean;
  expanded?: boolean;
}

/** Creates a row from plain data. */
export function row(options: RowOptions): Node {
  const { id, label, description, parent, children, needsLookups, tooltip } = options;
  return {
    id,
    parent,
    children,
    needsLookups,
    tooltip: typeof tooltip === "function" ? tooltip : undefined,
    item() {
      const state = vscode.TreeItemCollapsibleState;
      const item = new vscode.TreeItem(
        label,
        children ? (options.expanded ? state.Expanded : state.Collapsed) : state.None,
      );
      item.id = id;
      item.description = description;
      if (options.icon)
        item.iconPath = new vscode.ThemeIcon(
          options.icon,
          options.iconColor ? new vscode.ThemeColor(options.iconColor) : undefined,
        );
      if (typeof tooltip === "string") item.tooltip = tooltip;
      item.resourceUri = options.decoration;
      item.contextValue = options.context;
      item.command = options.command;
      item.accessibilityInformation = { label: options.ariaLabel ?? [label, description].filter(Boolean).join(": ") };
      return item;
    },
  };
}
