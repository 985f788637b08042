import Foundation
import LoadGenerator
import LoadResults
import LoadScenarios
import Measuring
import UnixSignals

/// Leads a run: generators in processes of their own, a clock, signals, what can be observed.
struct Coordinator: Sendable {
    /// What came of a run.
    struct Report: Sendable {
        let outcome: Conductor.Outcome
        let merged: RunMerge
        let resources: [String: [RunResult.ResourceSample]]
        let startedAt: Date
        /// Whether there was any traffic.
        let hasBegun: Bool
    }

    let plan: RunPlan
    let target: ServerUnderTest

    private enum Moment: Sendable {
        case generator(Int, GeneratorLink.Moment)
        case second
        case signal
    }

    /// Runs the scenario to its end, and shows how far it is.
    func run() async -> Report {
        let (moments, continuation) = AsyncStream.makeStream(of: Moment.self)
        return await withTaskGroup(of: Void.self, returning: Report.self) { group in
            var orders: [Int: AsyncStream<Order>.Continuation] = [:]
            for number in generatorNumbers {
                let (stream, orderer) = AsyncStream.makeStream(of: Order.self)
                orders[number] = orderer
                let link = GeneratorLink(
                    command: command(number),
                    assignment: plan.assignment(number, target)
                )
                group.addTask {
                    await link.run(orders: stream) {
                        continuation.yield(.generator(number, $0))
                    }
                }
            }
            group.addTask {
                while (try? await Task.sleep(for: .seconds(1))) != nil {
                    continuation.yield(.second)
                }
            }
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                    continuation.yield(.signal)
                }
            }
            let report = await follow(moments, orders)
            for orderer in orders.values { orderer.finish() }
            group.cancelAll()
            return report
        }
    }

    private var generatorNumbers: [Int] {
        Array(0..<plan.conducting.generatorCount)
            + (plan.conducting.hasWriters ? [Tick.writersGenerator] : [])
    }

    /// The writers go wherever there is room: they wait for the database most of the time.
    private func command(_ number: Int) -> [String] {
        let cores = number == Tick.writersGenerator ? [] : plan.layout.cores(ofGenerator: number)
        return Core.pinned([OwnBinary.path, "generator"], to: cores)
    }

    private func follow(
        _ moments: AsyncStream<Moment>,
        _ orders: [Int: AsyncStream<Order>.Continuation]
    ) async -> Report {
        var conductor = Conductor(plan.conducting, now: MonotonicTime.now)
        var sampler = ResourceSampler(target.observed)
        var view = liveView
        var processIDs: [Int] = []
        var signalCount = 0
        var startedAt = Date.now
        for await moment in moments {
            let now = MonotonicTime.now
            var steps: [Conductor.Step] = []
            switch moment {
            case .generator(let number, .started(let processID)):
                if number != Tick.writersGenerator { processIDs.append(processID) }
                sampler.observe("generator", .processes(processIDs))
            case .generator(let number, .reported(let report)):
                steps = conductor.received(report, from: number, now: now)
            case .generator(let number, .ended(let how)):
                steps = conductor.ended(number, how: how, now: now)
            case .second:
                steps = conductor.passed(now: now)
                sampler.sample(second: second(conductor, now), now: now)
                show(&view, conductor, sampler, now)
                if let gateway = target.gateway, !gateway.isRunning {
                    steps += conductor.serverEnded(gateway.lastLines, now: now)
                }
            case .signal:
                signalCount += 1
                // A second one is from somebody who will not wait.
                guard signalCount == 1 else { Foundation.exit(130) }
                steps = conductor.interrupted(now: now)
            }
            if case .begin? = steps.first?.order { startedAt = .now }
            for step in steps {
                for generator in step.generators { orders[generator]?.yield(step.order) }
            }
            if conductor.phase == .over { break }
        }
        Terminal.draw(view.erased())
        return Report(
            outcome: conductor.outcome ?? .interrupted,
            merged: conductor.merged,
            resources: sampler.samples,
            startedAt: startedAt,
            hasBegun: conductor.trafficStart != nil
        )
    }

    /// Since the traffic began, negative before.
    private func second(_ conductor: Conductor, _ now: UInt64) -> Int {
        conductor.trafficStart.map { (Int(now) - Int($0)) / 1_000_000_000 } ?? -1
    }

    private func show(
        _ view: inout LiveView,
        _ conductor: Conductor,
        _ sampler: ResourceSampler,
        _ now: UInt64
    ) {
        let moment = LiveView.Moment(
            phase: conductor.phase,
            now: now,
            merged: conductor.merged,
            resources: sampler.newest
        )
        Terminal.draw(view.text(moment))
    }

    private var liveView: LiveView {
        LiveView(
            scenario: plan.scenario.name,
            connectionCount: plan.scenario.connectionCount,
            channelCount: plan.scenario.channelCount,
            warmupSeconds: Double(plan.scenario.timing.warmup.nanoseconds) / 1e9,
            measuredSeconds: Double(plan.scenario.timing.duration.nanoseconds) / 1e9,
            isLive: Terminal.isLive
        )
    }
}
