# shellcheck shell=bash
# What the scripts beside this file share. Sourced, never run.
set -euo pipefail

# shellcheck disable=SC2034 # for the callers
asked_from=$PWD
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"

# What the Python peers are; a change here renews .venv.
peers=(huggingface_hub==2.4.0 gdown==6.5.1 safetensors==0.8.0)
# What it keeps on the disk is read by older ones too: the last of each major version that did some things differently.
older_hubs=([0]=0.36.2 [1]=1.17.0)
# What checks the workflow of the public host, and the documents' objects for Kubernetes.
schemas=(check-jsonschema==0.39.0 kubernetes-validate==1.37.0)
# What runs a notebook as Jupyter does.
notebook=(nbclient==0.11.0 ipykernel==7.4.0 tqdm==4.70.1)
# What reads and writes the models of llama.cpp.
notebook+=(gguf==0.19.0 numpy==2.4.6)

# A step begins.
say() { printf '\n== %s\n' "$*" >&2; }

# A line of explanation.
note() { printf '   %s\n' "$*" >&2; }

fail() {
    printf 'error: %s\n' "$1" >&2
    shift
    if (($#)); then printf '  do:  %s\n' "$@" >&2; fi
    exit 1
}

# Shows a command as one would type it, then runs it.
run() {
    printf '$ %s\n' "$(typed "$@")" >&2
    "$@"
}

# A command line with quotes only where they are needed.
typed() {
    local word line=
    for word in "$@"; do
        if [[ $word != *[!A-Za-z0-9_.,:/@%+=-]* && -n $word ]]; then line+="$word "; else line+="'${word//\'/\'\\\'\'}' "; fi
    done
    printf '%s' "${line% }"
}

# Runs a command as root: as it is, or through sudo. `$1` is what to tell a person who has neither.
as_root() {
    local help=$1
    shift
    if ((EUID == 0)); then
        run "$@"
    elif command -v sudo >/dev/null; then
        run sudo "$@"
    else
        fail "this needs root, and there is no sudo." "$help"
    fi
}

# Installs the Debian or Ubuntu packages that are missing; asks for nothing when none is.
ensure_apt() {
    local package help missing=()
    for package in "$@"; do
        [[ $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) == 'install ok installed' ]] || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    help="as root: apt-get update && apt-get install -y ${missing[*]}"
    if ! command -v apt-get >/dev/null; then
        note "no apt-get here: make sure that these are installed, by whatever name: ${missing[*]}"
        return 0
    fi
    as_root "$help" apt-get update -q >&2 || note "apt-get update failed; trying with the package lists that are here"
    as_root "$help" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >&2 ||
        fail "apt-get could not install: ${missing[*]}" "$help"
}

# What every build needs besides Swift.
ensure_build_tools() {
    ensure_swift
    ensure_apt git ca-certificates pkg-config libcurl4-openssl-dev
}

# nginx for its program alone: the service that Debian starts after installing it is switched off again.
ensure_nginx() {
    local is_new=true
    if [[ -x /usr/sbin/nginx ]]; then is_new=false; fi
    ensure_apt nginx libnginx-mod-stream
    if $is_new && [[ -d /run/systemd/system ]]; then
        as_root "as root: systemctl disable --now nginx" systemctl disable --now nginx
    fi
}

ensure_swift() {
    local help="install Swift 6.2 or newer: https://www.swift.org/install/linux/ (then open a new shell, so that it is on PATH)"
    local found version
    command -v swift >/dev/null || fail "Swift is not installed, or not on PATH." "$help"
    found=$(swift --version 2>/dev/null) || fail "swift does not run." "see what it says: swift --version" "$help"
    version=$(sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p' <<<"$found" | head -n 1)
    if [[ $(printf '%s\n' 6.2 "$version" | sort -V | head -n 1) != 6.2 ]]; then
        fail "Swift ${version:-of an unknown version} is too old." "$help"
    fi
}

# A Python environment in .venv with the programs that fetchctl is compared with.
ensure_venv() { ensure_python .venv "${peers[@]}"; }

# One more for each older major version of huggingface_hub: .venv-hf1, .venv-hf0.
ensure_older_hubs() {
    local major
    for major in "${!older_hubs[@]}"; do ensure_python ".venv-hf$major" "huggingface_hub==${older_hubs[$major]}"; done
}

# And one with a kernel for notebooks: .venv-notebook.
ensure_notebook() { ensure_python .venv-notebook "${notebook[@]}"; }

# And one that checks files against public schemas: .venv-schemas.
ensure_schemas() { ensure_python .venv-schemas "${schemas[@]}"; }

# `$1` is the folder of a Python environment, the rest what it is to hold.
ensure_python() {
    local folder=$1 stamp=$1/.peers
    shift
    # A folder that was moved has scripts that lead nowhere: that is why one is run.
    if [[ -f $stamp && $(<"$stamp") == "$*" ]] && "$folder/bin/pip" --version >/dev/null 2>&1; then return 0; fi
    ensure_apt python3 python3-venv python3-pip
    rm -rf "$folder"
    run python3 -m venv "$folder" >&2
    run "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@" >&2
    printf '%s' "$*" >"$stamp"
}

# Settings of the person at the keyboard must decide neither a demo nor a test; and loopback needs no proxy.
forget_settings() {
    # shellcheck disable=SC2086 # one name a word
    unset ${!FETCHCTL_@} CIVITAI_API_TOKEN CIVITAI_TOKEN CIVITAI_API_KEY HF_TOKEN HUGGING_FACE_HUB_TOKEN HUGGINGFACE_ACCESS_TOKEN HF_ENDPOINT
    export no_proxy=127.0.0.1,localhost NO_PROXY=127.0.0.1,localhost
}

# Builds a product for use: optimised, with the Swift runtime inside. `$product` is its path then. What follows its name
# are further options.
build_release() {
    local options=(-c release --static-swift-stdlib --product "$@")
    if [[ $(uname -s) == Linux ]]; then
        # A section for each function, and no symbols for others to link with: then the linker leaves out what nothing calls, and the
        # program is a seventh smaller.
        options+=(-Xswiftc -Xfrontend -Xswiftc -function-sections -Xlinker --no-export-dynamic)
        # Functions of the same instructions are kept once, where nothing compares their addresses.
        options+=(-Xlinker --icf=safe)
        options+=(-Xcc -ffunction-sections -Xcc -fdata-sections -Xcxx -ffunction-sections -Xcxx -fdata-sections)
    fi
    note "(A linker's warning about mktemp is about the Swift runtime, and harmless.)"
    run swift build "${options[@]}" >&2
    # shellcheck disable=SC2034 # for the caller
    product=$(swift build "${options[@]}" --show-bin-path)/$1
}
