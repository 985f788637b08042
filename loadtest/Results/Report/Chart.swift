/// Lines over one axis, drawn as SVG.
struct Chart {
    /// One line, broken where a value is missing.
    struct Line {
        var name: String
        /// A class of the page's style, which gives colour and dashes.
        var style: String
        var points: [(x: Double, y: Double?)]
    }

    /// A value that is marked across the chart.
    struct Limit {
        var text: String
        var value: Double
    }

    var title: String
    /// What is shown, and its unit.
    var note: String
    var horizontal: Axis
    var vertical: Axis
    var lines: [Line]
    var limits: [Limit] = []
    /// Parts of the horizontal axis that are greyed.
    var shaded: [(from: Double, to: Double)] = []
    /// Where the lines' names are taken from: their ends may be after everything was said and done.
    var namesAt = Double.infinity
    /// How a place of the horizontal axis is called, for what a pointer shows.
    var placeText: (Double) -> String = { Axis.clock($0) }
    /// A value as a pointer shows it.
    var valueText: (Double) -> String

    // In units of the drawing, which is scaled to the column.
    private static let width = 400.0
    private static let height = 206.0
    private static let left = 50.0
    private static let right = 72.0
    private static let top = 10.0
    private static let bottom = 22.0
    private static let labelHeight = 12.0

    private var plotWidth: Double { Self.width - Self.left - Self.right }
    private var plotHeight: Double { Self.height - Self.top - Self.bottom }

    /// A figure with its title.
    var html: String {
        """
        <figure>
        <figcaption><strong>\(HTML.escaped(title))</strong> <span>\(HTML.escaped(note))</span>\
        </figcaption>
        <svg viewBox="0 0 \(number(Self.width)) \(number(Self.height))" role="img" \
        aria-label="\(HTML.escaped(inWords))">
        \(shading)\(grid)\(limitLines)\(paths)\(limitTexts)\(labels)\(pointers)</svg>
        </figure>

        """
    }

    /// The chart for those who do not see it.
    private var inWords: String {
        let parts = lines.compactMap { line -> String? in
            let values = line.points.compactMap(\.y)
            guard let least = values.min(), let greatest = values.max() else { return nil }
            return "\(line.name) from \(valueText(least)) to \(valueText(greatest))"
        }
        return "\(title): \(parts.isEmpty ? "no values" : parts.joined(separator: ", "))."
    }

    private func x(_ value: Double) -> Double {
        Self.left + min(max(horizontal.place(value), 0), 1) * plotWidth
    }

    private func y(_ value: Double) -> Double {
        Self.top + (1 - min(max(vertical.place(value), 0), 1)) * plotHeight
    }

    private func number(_ value: Double) -> String {
        let text = Figures.decimal(value, digits: 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private var shading: String {
        shaded.map { part in
            let start = x(part.from)
            return """
                <rect class="aside" x="\(number(start))" y="\(number(Self.top))" \
                width="\(number(max(0, x(part.to) - start)))" height="\(number(plotHeight))"/>

                """
        }
        .joined()
    }

    private var grid: String {
        var svg = ""
        let end = Self.left + plotWidth
        for tick in vertical.ticks {
            let place = number(y(tick.value))
            svg += """
                <line class="grid" x1="\(number(Self.left))" y1="\(place)" x2="\(number(end))" \
                y2="\(place)"/><text class="end" x="\(number(Self.left - 6))" \
                y="\(number(y(tick.value) + 3.5))">\(HTML.escaped(tick.text))</text>

                """
        }
        let floor = Self.top + plotHeight
        for tick in horizontal.ticks {
            let place = number(x(tick.value))
            svg += """
                <line class="tick" x1="\(place)" y1="\(number(floor))" x2="\(place)" \
                y2="\(number(floor + 4))"/><text class="middle" x="\(place)" \
                y="\(number(floor + 16))">\(HTML.escaped(tick.text))</text>

                """
        }
        svg += """
            <line class="axis" x1="\(number(Self.left))" y1="\(number(floor))" \
            x2="\(number(end))" y2="\(number(floor))"/>

            """
        return svg
    }

    private var limitLines: String {
        let end = Self.left + plotWidth
        return limits.map { limit in
            let place = number(y(limit.value))
            return """
                <line class="limit" x1="\(number(Self.left))" y1="\(place)" x2="\(number(end))" \
                y2="\(place)"/>

                """
        }
        .joined()
    }

    /// Over the lines, or they would strike them out.
    private var limitTexts: String {
        limits.map { limit in
            let place = y(limit.value)
            let isHigh = place < Self.top + Self.labelHeight
            return """
                <text class="limit" x="\(number(Self.left + 4))" \
                y="\(number(isHigh ? place + 10 : place - 3))">\(HTML.escaped(limit.text))</text>

                """
        }
        .joined()
    }

    private var paths: String {
        lines.map { line in
            var path = ""
            var isOpen = false
            var single: [(x: Double, y: Double)] = []
            for (index, point) in line.points.enumerated() {
                guard let value = point.y else {
                    isOpen = false
                    continue
                }
                let next = index + 1 < line.points.count ? line.points[index + 1].y : nil
                if !isOpen, next == nil { single.append((point.x, value)) }
                path += "\(isOpen ? "L" : "M")\(number(x(point.x))) \(number(y(value)))"
                isOpen = true
            }
            let dots = single.map { dot in
                """
                <circle class="\(line.style)" cx="\(number(x(dot.x)))" cy="\(number(y(dot.y)))" \
                r="1.5"/>

                """
            }
            return "<path class=\"\(line.style)\" d=\"\(path)\"/>\n\(dots.joined())"
        }
        .joined()
    }

    /// Names beside the lines' ends, moved apart where they would cover each other.
    private var labels: String {
        var places = lines.compactMap { line -> (line: Line, y: Double)? in
            let there = line.points.filter { $0.y != nil }
            let point = there.last { $0.x <= namesAt } ?? there.last
            return point?.y.map { (line, y($0)) }
        }
        places.sort { $0.y < $1.y }
        var above = Self.top - Self.labelHeight
        for index in places.indices {
            places[index].y = max(places[index].y, above + Self.labelHeight)
            above = places[index].y
        }
        var below = Self.top + plotHeight + Self.labelHeight
        for index in places.indices.reversed() {
            places[index].y = min(places[index].y, below - Self.labelHeight)
            below = places[index].y
        }
        let start = number(Self.left + plotWidth + 5)
        return places.map { place in
            """
            <text class="name \(place.line.style)" x="\(start)" y="\(number(place.y + 3.5))">\
            \(HTML.escaped(place.line.name))</text>

            """
        }
        .joined()
    }

    /// Columns that show their values under a pointer, without a script.
    private var pointers: String {
        guard let longest = lines.max(by: { $0.points.count < $1.points.count }) else { return "" }
        let places = longest.points.map(\.x)
        var values: [Double: [String]] = [:]
        for line in lines {
            for point in line.points {
                guard let value = point.y else { continue }
                values[point.x, default: []].append("\(line.name) \(valueText(value))")
            }
        }
        return places.indices.map { index in
            guard let texts = values[places[index]] else { return "" }
            let here = x(places[index])
            let from = index == 0 ? here : (x(places[index - 1]) + here) / 2
            let to = index + 1 == places.count ? here : (x(places[index + 1]) + here) / 2
            let title = "\(placeText(places[index])): \(texts.joined(separator: ", "))"
            return """
                <rect class="point" x="\(number(from))" y="\(number(Self.top))" \
                width="\(number(max(1, to - from)))" height="\(number(plotHeight))">\
                <title>\(HTML.escaped(title))</title></rect>

                """
        }
        .joined()
    }
}
