import Foundation

/// A self-signed certificate for `localhost` and 127.0.0.1, made on the spot by OpenSSL.
struct LoopbackCertificate {
    let certificate: String
    let key: String

    /// Makes both files in a folder.
    init(in folder: URL) throws {
        certificate = folder.appending(path: "cert.pem").path
        key = folder.appending(path: "key.pem").path
        let making = Process()
        making.executableURL = URL(filePath: "/usr/bin/openssl")
        making.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        ]
        making.standardError = FileHandle.nullDevice
        try making.run()
        making.waitUntilExit()
    }
}
