# shellcheck shell=bash
# What the scripts of this folder share: `install`, and `start PORT [CORE]`. It is sourced, never
# run.
# shellcheck disable=SC2034 # The folders are used where this is sourced.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
. "$here/../../scripts/common.sh"

# What is made and fetched: never in the system, so that no daemon starts and nothing stays behind.
folder=$here/../../.waypost/peers
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

# Does what the arguments say; each script defines usage, install_peer and start_peer PORT, which
# ends in `pinned …`: whoever starts a script has the server itself under its process id.
run_peer() {
    case ${1:-} in
        install)
            install_peer
            ;;
        start)
            shift
            local port=${1:-}
            [[ $port =~ ^[0-9]+$ ]] || { usage >&2 && exit 64; }
            shift
            core=
            if [[ ${1:-} =~ ^[0-9]+$ ]]; then core=$1 && shift; fi
            install_peer
            start_peer "$port" "$@"
            ;;
        --help | -h)
            usage
            ;;
        *)
            usage >&2
            exit 64
            ;;
    esac
}

# Runs a command on the core that was asked for, or on any.
pinned() {
    # As many descriptors as may be had: each connection is one.
    ulimit -n "$(ulimit -Hn)"
    if [ -n "$core" ]; then exec taskset --cpu-list "$core" "$@"; else exec "$@"; fi
}

# Puts the files of Debian packages into a folder of our own, without running their scripts.
#   unpack_packages FOLDER PACKAGE...
unpack_packages() {
    local into=$1
    shift
    [ "$(cat "$into/packages.txt" 2>/dev/null)" != "$*" ] || return 0
    command -v apt-get >/dev/null || die "This takes Debian's packages, and there is no apt-get."
    say "Fetching Debian packages into $into: $*"
    rm -rf "$into"
    mkdir -p "$into"
    if ! (cd "$into" && apt-get -q download "$@" >/dev/null 2>"$into/log"); then
        apt_get update >/dev/null
        (cd "$into" && apt-get -q download "$@" >/dev/null 2>"$into/log") ||
            die "apt-get could not download $*: $(cat "$into/log")"
    fi
    local file
    for file in "$into"/*.deb; do dpkg-deb --extract "$file" "$into"; done
    rm -f "$into"/*.deb "$into/log"
    say "$*" >"$into/packages.txt"
}
