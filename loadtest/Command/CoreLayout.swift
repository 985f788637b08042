/// Which cores belong to whom, so that the sides do not take each other's time.
struct CoreLayout: Equatable {
    /// The own server's, so gateway's and PostgreSQL's; none leaves them free.
    let serving: [Int]
    /// The generators' by turns; none leaves them free.
    let generating: [Int]

    /// Loops of the own gateway: one for each of its cores.
    let loopCount: Int

    /// Shares the cores of a machine out, as the command line says.
    init(coreCount: Int, _ options: GeneratingOptions) throws(Unusable) {
        guard !options.unpinned, coreCount > 1 else {
            guard options.serverCores == nil, options.generatorCores == nil else {
                throw Unusable(
                    options.unpinned
                        ? "--unpinned leaves no cores to name: leave it or them out"
                        : "there is one core: leave --server-cores and --generator-cores out"
                )
            }
            serving = []
            loopCount = coreCount
            generating = []
            return
        }
        let all = Array(0..<coreCount)
        let chosen = try options.generatorCores.map { text throws(Unusable) in
            try Self.cores(text, of: coreCount, option: "--generator-cores")
        }
        let chosenServer = try options.serverCores.map { text throws(Unusable) in
            try Self.cores(text, of: coreCount, option: "--server-cores")
        }
        let free = all.filter { !(chosenServer ?? []).contains($0) }
        generating = chosen ?? Self.half(of: free.isEmpty ? all : free)
        let others = all.filter { [generating] in !generating.contains($0) }
        serving = chosenServer ?? (others.isEmpty ? all : others)
        loopCount = serving.count
    }

    /// The core of a generator; none leaves it free.
    func cores(ofGenerator number: Int) -> [Int] {
        generating.isEmpty ? [] : [generating[number % generating.count]]
    }

    /// The last half: interrupts go to the first core more often than to others.
    private static func half(of cores: [Int]) -> [Int] {
        Array(cores.suffix(max(1, cores.count / 2)))
    }

    private static func cores(
        _ text: String,
        of coreCount: Int,
        option: String
    ) throws(Unusable) -> [Int] {
        var cores: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
                .map { Int($0) ?? -1 }
            guard ends.count <= 2, let first = ends.first, let last = ends.last, first <= last,
                first >= 0, last < coreCount
            else {
                throw Unusable(
                    "\(option) \(text): give cores from 0 to \(coreCount - 1), such as 0,1 or 0-1"
                )
            }
            cores.formUnion(first...last)
        }
        return cores.sorted()
    }
}
