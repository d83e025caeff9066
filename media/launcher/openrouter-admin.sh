#!/bin/sh
# Starts the MCP server of the newest installed version of OpenRouter Admin. Installed by the VS Code extension.
# revision 2

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P)
[ -f "$here/launcher.mjs" ] || here="$HOME/.openrouter-admin/bin"

# The editor's own executable then runs as Node.js.
ELECTRON_RUN_AS_NODE=1
export ELECTRON_RUN_AS_NODE

# A program that another user owns is not run: records may outlive the folder that they name.
is_own() {
  [ -n "$(find -L "$1" -prune \( -user "$(id -u)" -o -user 0 \) 2>/dev/null)" ]
}

is_new_enough() {
  [ -f "$1" ] && [ -x "$1" ] && is_own "$1" && "$1" -e 'process.exit(parseInt(process.versions.node) < 22 ? 1 : 0)' </dev/null >/dev/null 2>&1
}

# The runtimes of the windows that were recorded last, the newest first. The names of the files contain no spaces.
for record in $(ls -t "$here/../installed" 2>/dev/null); do
  case $record in *.txt) ;; *) continue ;; esac
  IFS= read -r runtime <"$here/../installed/$record" || continue
  if is_new_enough "$runtime"; then exec "$runtime" "$here/launcher.mjs" "$@"; fi
done

runtime=$(command -v node 2>/dev/null)
if is_new_enough "$runtime"; then exec "$runtime" "$here/launcher.mjs" "$@"; fi

for runtime in \
  "$HOME"/.vscode-server/cli/servers/*/server/node "$HOME"/.vscode-server/bin/*/node \
  /usr/share/code/code /usr/share/code-insiders/code-insiders /opt/visual-studio-code/code /snap/code/current/usr/share/code/code \
  "/Applications/Visual Studio Code.app/Contents/MacOS/Electron" \
  "/Applications/Visual Studio Code.app/Contents/MacOS/Code" \
  "$HOME/Applications/Visual Studio Code.app/Contents/MacOS/Electron" \
  /opt/homebrew/bin/node /usr/local/bin/node; do
  if is_new_enough "$runtime"; then exec "$runtime" "$here/launcher.mjs" "$@"; fi
done

echo "OpenRouter Admin: no runtime was found. Open VS Code with the OpenRouter Admin extension once, or install Node.js 22 or newer." >&2
exit 1
