import LoadResults
import LoadScenarios

/// A scenario in words.
enum ScenarioText {
    /// What it does and what can be set.
    static func lines(_ scenario: Scenario) -> [String] {
        var lines = ["\(scenario.name): \(scenario.summary)", ""]
        let timing = scenario.timing
        lines.append(
            "Connects at \(Figures.rate(timing.connectRate))/s, warms up for "
                + "\(seconds(timing.warmup)), measures for \(seconds(timing.duration))."
        )
        for population in scenario.populations {
            let channels = population.topics.map(\.topic.text).joined(separator: ", ")
            lines.append(
                "\(Figures.count(population.count)) \(population.name)"
                    + (channels.isEmpty ? "" : " on \(channels)")
            )
            lines += population.actions.map { "  " + text($0, population.topics) }
        }
        for writer in scenario.writers {
            lines.append(
                "\(writer.name) writes \(Figures.rate(writer.rate))/s for \(writer.topic.text) "
                    + "over \(writer.connectionCount) connections"
            )
        }
        if !scenario.objectives.isEmpty {
            lines.append("Limits: \(scenario.objectives.joined(separator: ","))")
        }
        guard !scenario.parameters.isEmpty else { return lines }
        let width = scenario.parameters.map { $0.name.count + $0.value.count + 1 }.max() ?? 0
        lines += ["", "Parameters (--set name=value):"]
        lines += scenario.parameters.map { parameter in
            let setting = "\(parameter.name)=\(parameter.value)"
            let padding = String(repeating: " ", count: max(0, width - setting.count))
            return "  \(setting)\(padding)  \(parameter.summary)"
        }
        return lines
    }

    private static func text(_ plan: ActionPlan, _ topics: [TopicPlan]) -> String {
        let words: String
        switch plan.action {
        case .broadcast(let slot, let name, let byteCount, let inFlight):
            words =
                "broadcasts `\(name)` of \(byteCount) bytes on \(topics[slot].topic.text)"
                + (inFlight > 0 ? ", \(inFlight) in flight" : "")
        case .track(let slot): words = "tracks presence on \(topics[slot].topic.text)"
        case .rejoin(let slot, let pause):
            words = "leaves \(topics[slot].topic.text) and joins it again after \(seconds(pause))"
        case .reconnect(let pause, let isAbrupt):
            words =
                "\(isAbrupt ? "loses" : "closes") its connection and comes back after "
                + seconds(pause)
        case .refreshToken: words = "brings a fresh token"
        case .pauseReading(let pause): words = "reads nothing for \(seconds(pause))"
        }
        let often = plan.interval > .zero ? ", every \(seconds(plan.interval))" : ""
        return words + often
            + (plan.share < 1 ? ", \(Figures.percent(plan.share)) of them" : "")
    }

    private static func seconds(_ duration: Duration) -> String {
        duration < .seconds(1)
            ? Figures.duration(duration.nanoseconds / 1_000)
            : Figures.seconds(Double(duration.nanoseconds) / 1e9)
    }
}
