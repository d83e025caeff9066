import * as vscode from "vscode";

/** A row of a tree view. Rows are made anew at each redraw; their ids keep what is expanded and selected. */
export interface Node {
  readonly id: string;
  readonly parent?: Node;
  item(): vscode.TreeItem;
  children?(): Node[];
  /** The tooltip, made when somebody points at the row. */
  tooltip?(): vscode.MarkdownString | string;
}

export interface RowOptions {
  id: string;
  label: string;
  /** Beside the label, dimmed by VS Code. */
  figure?: string;
  icon?: string;
  iconColor?: string;
  tooltip?: string | (() => vscode.MarkdownString | string);
  /** For screen readers, where label and figure do not say it all. */
  spoken?: string;
  context?: string;
  command?: vscode.Command;
  parent?: Node;
  children?: () => Node[];
  expanded?: boolean;
}

/** A row as plain data. */
export function row(options: RowOptions): Node {
  const { id, label, figure, parent, children, tooltip } = options;
  return {
    id,
    parent,
    children,
    tooltip: typeof tooltip === "function" ? tooltip : undefined,
    item() {
      const state = vscode.TreeItemCollapsibleState;
      const item = new vscode.TreeItem(
        label,
        children ? (options.expanded ? state.Expanded : state.Collapsed) : state.None,
      );
      item.id = id;
      item.description = figure;
      if (options.icon)
        item.iconPath = new vscode.ThemeIcon(
          options.icon,
          options.iconColor ? new vscode.ThemeColor(options.iconColor) : undefined,
        );
      if (typeof tooltip === "string") item.tooltip = tooltip;
      item.contextValue = options.context;
      item.command = options.command;
      item.accessibilityInformation = { label: options.spoken ?? [label, figure].filter(Boolean).join(": ") };
      return item;
    },
  };
}
