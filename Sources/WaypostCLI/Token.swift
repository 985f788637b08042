import ArgumentParser
import Foundation
import Gateway
import Tokens

/// `waypost token`.
struct Token: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Mint a token for development from the configured secret, or a private key.",
        discussion: """
            Prints a JWT signed with token.secret (HS256), or with a private key (RS256, ES256, \
            EdDSA). Whoever has the secret or the key can be anybody: do this on your own machine \
            only.

            Examples:
              waypost token --config waypost.yaml --sub 6e1f…
              WAYPOST_TOKEN_SECRET=… waypost token --role service_role --expires-in 1h
              waypost token --key private.pem --kid 2026-01 --sub 6e1f…
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Option(name: .long, help: "The database role that the token names.")
    var role = "authenticated"

    @Option(name: .long, help: "The person's id (claim `sub`).")
    var sub: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Sign with the private key in a PEM file: RSA, P-256 or Ed25519.",
            valueName: "file"
        )
    )
    var key: String?

    @Option(name: .long, help: "The key's name for the token's header; with --key.")
    var kid: String?

    @Option(name: .long, help: "How long it lasts: a number with s, m, h or d.")
    var expiresIn = "1h"

    func run() async throws {
        let minter = try await minter()
        guard let seconds = Self.seconds(expiresIn) else {
            throw ValidationError("--expires-in \(expiresIn): write it like 30s, 15m, 1h or 30d")
        }
        let now = Int64(Date.now.timeIntervalSince1970)
        do {
            Terminal.say(
                try minter.mint(role: role, sub: sub, expiresAt: now + seconds, issuedAt: now)
            )
        } catch {
            Terminal.warn("waypost token: \(error)")
            throw ExitCode.failure
        }
    }

    /// Takes the private key if one is given, and the configured secret if none is.
    private func minter() async throws -> TokenMinter {
        guard let key else {
            guard kid == nil else { throw ValidationError("--kid goes with --key") }
            let secret = try await options.load().text(.tokenSecret)
            guard !secret.isEmpty else {
                Terminal.warn(
                    "configuration: token.secret: is required; set it in the file or as "
                        + ConfigurationKey.tokenSecret.environmentName + ", or give --key"
                )
                throw ExitCode.configuration
            }
            do {
                return try TokenMinter(secret: secret)
            } catch {
                Terminal.warn("configuration: token.secret: \(error)")
                throw ExitCode.configuration
            }
        }
        guard let pem = try? String(contentsOfFile: key, encoding: .utf8) else {
            throw ValidationError("--key \(key): cannot read the file")
        }
        do {
            return try TokenMinter(privateKey: pem, kid: kid)
        } catch {
            throw ValidationError("--key \(key): \(error)")
        }
    }

    /// Reads a duration such as `15m`; nil when it is none, or longer than ten years.
    static func seconds(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let last = text.last, let unit = units[last], let count = Int64(text.dropLast()),
            count > 0, count <= 315_360_000 / unit
        else { return nil }
        return count * unit
    }
}
