import Foundation
import Testing
import Tokens

/// Somebody who signs tokens with P-256 keys that OpenSSL makes, and publishes the public ones.
final class Issuer {
    /// One key, with the name that tokens call it.
    struct Key {
        let kid: String
        let pem: String
        let publicPEM: String
        let json: String

        /// A token of Ana's, signed with this key.
        func token(kid: String? = nil, lastingSeconds: Int64 = 3_600) throws -> String {
            try TokenMinter(privateKey: pem, kid: kid ?? self.kid).mint(
                role: "authenticated",
                sub: Person.ana.rawValue,
                expiresAt: Person.unixSeconds + lastingSeconds,
                issuedAt: Person.unixSeconds
            )
        }
    }

    let folder: URL

    /// The set as a file.
    var path: String { folder.appending(path: "keys.json").path }

    private var process: Process?

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "waypost-issuer-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    }

    deinit {
        // A signal that its thread blocks would not reach it.
        if let process { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    /// Makes a key.
    static func key(_ kid: String) throws -> Key {
        let pem = try openssl([
            "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
        ])
        let der = try openssl(["pkey", "-pubout", "-outform", "DER"], pem)
        let text = String(decoding: try openssl(["pkey", "-pubout"], pem), as: UTF8.self)
        let x = base64URL(der.suffix(64).prefix(32))
        let y = base64URL(der.suffix(32))
        return Key(
            kid: kid,
            pem: String(decoding: pem, as: UTF8.self),
            publicPEM: text,
            json:
                #"{"kty":"EC","crv":"P-256","kid":"\#(kid)","alg":"ES256","x":"\#(x)","y":"\#(y)"}"#
        )
    }

    /// Publishes these keys, in place of those before, at once.
    func publish(_ keys: Key...) throws {
        try publish(#"{"keys":[\#(keys.map(\.json).joined(separator: ","))]}"#)
    }

    /// Publishes anything.
    func publish(_ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    }

    /// Serves the folder over HTTP; answers the URL of the set.
    func serve() throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-u", "-c", Self.script, folder.path]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let port = try #require(Int(line.filter(\.isNumber)), "python3 does not serve: \(line)")
        return "http://127.0.0.1:\(port)/keys.json"
    }

    /// How often the set was asked for.
    var requestCount: Int {
        let path = folder.appending(path: "requests").path
        return FileManager.default.contents(atPath: path)?.count ?? 0
    }

    private static let script = """
        import http.server, sys
        class Issuer(http.server.SimpleHTTPRequestHandler):
            def do_GET(self):
                open(sys.argv[1] + "/requests", "a").write(".")
                super().do_GET()
        def serve(*arguments):
            return Issuer(*arguments, directory=sys.argv[1])
        listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve)
        print(listener.server_port)
        listener.serve_forever()
        """

    /// A token of any header and claims, signed with a secret by OpenSSL.
    static func token(header: String, claims: String, secret: String) throws -> String {
        let text = base64URL(Data(header.utf8)) + "." + base64URL(Data(claims.utf8))
        let key = secret.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        let signature = try openssl(
            ["dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:\(key.joined())", "-binary"],
            Data(text.utf8)
        )
        return text + "." + base64URL(signature)
    }

    private static func base64URL(_ bytes: Data) -> String {
        bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }

    private static func openssl(_ arguments: [String], _ input: Data = Data()) throws -> Data {
        let process = Process()
        let (standardInput, standardOutput) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        process.standardInput = standardInput
        process.standardOutput = standardOutput
        process.standardError = FileHandle.nullDevice
        try process.run()
        standardInput.fileHandleForWriting.write(input)
        try standardInput.fileHandleForWriting.close()
        let output = standardOutput.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments)")
        return output
    }
}
