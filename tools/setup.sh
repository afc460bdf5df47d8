# tools/setup.sh - what tools/demo and tools/test share; read with '.', from the repository's root.
# SPDX-License-Identifier: MIT
# shellcheck shell=sh

# What it takes to build and run Yoke on a processor.
build_packages="gcc libc6-dev meson ninja-build pkg-config python3 libjansson-dev zlib1g-dev
    libpng-dev libssl-dev ocl-icd-opencl-dev opencl-headers pocl-opencl-icd"

die() { echo "${0##*/}: $*" >&2; exit 1; }
note() { echo "${0##*/}: $*" >&2; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "run this as root, or install sudo: it has to run $*"
    fi
}

is_installed() {
    case $(dpkg-query -W -f='${Status}' "$1" 2>/dev/null) in
    *' installed') return 0 ;;
    *) return 1 ;;
    esac
}

# PACKAGE...: install those that are missing.
install_packages() {
    missing=
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        for tool in cc meson ninja pkg-config python3; do
            command -v "$tool" >/dev/null || missing="$missing $tool"
        done
        [ -z "$missing" ] || die "missing:$missing. Without apt, install what Debian calls: $*"
        return 0
    fi
    for package; do
        is_installed "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    note "installing$missing"
    as_root apt-get -qq update >/dev/null </dev/null || note "apt-get update failed; trying what is known"
    # shellcheck disable=SC2086 # one word for each package
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
        $missing >/dev/null </dev/null || die "apt-get could not install$missing"
}

# OPTION...: configure (only the first time, or when an option is new) and build.
build() {
    build_dir=${YOKE_BUILD:-build}
    if [ ! -f "$build_dir/build.ninja" ]; then
        meson setup "$build_dir" "$@" >"$build_dir.log" 2>&1 || { cat "$build_dir.log" >&2; die "meson setup failed"; }
    elif [ $# -gt 0 ] && [ "$(cat "$build_dir/.options" 2>/dev/null)" != "$*" ]; then
        meson configure "$build_dir" "$@" >"$build_dir.log" 2>&1 || { cat "$build_dir.log" >&2; die "meson configure failed"; }
    fi
    [ $# -eq 0 ] || echo "$*" >"$build_dir/.options"
    rm -f "$build_dir.log"
    ninja -C "$build_dir" >"$build_dir/build.log" 2>&1 || { cat "$build_dir/build.log" >&2; die "the build failed"; }
}

# DIR REQUIREMENT...: make DIR a Python environment with these packages of PyPI, once for each set.
python_packages() {
    venv=$1
    shift
    [ "$(cat "$venv/installed" 2>/dev/null)" != "$*" ] || return 0
    python=
    for candidate in /usr/bin/python3 python3; do # the system's, before any other in PATH
        "$candidate" -c 'import venv, ensurepip' 2>/dev/null && { python=$candidate; break; }
    done
    if [ -z "$python" ]; then
        install_packages python3-venv
        python=/usr/bin/python3
    fi
    note "installing $* with pip"
    rm -rf "$venv"
    mkdir -p "${venv%/*}"
    "$python" -m venv "$venv" >"$venv.log" 2>&1 || die "no virtual environment: $(tail -n 1 "$venv.log")"
    "$venv/bin/python" -m pip -q --disable-pip-version-check --retries 2 install "$@" >"$venv.log" 2>&1 || {
        tail -n 1 "$venv.log" >&2
        die "pip did not get $*: no answer from the package index, or none for this machine"
    }
    rm -f "$venv.log"
    echo "$*" >"$venv/installed"
}
