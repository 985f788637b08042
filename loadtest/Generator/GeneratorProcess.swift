public import Foundation
internal import LoadResults
internal import LoadScenarios

/// A generator as a process: orders come in, reports go out, a line of JSON each.
public enum GeneratorProcess {
    /// Reads an ``Assignment`` and carries it out until ``Order/end`` or the end of the input.
    ///
    /// It blocks its thread, and writes nothing but lines of ``GeneratorReport``.
    ///
    /// - Parameters:
    ///   - input: Gives the assignment in its first line and an ``Order`` in each further one.
    ///   - output: Takes the reports.
    /// - Returns: False when it could not go on; it has reported why then.
    public static func run(input: FileHandle, output: FileHandle) -> Bool {
        var reports = Reports(output)
        do {
            try run(LineReader(input), reports)
            return true
        } catch {
            reports.send(.failed(error.message))
            reports.finish()
            return false
        }
    }

    private static func run(
        _ lines: LineReader,
        _ reports: Reports
    ) throws(GeneratorFailure) {
        var lines = lines
        guard let line = lines.next() else { throw GeneratorFailure("There is no assignment.") }
        guard let assignment = try? JSONDecoder().decode(Assignment.self, from: line) else {
            throw GeneratorFailure("The assignment is no line of JSON that this version knows.")
        }
        let scenario: Scenario
        do {
            scenario = try Scenario.read(
                text: assignment.scenario,
                name: assignment.scenarioName,
                settings: assignment.settings
            )
        } catch {
            throw GeneratorFailure("\(error)")
        }
        let orders = Orders.reading(lines)
        if assignment.generator == Tick.writersGenerator {
            try WriterLoop(assignment, scenario, orders: orders, reports: reports).run()
        } else {
            try SessionLoop(assignment, scenario, orders: orders, reports: reports).run()
        }
    }
}
