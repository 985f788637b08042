internal import FoundationEssentials
internal import Subprocess

/// The shell that starts PostgreSQL and ends it when we are gone, however we went.
///
/// Its standard input is a pipe whose other end only this process holds. When this process ends, by
/// `exit` or by SIGKILL, the kernel closes it, the shell's watcher reads the end of the file and
/// stops PostgreSQL. Shell and PostgreSQL have a session of their own, so that Ctrl-C in a terminal
/// reaches only us and the stop stays orderly.
enum Supervision {
    /// Arguments: state folder, data folder, program folder, stop signal, `remove` or `keep`,
    /// PostgreSQL's own arguments.
    static let script = """
        state=$1 data=$2 programs=$3 signal=$4 afterwards=$5
        shift 5
        umask 077
        exec 3<&0 </dev/null 2>>"$state/postgres.log"

        explain() {
            tail -n 10 "$state/postgres.log"
        }
        finish() {
            if [ "$afterwards" = remove ]; then rm -rf "$state"; fi
        }

        if [ ! -f "$data/PG_VERSION" ]; then
            rm -rf "$data.new"
            if [ "$afterwards" = remove ]; then sync=--no-sync; else sync=; fi
            "$programs/initdb" -D "$data.new" -U postgres -A trust -E UTF8 --locale=C.UTF-8 $sync \\
                >&2 3<&- && mv "$data.new" "$data"
            status=$?
            if [ "$status" -ne 0 ]; then explain; finish; exit "$status"; fi
        fi

        "$programs/postgres" -D "$data" "$@" >&2 3<&- &
        postgres=$!
        trap 'kill -s "$signal" "$postgres"' TERM INT HUP

        (
            trap '' TERM INT HUP
            read -r _ <&3
            kill -s "$signal" "$postgres"
            count=0
            while kill -0 "$postgres" && [ "$count" -lt 150 ]; do
                sleep 0.1
                count=$((count + 1))
            done
            kill -s KILL "$postgres"
            finish
        ) >/dev/null 2>&1 &
        watcher=$!

        status=0
        while kill -0 "$postgres" 2>/dev/null; do
            wait "$postgres"
            status=$?
        done
        kill -s KILL "$watcher" 2>/dev/null
        if [ "$status" -ne 0 ]; then explain; fi
        finish
        exit "$status"
        """

    /// A shell that runs `script` as the account, with the arguments as `$1` and on.
    ///
    /// The account is changed by `setpriv` and not between fork and exec: the C library's calls for
    /// it take a lock that another thread of ours may have held at the fork, and the child would
    /// wait for it for ever (seen under load).
    static func shell(
        _ script: String,
        _ arguments: [String],
        as account: SystemAccount?
    ) throws(ClusterError) -> (program: String, arguments: [String]) {
        let command = ["-c", script, "waypost-postgres"] + arguments
        guard let account else { return ("/bin/sh", command) }
        let program = "/usr/bin/setpriv"
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw .programMissing(path: program)
        }
        let identity = ["--reuid=\(account.userID)", "--regid=\(account.groupID)"]
        return (program, identity + ["--clear-groups", "--", "/bin/sh"] + command)
    }

    /// A session of its own, and time for an orderly stop.
    static var options: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        // The shell answers SIGTERM with an orderly stop; what follows is for one that hangs.
        options.teardownSequence = [
            .send(signal: .terminate, allowedDurationToNextStep: .seconds(20))
        ]
        return options
    }

    /// Nothing of our environment: PostgreSQL's programs read a good deal from theirs.
    static let environment: Environment = .custom([
        "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC",
    ])
}
