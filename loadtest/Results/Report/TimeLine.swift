/// Puts seconds together, so that a long run has no more points than can be seen.
struct TimeLine {
    /// The most points of a line.
    static let pointCountMax = 150

    let first: Int
    let last: Int
    /// Seconds in one point.
    let width: Int

    init(_ seconds: [Int]) {
        first = seconds.min() ?? 0
        last = max(seconds.max() ?? 0, first)
        let count = last - first + 1
        width = (count + Self.pointCountMax - 1) / Self.pointCountMax
    }

    /// How values of several seconds become one.
    enum Combination {
        case mean, greatest
    }

    /// A line's points; one without a value where no second had any.
    func points(
        _ values: [(second: Int, value: Double)],
        _ combination: Combination
    ) -> [(x: Double, y: Double?)] {
        var groups = [[Double]](repeating: [], count: (last - first) / width + 1)
        for (second, value) in values where second >= first && second <= last {
            groups[(second - first) / width].append(value)
        }
        return groups.enumerated().map { index, group in
            let x = Double(first + index * width)
            guard !group.isEmpty else { return (x, nil) }
            switch combination {
            case .mean: return (x, group.reduce(0, +) / Double(group.count))
            case .greatest: return (x, group.max())
            }
        }
    }

    /// What the title of a chart says about points that are more than a second.
    func note(_ combination: Combination) -> String {
        switch (width, combination) {
        case (1, _): "each second"
        case (_, .mean): "mean of every \(width) s"
        case (_, .greatest): "worst of every \(width) s"
        }
    }
}
