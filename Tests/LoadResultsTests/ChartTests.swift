import Testing

@testable import LoadResults

@Suite struct ChartTests {
    private func chart(_ lines: [Chart.Line]) -> Chart {
        Chart(
            title: "A <title>",
            note: "note",
            horizontal: .time(from: 0, to: 10),
            vertical: .linear(upTo: 10, text: Figures.plain),
            lines: lines,
            valueText: { Figures.plain($0) }
        )
    }

    @Test("A missing value breaks a line, and a value alone is a dot")
    func gaps() {
        let points: [(x: Double, y: Double?)] = [
            (0, 1), (1, 2), (2, nil), (3, 4), (4, nil), (5, 6), (6, 7),
        ]
        let html = chart([Chart.Line(name: "line", style: "a", points: points)]).html
        let path = html.split(separator: "<path").last?.split(separator: "/>").first ?? ""
        #expect(path.count { $0 == "M" } == 3)
        #expect(path.count { $0 == "L" } == 2)
        #expect(html.split(separator: "<circle").count == 2)
    }

    @Test("Names stand apart where lines end together, and inside the drawing")
    func labels() throws {
        let lines = (0..<5).map {
            Chart.Line(name: "n\($0)", style: "a", points: [(0, 0), (10, Double($0) / 100)])
        }
        let places = chart(lines).html.split(separator: "class=\"name").dropFirst()
            .compactMap { $0.split(separator: " y=\"").dropFirst().first }
            .compactMap { Double($0.prefix { $0 != "\"" }) }.sorted()
        try #require(places.count == 5)
        for (above, below) in zip(places, places.dropFirst()) { #expect(below - above >= 11.9) }
        #expect(places[0] > 0 && places[4] < 206)
    }

    @Test("A name stands where its line was when it was measured, not where it fell to at the end")
    func namesAtMeasurement() {
        var late = chart([Chart.Line(name: "n", style: "a", points: [(0, 10), (9, 10), (10, 0)])])
        let atEnd = late.html
        late.namesAt = 9
        #expect(atEnd.contains("y=\"187.5\">n</text>"))
        #expect(late.html.contains("y=\"13.5\">n</text>"))
    }

    @Test("A chart says in words what it shows, and shows values under a pointer")
    func words() {
        let html = chart([Chart.Line(name: "a&b", style: "a", points: [(0, 1), (10, 7)])]).html
        #expect(html.contains("aria-label=\"A &lt;title&gt;: a&amp;b from 1 to 7.\""))
        #expect(html.contains("<title>0:10: a&amp;b 7</title>"))
        #expect(chart([]).html.contains("no values"))
    }

    @Test(
        "A long run has few points, and none of its worst is lost",
        arguments: [1, 150, 151, 3_607]
    )
    func timeLine(count: Int) {
        let line = TimeLine(Array(-5..<(count - 5)))
        let values = (-5..<(count - 5)).map { (second: $0, value: $0 == count / 2 ? 900.0 : 1) }
        let worst = line.points(values, .greatest)
        #expect(worst.count <= TimeLine.pointCountMax)
        #expect(worst.compactMap(\.y).max() == (count / 2 < count - 5 ? 900 : 1))
        #expect(line.points(values, .mean).compactMap(\.y).allSatisfy { $0 >= 1 })
        #expect(line.points([], .mean).compactMap(\.y).isEmpty)
    }
}
