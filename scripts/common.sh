# shellcheck shell=bash
# What scripts/up, scripts/test and .ci/run share. It is sourced, never run.
# shellcheck disable=SC2034 # The lists are used where this is sourced.

# What the gateway is built from and needs at run time, by Debian's names.
BUILD_PACKAGES=(
    pkg-config libwebsockets-dev libwebsockets-evlib-ev libev-dev libpq-dev libssl-dev zlib1g-dev
)
DATABASE_PACKAGES=(postgresql)
TEST_PACKAGES=(
    chromium chromium-driver curl git node-typescript openssl python3 python3-venv strace
)

# Many tests wait for PostgreSQL or for time to pass: with all of them started at once, each would
# wait for all the others.
FEW_AT_ONCE=(--experimental-maximum-parallelization-width 4)

say() { printf '%s\n' "$*"; }

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Runs a command as root: as it is, or with sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "This needs root, and there is no sudo: $*"
    fi
}

# apt-get that asks nothing and waits for another one to end.
apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -y -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@"
}

# Installs those of the named Debian packages that are missing, and says which.
install_packages() {
    local missing=() package status
    for package in "$@"; do
        status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$status" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null ||
        die "These Debian packages (or what your system calls them) are missing: ${missing[*]}"
    say "Installing Debian packages: ${missing[*]}"
    apt_get update >/dev/null
    case " ${missing[*]} " in
        *" postgresql "*) without_main_cluster install_now "${missing[@]}" ;;
        *) install_now "${missing[@]}" ;;
    esac
}

install_now() {
    apt_get install --no-install-recommends "$@" >/dev/null || die "apt-get could not install: $*"
}

# Runs a command while Debian's PostgreSQL package is told not to start a cluster on port 5432,
# which nobody here uses. What it was told is gone afterwards.
without_main_cluster() (
    folder=/etc/postgresql-common/createcluster.d
    as_root mkdir -p "$folder"
    # shellcheck disable=SC2317 # The trap calls it.
    forget() {
        as_root rm -f "$folder/waypost.conf"
        as_root rmdir --ignore-fail-on-non-empty "$folder"
    }
    trap forget EXIT
    say "create_main_cluster = false" | as_root tee "$folder/waypost.conf" >/dev/null
    "$@"
)

# Makes a venv with the packages that a file lists, unless it is there; a command may finish it.
#   make_venv FOLDER FILE [COMMAND...]
make_venv() {
    local venv=$1 packages=$2 pip
    shift 2
    if cmp -s "$packages" "$venv/packages.txt"; then return 0; fi
    say "Installing Python packages into $venv"
    rm -rf "$venv"
    /usr/bin/python3 -m venv "$venv"
    pip=("$venv/bin/pip" install --quiet --disable-pip-version-check --no-build-isolation)
    # What others are built with has to be there first.
    if grep -E '^(setuptools|wheel)==' "$packages" >"$venv/builders.txt"; then
        "${pip[@]}" --requirement "$venv/builders.txt"
    fi
    "${pip[@]}" --requirement "$packages"
    "$@"
    cp "$packages" "$venv/packages.txt"
}

# Ends with directions where Swift is missing or too old.
need_swift() {
    local where="Get it for Debian 12 at https://www.swift.org/install/linux/"
    command -v swift >/dev/null || die "Swift 6.2 or later is needed. $where"
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1)
    if [ "$(printf '%s\n' 6.2 "$version" | sort -V | head -n 1)" != 6.2 ]; then
        die "Swift 6.2 or later is needed; this is ${version:-unknown}. $where"
    fi
}

# Prints an attribute of a JUnit report, summed over its suites.
report_sum() {
    local attribute=$1 report=$2
    [ -f "$report" ] || { say 0 && return; }
    { grep -o '<testsuite [^>]*' "$report" || true; } |
        { grep -o " $attribute=\"[0-9]*\"" || true; } |
        { grep -o '[0-9]*' || true; } | awk '{ sum += $1 } END { print sum + 0 }'
}

# Runs the Swift tests with these further arguments, and repeats at the end what failed, which is
# far up by then.
swift_test() {
    local log code=0
    log=$(mktemp)
    swift test --disable-xctest "${FEW_AT_ONCE[@]}" "$@" 2>&1 | tee "$log" || code=$?
    if [ "$code" != 0 ]; then
        say "What failed:"
        grep -aE '^(✘|↳)|error: |Sanitizer' "$log" | cut -c 1-400 | head -n 100 || true
    fi
    rm -f "$log"
    return "$code"
}
