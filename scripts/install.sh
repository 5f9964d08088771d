#!/usr/bin/env bash
# Installs what Heap Lab needs and this machine lacks: npm packages on any system, the rest on Debian as root.
#
#   scripts/install.sh [--try] NEED...
#
# A NEED is one of: packages emscripten chromium firefox clang clang-format webkitgtk. A need that is met
# costs no time. If one cannot be installed, the script says how to install it and exits with 1. With --try it
# exits with 0: the caller can do without.
set -euo pipefail
cd "$(dirname "$0")/.."

attempt=false
if [[ ${1-} == --try ]]; then
  attempt=true
  shift
fi

have() { command -v "$1" >/dev/null; }

links_with_sanitizers() { # Debian has the sanitizers' libraries in a package apart from clang
  echo 'int main(void) { return 0; }' | clang -fsanitize=address,undefined -xc - -o /dev/null 2>/dev/null
}

is_there() {
  case $1 in
    packages) cmp -s package-lock.json node_modules/.installed-from ;;
    emscripten) have emcc || [[ -n ${EMSDK-} ]] ;;
    chromium) have chromium ;;
    firefox) have firefox-esr ;;
    clang) have clang && links_with_sanitizers ;;
    clang-format) have clang-format ;;
    webkitgtk) have WebKitWebDriver && have Xvfb ;;
    *) echo "install: no such need: $1" >&2 && exit 2 ;;
  esac
}

debian_packages() {
  case $1 in
    emscripten) echo emscripten ;;
    chromium) echo chromium ;;
    firefox) echo firefox-esr ;;
    clang) echo clang libclang-rt-dev llvm ;;
    clang-format) echo clang-format ;;
    webkitgtk) echo webkit2gtk-driver xvfb ;;
  esac
}

elsewhere() {
  case $1 in
    emscripten)
      cat <<'TEXT'
      git clone https://github.com/emscripten-core/emsdk && cd emsdk
      ./emsdk install latest && ./emsdk activate latest && . ./emsdk_env.sh
TEXT
      ;;
    chromium | firefox) echo "      npx playwright install $1" ;;
    webkitgtk) echo '      npx playwright install webkit' ;;
    clang | clang-format) echo "      install LLVM's $1 from your system's packages" ;;
  esac
}

# Debian's emscripten depends on Debian's nodejs, which is older than this project needs and would overwrite a
# /usr/bin/node that belongs to no package. In that case Debian's goes to /usr/bin/node.debian instead.
keep_node() {
  local node=/usr/bin/node
  if [[ -x $node ]] && ! dpkg-query -S "$node" >/dev/null 2>&1; then
    dpkg-divert --quiet --local --no-rename --divert "$node.debian" --add "$node"
  fi
}

install_packages() {
  echo 'Installing npm packages (package-lock.json) …'
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.installed-from
}

missing=()
for need in "$@"; do
  if is_there "$need"; then continue; fi
  if [[ $need == packages ]]; then install_packages; else missing+=("$need"); fi
done
((${#missing[@]})) || exit 0

packages=()
for need in "${missing[@]}"; do
  for package in $(debian_packages "$need"); do packages+=("$package"); done
done

if have apt-get && [[ $(id -u) == 0 ]]; then
  echo "Installing ${packages[*]} …"
  keep_node
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  if { apt-get update && apt-get install -y --no-install-recommends "${packages[@]}"; } >"$log" 2>&1; then
    rm -f "$log"
    exit 0
  fi
  tail -n 20 "$log" >&2
  echo "apt-get could not install ${packages[*]}; its whole output is in $log" >&2
else
  {
    echo "Missing: ${missing[*]}."
    if have apt-get; then
      echo "  Installing needs root. Run this, then try again:"
      echo "      sudo apt-get install --no-install-recommends ${packages[*]}"
      if [[ " ${missing[*]} " == *' emscripten '* ]]; then
        echo "  or, without root, an Emscripten SDK of your own:"
        elsewhere emscripten
      fi
    else
      for need in "${missing[@]}"; do
        echo "  For $need:"
        elsewhere "$need"
      done
    fi
  } >&2
fi
$attempt
