import ArgumentParser
import Foundation
import Gateway
import Tokens

/// `waypost token`.
struct Token: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Mint a token for development from the configured secret.",
        discussion: """
            Prints a JWT signed with token.secret (HS256). Whoever has the secret can be anybody: \
            do this on your own machine only.

            Examples:
              waypost token --config waypost.yaml --sub 6e1f…
              WAYPOST_TOKEN_SECRET=… waypost token --role service_role --expires-in 1h
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Option(name: .long, help: "The database role that the token names.")
    var role = "authenticated"

    @Option(name: .long, help: "The person's id (claim `sub`).")
    var sub: String?

    @Option(name: .long, help: "How long it lasts: a number with s, m, h or d.")
    var expiresIn = "1h"

    func run() async throws {
        let values = try await options.load()
        let secret = values.text(.tokenSecret)
        guard !secret.isEmpty else {
            Terminal.warn(
                "configuration: token.secret: is required; set it in the file or as "
                    + ConfigurationKey.tokenSecret.environmentName
            )
            throw ExitCode.configuration
        }
        guard let seconds = Self.seconds(expiresIn) else {
            throw ValidationError("--expires-in \(expiresIn): write it like 30s, 15m, 1h or 30d")
        }
        let now = Int64(Date.now.timeIntervalSince1970)
        do {
            let token = try TokenMinter(secret: secret).mint(
                role: role,
                sub: sub,
                expiresAt: now + seconds,
                issuedAt: now
            )
            Terminal.say(token)
        } catch {
            Terminal.warn("configuration: token.secret: \(error)")
            throw ExitCode.configuration
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
