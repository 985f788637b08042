internal import Foundation
internal import Locking

/// What a coordinator has ordered and nobody has taken yet; a thread of its own waits for it.
final class Orders: Sendable {
    private struct State {
        var orders: [Order] = []
        var problem: String?
    }

    private let state = Locked(State())

    /// Reads where an assignment ended, until the input does, which is taken for ``Order/end``.
    static func reading(_ lines: LineReader) -> Orders {
        let orders = Orders()
        // The thread goes on alone: nobody can interrupt its wait for the next line.
        _ = WorkThread(name: "orders") {
            var lines = lines
            while let line = lines.next() {
                if let order = try? JSONDecoder().decode(Order.self, from: line) {
                    orders.post(order)
                } else {
                    orders.post(problem: "An order is no line of JSON that this version knows.")
                }
            }
            orders.post(.end)
        }
        return orders
    }

    /// Adds an order.
    func post(_ order: Order) { state.withLock { $0.orders.append(order) } }

    private func post(problem: String) { state.withLock { $0.problem = problem } }

    /// Takes the oldest; nil for none.
    ///
    /// - Throws: ``GeneratorFailure`` when one could not be read.
    func take() throws(GeneratorFailure) -> Order? {
        let (order, problem) = state.withLock { state -> (Order?, String?) in
            (state.orders.isEmpty ? nil : state.orders.removeFirst(), state.problem)
        }
        if let problem { throw GeneratorFailure(problem) }
        return order
    }
}

/// Why a generator cannot go on: for people, with what to do.
struct GeneratorFailure: Error, Hashable {
    let message: String

    init(_ message: String) { self.message = message }
}
