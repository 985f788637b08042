import Glibc
import WebSocketServer

/// A temporary folder with certificates, and `openssl` as the other side of TLS.
final class CertificateFolder {
    /// `openssl` is missing or failed.
    struct Failed: Error {
        let output: String
    }

    let path: String
    private var processes: [pid_t] = []

    init() throws {
        var template = Array("/tmp/waypost-tls-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw Failed(output: "mkdtemp") }
        path = String(
            decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
    }

    deinit {
        for process in processes {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
        _ = try? run("rm -r \(path)")
    }

    /// Makes a certificate for "localhost" and its key, over the old ones with this name.
    func make(_ name: String) throws -> Listener.TLSFiles {
        let files = Listener.TLSFiles(
            certificatePath: "\(path)/\(name).pem",
            keyPath: "\(path)/\(name).key"
        )
        let output = try run(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
                + "-subj /CN=localhost -keyout \(files.keyPath) -out \(files.certificatePath) 2>&1 "
                + "&& echo made"
        )
        guard output.hasSuffix("made\n") else { throw Failed(output: output) }
        return files
    }

    func copy(_ name: String, to other: String) throws -> String {
        _ = try run("cp \(path)/\(name).pem \(path)/\(other).pem")
        return other
    }

    func write(_ text: String, to file: String) throws {
        _ = try run("printf %s '\(text)' > \(file)")
    }

    /// Runs a shell command and answers with what it wrote.
    func run(_ command: String) throws -> String {
        guard let pipe = unsafe popen(command, "re") else { throw Failed(output: command) }
        defer { unsafe pclose(pipe) }
        var output: [UInt8] = []
        var byte = unsafe fgetc(pipe)
        while byte != EOF {
            output.append(UInt8(truncatingIfNeeded: byte))
            byte = unsafe fgetc(pipe)
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Connects with TLS, accepting the named certificate only.
    func connect(port: Int, trusting name: String) throws -> TestConnection {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw Failed(output: "socketpair")
        }
        defer { close(ends[1]) }
        let command =
            "exec openssl s_client -connect 127.0.0.1:\(port) -quiet -verify_return_error "
            + "-CAfile \(path)/\(name).pem -alpn http/1.1 2>/dev/null"
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        let words: [String] = ["/bin/sh", "-c", command]
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) }
        unsafe arguments.append(nil)
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var process: pid_t = 0
        let code = unsafe posix_spawn(&process, "/bin/sh", &actions, nil, &arguments, environ)
        guard code == 0 else { throw Failed(output: command) }
        processes.append(process)
        return TestConnection(descriptor: ends[0])
    }
}
