#!/usr/bin/env bash
# Prints the folder that holds emcc and emrun: the one on PATH, else the one in $EMSDK, else Debian's, which
# is installed.
#
# The emcc in that folder runs, and is not older than the oldest with which Heap Lab is tested. Otherwise the
# script says on stderr what to do and exits with 1.
set -euo pipefail
oldest=3.1.6

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

find_emcc() {
  local folder
  if command -v emcc; then return; fi
  if [[ -n ${EMSDK-} ]]; then
    for folder in "$EMSDK/upstream/emscripten" "$EMSDK"; do
      if [[ -x $folder/emcc ]]; then echo "$folder/emcc" && return; fi
    done
    fail "EMSDK is '$EMSDK', but neither it nor its upstream/emscripten has emcc in it." \
      "In that folder run: ./emsdk install latest && ./emsdk activate latest"
  fi
  return 1
}

is_older() { # is_older 3.1.5 3.1.6
  [[ $1 != "$2" && $(printf '%s\n' "$1" "$2" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1) == "$1" ]]
}

if ! emcc=$(find_emcc); then
  [[ -z ${EMSDK-} ]] || exit 1
  "$(dirname "$0")/install.sh" emscripten >&2
  emcc=$(find_emcc)
fi

banner=$("$emcc" --version 2>&1) || fail "$emcc does not run:" "$banner"
[[ $banner =~ ([0-9]+\.[0-9]+\.[0-9]+) ]] || fail "$emcc does not tell its version:" "$banner"
version=${BASH_REMATCH[1]}
if is_older "$version" "$oldest"; then
  fail "Emscripten $version ($emcc) is too old: Heap Lab needs $oldest or newer." \
    "With emsdk: ./emsdk install latest && ./emsdk activate latest, then . ./emsdk_env.sh"
fi
dirname "$emcc"
