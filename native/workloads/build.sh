#!/usr/bin/env bash
# Builds what is measured: the workloads, the wirings, each allocator of the Emscripten on PATH, and its
# loader.
#
#   native/workloads/build.sh OUT     makes OUT/bench.json and what it names; does nothing if nothing changed
#
# OUT is moved into place when it is whole. bench.json has two checksums: of what OUT was made from, and of
# what else is in OUT. So a file that was damaged or removed is made again.
#
# The peers are Emscripten's own libraries, as its linker gives them to anyone; none of their code is here.
# Each is a stand-alone module that grows its memory by itself, exactly as far as it needs, without any
# JavaScript: the best that it can do. The addresses below `reserved` are left to the workloads.
set -euo pipefail
out=$(mkdir -p "${1:?the folder to build into}" && cd "$1" && pwd)
cd "$(dirname "$0")"

reserved=$((4 << 20))
. ../emcc.sh
digest() { checksum | cut -d ' ' -f 1; }
# The checksums of all files in some folders, each with its name.
files() {
  find "$@" -type f -not -path '*/test/*' -not -name '*.md' -not -name bench.json | LC_ALL=C sort |
    while read -r file; do checksum "$file"; done
}
outputs() { (cd "$1" && files . | digest); }
key=$({ echo "$sdk" && files . ../memory ../record; } | digest)
before=$(cat "$out/bench.json" 2>/dev/null || true)
if [[ $before != *"\"$(outputs "$out")\""$'\n}' ]]; then before=; fi # OUT is not whole, so nothing is kept
if [[ $before == *"$key"* ]]; then exit; fi

new=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$new"' EXIT
objects=$new/objects
mkdir "$objects"
echo 'int heap_lab_empty;' >"$objects/empty.c"

# Runs emcc, and shows its messages only if it fails.
quietly() { emcc "$@" 2>"$objects/log" || { cat "$objects/log" >&2 && return 1; }; }

read -r -d '' -a flags < <(flags_of flags) || true
for name in workloads floor known; do
  echo "  emcc native/workloads/$name.c -> $name.wasm"
  quietly "${flags[@]}" -sSIDE_MODULE=2 $name.c -o "$new/$name.wasm"
done

# The same Records, with malloc and free as imports, behind the function table, and in the same module.
echo '  emcc native/workloads/wiring.c -> wiring.wasm, wiring-table.wasm, wiring-static.wasm'
exports=-sEXPORTED_FUNCTIONS=_createRecord,_deleteRecord,_churn_records
quietly "${flags[@]}" -sSIDE_MODULE=2 $exports wiring.c ../record/record.c -o "$new/wiring.wasm"
quietly "${flags[@]}" -sSIDE_MODULE=2 -DTHROUGH_TABLE -c wiring.c -o "$objects/wiring.o"
quietly "${flags[@]}" -sSIDE_MODULE=2 -Dmalloc=heap_lab_malloc -Dfree=heap_lab_free -c ../record/record.c \
  -o "$objects/record.o"
quietly -O3 -sSIDE_MODULE=2 $exports,_set_slots "$objects/wiring.o" "$objects/record.o" \
  -o "$new/wiring-table.wasm"
read -r -d '' -a memory < <(flags_of ../memory/flags) || true
quietly -Os -sSIDE_MODULE=2 "${memory[@]}" -c ../memory/memory.c -o "$objects/memory.o"
quietly "${flags[@]}" -sSIDE_MODULE=2 $exports,_malloc,_free wiring.c ../record/record.c "$objects/memory.o" \
  -o "$new/wiring-static.wasm"

# peer NAME LEVEL FILE FLAG...: one of the SDK's allocators by itself.
peer() {
  local name=$1 level=$2 file=$3
  shift 3
  emcc "$level" --no-entry -sSTANDALONE_WASM -sMALLOC="$name" \
    -sEXPORTED_FUNCTIONS=_malloc,_free,_calloc,_realloc \
    -sIMPORTED_MEMORY -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=4GB "$@" "$objects/empty.c" -o "$new/$file"
}

stack=TOTAL_STACK # as 3.1.6 calls it
older=$(printf '%s\n' 3.1.27 "$sdk" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1)
if [[ $older == 3.1.27 ]]; then stack=STACK_SIZE; fi

# Builds what comes from the SDK alone. Puts its lines for bench.json into $allocators.
build_peers() {
  local name pages
  # Emscripten's own way to load a side module: a main module, which has a malloc, and JavaScript that links.
  echo '  emcc -sMAIN_MODULE -> emscripten.js, emscripten.wasm'
  quietly -Os --no-entry -sMAIN_MODULE=2 -sMODULARIZE -sEXPORT_ES6 -sEXPORTED_FUNCTIONS=_malloc,_free \
    -sENVIRONMENT=worker -sALLOW_MEMORY_GROWTH "$objects/empty.c" -o "$new/emscripten.js"
  for name in dlmalloc emmalloc mimalloc; do
    # For its size: as small as the SDK makes it, at the addresses that the SDK chooses.
    if ! peer $name -Oz $name.small.wasm 2>"$objects/log"; then
      if [[ $name == mimalloc ]]; then continue; fi # 3.1.6 does not have it
      cat "$objects/log" >&2 && exit 1
    fi
    # For its speed: above the workloads, with the least memory that has room for its statics.
    for pages in 1 2 4; do
      pages=$((reserved / 65536 + pages))
      if peer $name -O3 $name.wasm -sGLOBAL_BASE=$reserved -s$stack=16384 \
        -sINITIAL_MEMORY=$((pages * 65536)) 2>"$objects/log"; then break; fi
      pages=
    done
    [[ -n $pages ]] || { cat "$objects/log" >&2 && exit 1; }
    echo "  emcc -sMALLOC=$name -> $name.wasm, $name.small.wasm"
    local modules="\"file\": \"$name.wasm\", \"small\": \"$name.small.wasm\""
    allocators+="${allocators:+$'\n'}    { \"name\": \"$name\", $modules, \"pages\": $pages },"
  done
}

# The SDK's parts take longest to build. They are kept while only the project's own C changes.
peers_key=$({ echo "$sdk" && checksum build.sh; } | digest)
allocators=
if [[ $before == *"$peers_key"* ]]; then
  allocators=$(sed -n 's/^    { "name": .*[}]/&,/p' <<<"$before" | sed 's/,,$/,/')
  cp "$out"/emscripten.* "$out"/*malloc*.wasm "$new/"
else
  build_peers
fi

traces=
for file in traces/*.trace; do
  cp "$file" "$new/"
  traces+="${traces:+, }\"$(basename "$file")\""
done

rm -rf "$objects"
cat >"$new/bench.json" <<JSON
{
  "sources": "$key",
  "peers": "$peers_key",
  "sdk": "$sdk",
  "reserved": $reserved,
  "workloads": "workloads.wasm",
  "floor": "floor.wasm",
  "allocators": [
${allocators%,}
  ],
  "traces": [$traces],
  "outputs": "$(outputs "$new")"
}
JSON
chmod 755 "$new"
rm -rf "$out"
mv "$new" "$out"
trap - EXIT
