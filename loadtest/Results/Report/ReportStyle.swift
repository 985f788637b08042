/// The page's style: light, dark, and on paper.
enum ReportStyle {
    static let text = """
        :root {
          color-scheme: light dark;
          --text: #1b1f24; --quiet: #57616b; --ground: #fbfbf9; --card: #ffffff; --line: #d9dcdd;
          --grid: #e8eaea; --aside: #f1f1ed;
          --good: #17693a; --bad: #a31621; --doubt: #7a5200;
          --good-ground: #edf6f0; --bad-ground: #fcf0f0; --doubt-ground: #fbf4e4;
          --a: #0b5cad; --b: #b8510a; --c: #6b3fa0; --d: #2f7d5b; --e: #6c757d;
          --s1: #0d7a80; --s2: #0b4f96; --s3: #0b4f96; --s4: #656d75;
        }
        @media screen and (prefers-color-scheme: dark) {
          :root {
            --text: #e6e8ea; --quiet: #a0aab4; --ground: #14171a; --card: #1b1f23; --line: #373d43;
            --grid: #2a2f34; --aside: #23272b;
            --good: #6fcf97; --bad: #ff8f8f; --doubt: #f2c46d;
            --good-ground: #16271d; --bad-ground: #2d1a1b; --doubt-ground: #2a2313;
            --a: #7db4f0; --b: #f0a061; --c: #bfa0ea; --d: #76c9a2; --e: #9aa4ad;
            --s1: #45aab0; --s2: #9cc8f7; --s3: #9cc8f7; --s4: #949ea7;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0 auto; padding: 2rem 1.5rem 3rem; max-width: 66rem;
          color: var(--text); background: var(--ground);
          font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
          font-variant-numeric: tabular-nums;
        }
        h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; letter-spacing: -.01em; }
        h2 { font-size: 1.05rem; margin: 2.25rem 0 .6rem; }
        p { margin: 0 0 .75rem; }
        .over { color: var(--quiet); font-size: .85rem; margin: 0 0 .25rem; }
        .over span::before { content: "· "; }
        .lead { color: var(--quiet); margin: .25rem 0 1.25rem; }
        .quiet, small { color: var(--quiet); font-size: .85rem; }
        code { font: .875em/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }

        .verdict {
          display: grid; grid-template-columns: max-content 1fr; gap: 0 1.5rem;
          align-items: baseline;
          border: 1px solid; border-left-width: .5rem; border-radius: .4rem; padding: 1rem 1.25rem;
        }
        .verdict p { margin: 0; }
        .verdict .word { font-size: 1.75rem; font-weight: 700; line-height: 1.25; }
        .verdict .headline { font-size: 1.1rem; color: var(--text); }
        .verdict ul { margin: .4rem 0 0; padding: 0 0 0 1.1rem; color: var(--text); }
        .verdict.good { color: var(--good); background: var(--good-ground); }
        .verdict.bad { color: var(--bad); background: var(--bad-ground); }
        .verdict.doubt { color: var(--doubt); background: var(--doubt-ground); }

        .tiles {
          display: flex; flex-wrap: wrap; gap: 1px;
          margin: 1rem 0 0; background: var(--line); border: 1px solid var(--line);
          border-radius: .4rem; overflow: hidden;
        }
        .tile { flex: 1 1 9.5rem; background: var(--card); padding: .7rem 1rem .8rem; }
        .tile dt { color: var(--quiet); font-size: .85rem; }
        .tile dd { margin: 0; font-size: 1.4rem; font-weight: 600; line-height: 1.3; }
        .tile small { display: block; font-size: .8rem; font-weight: 400; line-height: 1.4; }

        .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 2rem; align-items: start; }
        .pair > section { min-width: 0; }
        .table { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; }
        th, td { text-align: left; padding: .35rem .75rem .35rem 0; vertical-align: baseline; }
        th:last-child, td:last-child { padding-right: 0; }
        thead th {
          color: var(--quiet); font-weight: 500; font-size: .85rem;
          border-bottom: 1px solid var(--line);
        }
        tbody th { font-weight: 400; }
        tbody tr + tr > * { border-top: 1px solid var(--grid); }
        .n { text-align: right; white-space: nowrap; }
        th small { display: block; font-size: .8rem; }
        .good { color: var(--good); }
        .bad { color: var(--bad); }
        .doubt { color: var(--doubt); }
        td > .bad, td > .doubt { font-weight: 600; }
        td > span { white-space: nowrap; }
        .narrow { max-width: 36rem; }
        .table + .quiet { margin-top: .6rem; }
        .examples { padding-left: 2rem; margin: 0 0 .75rem; overflow-wrap: anywhere; }

        main > section > dl {
          display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; margin: 0;
          font-size: .9rem;
        }
        section dt { color: var(--quiet); }
        section dd { margin: 0; overflow-wrap: anywhere; }

        .charts { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; margin-bottom: .6rem; }
        figure {
          margin: 0; padding: .7rem .75rem .4rem; min-width: 0;
          background: var(--card); border: 1px solid var(--line); border-radius: .4rem;
        }
        figcaption { font-size: .9rem; margin: 0 0 .35rem; }
        figcaption strong { font-weight: 600; }
        figcaption span { color: var(--quiet); font-size: .8rem; margin-left: .25rem; }
        svg { display: block; width: 100%; height: auto; overflow: visible; }
        svg text { font-size: 10.5px; fill: var(--quiet); }
        svg .end { text-anchor: end; }
        svg .middle { text-anchor: middle; }
        svg .grid { stroke: var(--grid); stroke-width: 1; }
        svg .axis, svg .tick { stroke: var(--quiet); stroke-width: .8; }
        svg .aside { fill: var(--aside); }
        svg path { fill: none; stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round; }
        svg circle { stroke: none; }
        svg line.limit { stroke: var(--bad); stroke-width: 1; stroke-dasharray: 2 3; }
        svg text.limit {
          fill: var(--bad); font-size: 9.5px; stroke: var(--card); stroke-width: 3px;
          paint-order: stroke;
        }
        svg .point { fill: var(--text); fill-opacity: 0; }
        svg .point:hover { fill-opacity: .08; }
        svg .name { font-weight: 600; }
        \(lineStyles)
        @media (max-width: 44rem) {
          body { padding: 1rem .9rem 2rem; }
          .charts, .pair { grid-template-columns: minmax(0, 1fr); }
          .verdict { grid-template-columns: 1fr; }
          main > section > dl { grid-template-columns: 1fr; gap: 0; }
          section dd { margin-bottom: .5rem; }
        }
        @page { size: A4; margin: 14mm 13mm; }
        @media print {
          :root { color-scheme: light; --ground: #fff; }
          body { padding: 0; max-width: none; font-size: 9.5pt; }
          .verdict, .tiles, .charts {
            -webkit-print-color-adjust: exact; print-color-adjust: exact;
          }
          .charts { gap: .6rem; }
          .tiles { flex-wrap: nowrap; }
          .tile { flex-basis: 0; padding: .5rem .6rem .6rem; }
          .tile dd { font-size: 1.15rem; white-space: nowrap; }
          .tile small { font-size: .72rem; white-space: normal; }
          figcaption { white-space: nowrap; }
          figcaption span { font-size: .7rem; }
          figure, tr, .verdict, .tiles, .pair > section, dl { break-inside: avoid; }
          h2 { break-after: avoid; margin-top: 1.2rem; }
          svg .point { display: none; }
          svg text { font-size: 11.5px; }
        }

        """

    /// Lines differ by dashes too, for eyes and printers without colours.
    private static let lineStyles = [
        ("a", ""), ("b", "7 3"), ("c", "2 3"), ("d", "8 3 2 3"), ("e", "3 3"), ("bad", ""),
        ("s1", ""), ("s2", ""), ("s3", "4 3"), ("s4", "1 3"),
    ].map { name, dashes in
        let dash = dashes.isEmpty ? "" : " stroke-dasharray: \(dashes);"
        return """
            svg path.\(name) { stroke: var(--\(name));\(dash) }
            svg circle.\(name), svg text.\(name) { fill: var(--\(name)); }
            """
    }
    .joined(separator: "\n")
}
