#!/usr/bin/env bash
# Run npm scripts of web/ one after another, with the Node that the page was built with.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -f web/package.json ] || { echo "web: there is no web/package.json" >&2; exit 1; }
export PATH="$PWD/.venv/bin:$PATH"
cd web
[ -d node_modules ] || npm ci >&2
for script in "$@"; do
  npm run --silent "$script"
done
