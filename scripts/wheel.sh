#!/usr/bin/env bash
# Build sdist and wheel, install the wheel alone (no extras, nothing of this folder) in fresh
# environments, and run every command once there; make and node fail there, and asking for one fails.
#
#   scripts/wheel.sh [PYTHON ...]     pythons to try, names or paths; default: 3.11 3.12 3.13
#   LIBRARIES="lowest locked newest"  which versions of the libraries; default: all three
#   COMMANDS=few                      demo, page, publish, optimise and calibrate alone; default: all
#   COMMANDS=fewest                   demo, page and publish alone
#
# Ends with a table of what was tried; exits 1 when one failed, or when no Python was there at all.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
uv=$root/.venv/bin/uv
libraries=${LIBRARIES:-lowest locked newest}
if [ $# = 0 ]; then set -- 3.11 3.12 3.13; fi
work=$(mktemp -d "${TMPDIR:-/tmp}/globo-wheel.XXXXXX")
trap 'rm -rf "$work"' EXIT
say() { printf 'wheel: %s\n' "$*" >&2; }

# The wheel is built from the sdist, so that an sdist that lacks a file is found too.
rm -rf dist
"$uv" build --quiet --out-dir dist --build-constraints constraints.txt --python "$root/.venv/bin/python"
wheel=$(echo "$root"/dist/*.whl)

# Every command of `globo --help`, as small as it goes, in an empty folder.
commands() {
  local bin=$1 at=$2
  cd "$at"
  cp "$root/tests/decisions/portfolio/tiny.yaml" asked.yaml
  globo() { say "  globo $*"; PATH="$fail:$PATH" timeout 1800 "$bin/globo" "$@" > out.txt 2> err.txt || { tail -n 5 err.txt >&2; say "failed: globo $*"; return 1; }; }
  globo --version &&
    globo facts &&
    globo demo --draws 2 --until 2003-12 &&
    served "$bin" &&
    globo publish site --learn 0 --check 0 --draws 4 --no-forecasts --no-why || return 1
  [ "${COMMANDS:-all}" != fewest ] || return 0
  globo optimise asked.yaml --out three &&
    globo calibrate --members 16 --steps 1 --out four || return 1
  [ "${COMMANDS:-all}" != few ] || return 0
  globo model &&
    globo run --draws 2 --until 2003-12 --out one &&
    globo run eradication_enters_vraem --draws 2 --until 2003-12 --out two --lang en &&
    globo compare one two --brief brief.pdf &&
    globo costs one two &&
    globo sensitivity coca_ha@VRAEM --draws 2 --trajectories 2 --keep 1 --n 2 &&
    globo forecast --as-of 2016-12-31 --level zone --horizon 1 --samples 20 &&
    globo hub check &&
    globo hub score &&
    globo verify --draws 2 --jobs 1 &&
    globo validate --draws 2 --jobs 1
}

# Whoever installs a wheel may have neither make nor node: here they fail, and are noted.
fail=$work/fail
mkdir -p "$fail"
for tool in make node npm npx; do
  printf '#!/bin/sh\necho "$0 $*" >> "%s/asked"\nexit 127\n' "$fail" > "$fail/$tool"
  chmod +x "$fail/$tool"
done

# The page and its API answer from the wheel.
served() {
  PATH="$fail:$PATH" "$1/globo" serve --no-browser --port 0 > serve.txt 2>&1 &
  local pid=$! address=""
  for _ in $(seq 240); do
    address=$(grep -oE 'http://[^ ]+' serve.txt | head -n 1 || true)
    [ -z "$address" ] || break
    kill -0 $pid 2>/dev/null || break
    sleep 0.5
  done
  "$1/python" - "$address" <<'PYTHON' || { kill $pid 2>/dev/null; say "failed: globo serve"; return 1; }
import json, sys, urllib.parse, urllib.request

def get(path):
    address = urllib.parse.urljoin(sys.argv[1], path)
    return urllib.request.urlopen(address, timeout=60).read().decode()

status = json.loads(get("api/status"))
print("/api/status:", {name: status[name] for name in sorted(status)[:4]})
sys.exit("assets/" not in get("") or not status)
PYTHON
  kill -INT $pid
  wait $pid || { say "failed: globo serve ended with $?"; return 1; }
}

table=""
failed=0
tried=0
for python in "$@"; do
  found=$(ls -d "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$python".*/bin/python 2>/dev/null | tail -n 1)
  [ -n "$found" ] || found=$("$uv" python find --no-python-downloads "$python" 2>/dev/null || true)
  if [ -z "$found" ]; then
    table+="$python  -  not on this machine"$'\n'
    say "Python $python is not on this machine"
    continue
  fi
  for which in $libraries; do
    tried=$((tried + 1))
    env=$work/$tried
    "$uv" venv --quiet --no-project --python "$found" "$env"
    case $which in
      lowest) how=(--resolution lowest-direct) ;;
      locked) how=(-c constraints.txt) ;;
      newest) how=(--upgrade) ;;
      *) say "LIBRARIES: found $which; allowed: lowest, locked, newest"; exit 2 ;;
    esac
    say "Python $("$env/bin/python" -c 'import platform; print(platform.python_version())'), $which libraries"
    mkdir "$env/run"
    if "$uv" pip install --quiet --python "$env/bin/python" "${how[@]}" "$wheel" &&
      "$env/bin/python" scripts/licences.py > "$env/licences.txt" &&
      (commands "$env/bin" "$env/run") && [ ! -e "$fail/asked" ]; then
      result=passed
    else
      result=FAILED
      failed=1
    fi
    made=$("$uv" pip list --quiet --python "$env/bin/python" | awk '/^(jax|numpy|pandas|scipy|xarray|zarr|pydantic|fastapi) /{printf "%s %s, ", $1, $2}')
    table+="$python  $which  $result  (${made%, })"$'\n'
    say "$python $which: $result"
    rm -rf "$env"
  done
done
printf '%s' "$table"
[ "$tried" -gt 0 ] || { say "no Python of $* was found"; exit 1; }
exit $failed
