import ArgumentParser
import Gateway

/// `loadtest serve`, which only `loadtest` itself calls: the gateway where there is no `waypost`
/// beside this binary, as `swift run loadtest` leaves it.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serves as `waypost serve` does.",
        shouldDisplay: false
    )

    @Option(name: .long, parsing: .singleValue, help: "A setting, such as listen.port=0.")
    var set: [String] = []

    func run() async throws {
        do {
            let loader = ConfigurationLoader(
                flags: try RunPlan.pairs(set, option: "--set"),
                environment: [:],
                filePath: nil
            )
            let settings = try GatewayConfiguration(await loader.load(), isDevelopment: false)
            try settings.checkFiles()
            try await Node(settings).run()
        } catch let problems as ConfigurationProblems {
            throw Unusable("\(problems)")
        } catch let failure as NodeFailure {
            throw Unusable("\(failure)")
        }
    }
}
