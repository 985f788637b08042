/// Which core a process runs on.
public enum Core {
    /// Moves all threads of a process.
    ///
    /// - Parameters:
    ///   - processID: The process.
    ///   - core: A core's number; a negative one leaves them where they are.
    /// - Throws: ``Command/Failure`` when the system refuses.
    public static func pin(processID: Int, to core: Int) async throws {
        try await pin(processID: processID, to: core < 0 ? [] : [core])
    }

    /// The same to several cores.
    ///
    /// - Parameters:
    ///   - processID: The process.
    ///   - cores: The cores' numbers; none leaves them where they are.
    /// - Throws: ``Command/Failure`` when the system refuses.
    public static func pin(processID: Int, to cores: [Int]) async throws {
        guard !cores.isEmpty else { return }
        _ = try await Command.output("taskset", ["-acp", list(cores), "\(processID)"])
    }

    /// For people.
    ///
    /// - Parameter core: A core's number, or a negative one for none.
    /// - Returns: The number, or `any`.
    public static func name(_ core: Int) -> String { core < 0 ? "any" : "\(core)" }

    /// A program and its arguments, started on a core.
    ///
    /// - Parameters:
    ///   - command: The program and its arguments.
    ///   - core: A core's number; a negative one leaves it free.
    /// - Returns: The program and its arguments.
    public static func pinned(_ command: [String], to core: Int) -> [String] {
        pinned(command, to: core < 0 ? [] : [core])
    }

    /// The same on one of several cores.
    ///
    /// - Parameters:
    ///   - command: The program and its arguments.
    ///   - cores: The cores' numbers; none leaves it free.
    /// - Returns: The program and its arguments.
    public static func pinned(_ command: [String], to cores: [Int]) -> [String] {
        guard !cores.isEmpty else { return command }
        return ["taskset", "-c", list(cores)] + command
    }

    private static func list(_ cores: [Int]) -> String {
        cores.map(String.init).joined(separator: ",")
    }
}
