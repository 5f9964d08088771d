#!/usr/bin/env bash
# Builds what allocators are compared with: the workloads, and every allocator that the Emscripten on PATH has.
#
#   native/workloads/build.sh OUT        makes OUT/bench.json and what it names; does nothing if nothing changed
#
# The peers are Emscripten's own libraries as its linker gives them to anyone, none of their code is here. They are
# linked as stand-alone modules that grow their memory by themselves, exactly as far as they need, with no
# JavaScript in between: the best that each can do. RESERVED leaves the addresses below to the workloads.
set -euo pipefail
out=$(mkdir -p "${1:?the folder to build into}" && cd "$1" && pwd)
cd "$(dirname "$0")"

reserved=$((4 << 20))
export NODE_PATH="${NODE_PATH:+$NODE_PATH:}/usr/share/nodejs"
sdk=$(emcc --version | sed -n 's/^emcc.* \([0-9][0-9]*\.[0-9.]*[0-9]\).*/\1/p')

checksum() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }
key=$({ echo "$sdk" && find . -type f | sort | while read -r file; do checksum "$file"; done; } | checksum)
if [[ -f $out/bench.json && -f $out/.stamp && $(<"$out/.stamp") == "$key" ]]; then exit; fi

new=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$new"' EXIT
echo 'int heap_lab_peer;' >"$new/empty.c"

flags=()
while read -r line; do if [[ -n $line && $line != \#* ]]; then flags+=("$line"); fi; done <flags
echo "  emcc native/workloads/workloads.c -> workloads.wasm"
emcc "${flags[@]}" -sSIDE_MODULE=2 workloads.c -o "$new/workloads.wasm"

# peer NAME LEVEL FILE FLAG...: one of the SDK's allocators by itself.
peer() {
  local name=$1 level=$2 file=$3
  shift 3
  emcc "$level" --no-entry -sSTANDALONE_WASM -sMALLOC="$name" -sEXPORTED_FUNCTIONS=_malloc,_free,_calloc,_realloc \
    -sIMPORTED_MEMORY -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=4GB "$@" "$new/empty.c" -o "$new/$file"
}

stack=TOTAL_STACK # as 3.1.6 calls it
if [[ $(printf '%s\n' 3.1.27 "$sdk" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1) == 3.1.27 ]]; then stack=STACK_SIZE; fi

allocators=
for name in dlmalloc emmalloc mimalloc; do
  # The bytes to compare: as small as the SDK makes them, at its own addresses.
  if ! peer "$name" -Oz "$name.small.wasm" 2>"$new/log"; then
    if [[ $name == mimalloc ]]; then continue; fi # 3.1.6 has none
    cat "$new/log" >&2 && exit 1
  fi
  # The speed to compare, above the workloads, with the least memory to begin with that holds its statics.
  for pages in 1 2 4; do
    pages=$((reserved / 65536 + pages))
    if peer "$name" -O3 "$name.wasm" -sGLOBAL_BASE=$reserved -s$stack=16384 -sINITIAL_MEMORY=$((pages * 65536)) \
      2>"$new/log"; then break; fi
    pages=
  done
  [[ -n $pages ]] || { cat "$new/log" >&2 && exit 1; }
  echo "  emcc $name -> $name.wasm, $name.small.wasm"
  allocators+="${allocators:+,}
    { \"name\": \"$name\", \"file\": \"$name.wasm\", \"small\": \"$name.small.wasm\", \"pages\": $pages }"
done

traces=
for file in traces/*.trace; do
  [[ -f $file ]] || continue
  cp "$file" "$new/"
  traces+="${traces:+, }\"$(basename "$file")\""
done

cat >"$new/bench.json" <<JSON
{
  "sdk": "$sdk",
  "reserved": $reserved,
  "workloads": "workloads.wasm",
  "allocators": [$allocators
  ],
  "traces": [$traces]
}
JSON
rm -f "$new/empty.c" "$new/log"
rm -rf "$out"
mv "$new" "$out"
chmod 755 "$out"
echo "$key" >"$out/.stamp"
trap - EXIT
