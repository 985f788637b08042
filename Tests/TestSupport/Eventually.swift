/// Waits until something on a real system has come about.
///
/// For what cannot be observed any other way; where a component tells what it did, wait for that.
///
/// - Parameters:
///   - limit: The longest wait. Default 60 s: a machine under load needs room, and a test that
///     passes never uses it up.
///   - isolation: The caller's, so that the condition may use what the caller owns.
///   - condition: Asked every 10 ms; whatever it throws ends the wait.
/// - Returns: Whether the condition held in time. Put it into `#expect`.
/// - Throws: What `condition` threw.
public func eventually(
    within limit: Duration = .seconds(60),
    isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async rethrows -> Bool {
    let deadline = ContinuousClock.now + limit
    while true {
        if try await condition() { return true }
        if ContinuousClock.now >= deadline { return false }
        try? await Task.sleep(for: .milliseconds(10))
    }
}
