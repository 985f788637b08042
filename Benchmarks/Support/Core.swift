import Subprocess
import SystemPackage

/// Which core a process runs on.
enum Core {
    /// Moves all threads of a process; a negative core leaves them where they are.
    static func pin(processID: Int, to core: Int) async throws {
        guard core >= 0 else { return }
        _ = try await Command.output("taskset", ["-acp", "\(core)", "\(processID)"])
    }

    /// For people.
    static func name(_ core: Int) -> String { core < 0 ? "any" : "\(core)" }

    /// A program and its arguments, started on a core.
    static func pinned(_ command: [String], to core: Int) -> [String] {
        core < 0 ? command : ["taskset", "-c", "\(core)"] + command
    }
}
