import ArgumentParser
import Foundation
import Gateway
import LoadResults
import LoadScenarios

/// `loadtest SCENARIO`.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs a scenario. The default: `loadtest echo` is `loadtest run echo`.",
        discussion: """
            Examples:
              loadtest trip-planning --set members=500 --html report.html
              loadtest echo --slo p99=50ms,errors=0 --json after.json
              LOADTEST_TOKEN_SECRET=… loadtest one-big-trip --url http://gateway:4000
              loadtest fan-out --url wss://gateway:4443 --ca ca.pem --serializer 2

            \(Objective.usage)

            Ctrl-C ends a run and shows what was measured so far.
            """
    )

    @OptionGroup var options: RunOptions

    func run() async throws {
        let plan = try RunPlan(options)
        let files = try ResultFiles(options.results)
        let report: Coordinator.Report
        let target: String
        if let url = options.serving.url {
            let found = try ServerUnderTest.elsewhere(url, options.serving, plan.scenario)
            target = found.description
            report = try await Self.measure(plan, found)
        } else {
            let own = try OwnServer(options.serving, plan)
            do {
                (report, target) = try await own.run(note: Self.note) { started in
                    (try await Self.measure(plan, started), started.description)
                }
            } catch let error as Unusable {
                throw error
            } catch {
                throw Unusable("the own server does not work: \(error)")
            }
        }
        try finish(plan, report, files, target: target)
    }

    private static func note(_ line: String) { Terminal.warn("loadtest: \(line)") }

    private static func measure(
        _ plan: RunPlan,
        _ target: ServerUnderTest
    ) async throws -> Coordinator.Report {
        if target.dsn == nil, !plan.scenario.setup.isEmpty {
            note("no LOADTEST_DSN: what the scenario sets up has to be there already")
        }
        try target.execute(plan.scenario.setup, "setup")
        if target.dsn != nil, !plan.scenario.setup.isEmpty {
            // What it wrote is past the gateway before anybody joins, so that nobody receives it.
            try await Task.sleep(for: .seconds(2))
        }
        let report = await Coordinator(plan: plan, target: target).run()
        do {
            try target.execute(plan.scenario.teardown, "teardown")
        } catch {
            // The figures are worth more than a tidy database.
            note("\(error)")
        }
        return report
    }

    private func finish(
        _ plan: RunPlan,
        _ report: Coordinator.Report,
        _ files: ResultFiles,
        target: String
    ) throws {
        switch report.outcome {
        case .unusable(let reason): throw Unusable(reason)
        case .broken(let reason) where !report.hasBegun:
            Self.note(reason)
            throw ExitCode.failure
        case .complete, .interrupted, .broken: break
        }
        let description = RunDescription(
            version: GatewayVersion.text,
            scenario: plan.scenario.name,
            summary: plan.scenario.summary,
            parameters: plan.parameters,
            command: CommandText.withoutSecrets(CommandLine.arguments),
            startedAt: report.startedAt.formatted(.iso8601),
            machine: Machine.description,
            target: target,
            measuredSeconds: Double(plan.scenario.timing.duration.nanoseconds) / 1e9
        )
        var figures = RunResult(
            description,
            merged: report.merged,
            resources: report.resources,
            isComplete: report.outcome == .complete,
            objectives: plan.objectives
        )
        if case .broken(let reason) = report.outcome {
            figures.verdict.reasons.append("The run broke off: \(reason)")
        }
        Terminal.say(RunSummary.text(figures))
        try files.write(figures)
        if case .broken = report.outcome { throw ExitCode.failure }
        throw ExitCode(figures.verdict.exitCode)
    }
}
