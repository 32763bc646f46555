#!/usr/bin/env bash
# What tests need besides Python: Maven (fetches the Neo4j server and the Kafka broker), Chromium (opens Neo4j Browser),
# PostgreSQL, and Valgrind (counts the instructions of kernels), from Debian's packages.
# Quick when all is there; asks nothing; says what it cannot install and why, and then leaves it out: the tests that need
# it are skipped, or fail with CI=true.
set -uo pipefail

wanted=()
want() { command -v "$1" >/dev/null || wanted+=("${@:2}"); }

want mvn maven
want chromium chromium
want valgrind valgrind
want chromedriver chromium-driver
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || wanted+=(postgresql)

[ ${#wanted[@]} -eq 0 ] && exit 0
if ! command -v apt-get >/dev/null; then
  echo "tests that need ${wanted[*]} are left out: no apt-get here; install them by hand" >&2
elif [ "$(id -u)" -ne 0 ]; then
  echo "tests that need ${wanted[*]} are left out: not root; sudo apt-get install ${wanted[*]}" >&2
else
  echo "installing ${wanted[*]} for the tests …" >&2
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  if ! { apt-get update -q && apt-get install -y -q --no-install-recommends "${wanted[@]}"; } >"$log" 2>&1; then
    echo "tests that need ${wanted[*]} are left out: apt-get failed: $(tail -n 1 "$log")" >&2
  fi
  rm -f "$log"
fi
exit 0
