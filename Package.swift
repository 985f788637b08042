// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

// Libraries of others. What each is for stands in CONTRIBUTING.md.
let argumentParser = library("ArgumentParser", of: "swift-argument-parser")
let configuration = library("Configuration", of: "swift-configuration")
let coreMetrics = library("CoreMetrics", of: "swift-metrics")
let crypto = library("Crypto", of: "swift-crypto")
let cryptoExtras = library("CryptoExtras", of: "swift-crypto")
let histogram = library("Histogram", of: "hdrhistogram-swift")
let logging = library("Logging", of: "swift-log")
let subprocess = library("Subprocess", of: "swift-subprocess")
let systemPackage = library("SystemPackage", of: "swift-system")
let unixSignals = library("UnixSignals", of: "swift-service-lifecycle")
let yams = library("Yams", of: "Yams")

let package = Package(
    name: "waypost",
    products: [.executable(name: "waypost", targets: ["WaypostCLI"])],
    dependencies: [
        // Exact versions: Package.resolved stays out of the repository.
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(
            url: "https://github.com/apple/swift-configuration",
            exact: "1.4.0",
            traits: [.defaults, "YAML", "Logging"]
        ),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    ],
    targets: [
        // C libraries, each imported by one target.
        .systemLibrary(name: "CLibEpoll"),
        .systemLibrary(name: "CLibEv", providers: [.apt(["libev-dev"])]),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLibSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CLibWebSockets",
            pkgConfig: "libwebsockets",
            providers: [.apt(["libwebsockets-dev", "libwebsockets-evlib-ev"])]
        ),

        // Pure, and the ground.
        target("Wire", []),
        target("Topics", []),
        target("Locking", []),
        target("Changes", ["Wire", "Topics"]),
        target("Presence", ["Wire", "Topics"]),
        target("Hub", ["Wire", "Topics", "Presence", "Locking"]),
        target("Observation", ["Locking", logging, coreMetrics, systemPackage]),
        target("Tokens", ["Wire", crypto, cryptoExtras]),

        // Files.
        target("TopicFiles", ["Topics", yams]),

        // The database.
        target("Postgres", ["CLibPQ", "Locking"]),
        target("Outbox", ["Postgres", "Topics", "Locking", "Observation"]),
        target("PublishedTables", ["Changes", "Postgres", "Topics", "Wire"]),
        target("TopicSchema", ["Postgres", "PublishedTables", "Topics", "Wire"]),
        target("Authorization", ["Postgres", "Topics", "Locking", "Observation"]),
        target("RowSecurity", ["Changes", "Observation", "Postgres", "Topics", "Wire"]),

        // The connections.
        target("WebSocketServer", ["CLibWebSockets", "CLibEv", "Wire", "Locking"]),
        target("WebSocketClient", ["CLibEpoll", "CLibSSL", "Wire"]),

        // The whole.
        target(
            "Gateway",
            [
                "Authorization", "Changes", "Hub", "Locking", "Observation", "Outbox", "Postgres",
                "Presence", "PublishedTables", "RowSecurity", "Tokens", "TopicFiles", "TopicSchema",
                "Topics", "WebSocketClient", "WebSocketServer", "Wire", configuration,
                logging, systemPackage, unixSignals, yams,
            ]
        ),
        target("PostgresCluster", [subprocess, systemPackage]),
        target(
            "Development",
            [
                "Gateway", "Locking", "Observation", "Outbox", "Postgres", "PostgresCluster",
                "Tokens", "TopicFiles", "TopicSchema", "Topics", "Wire",
            ],
            resources: [.embedInCode("Page/index.html"), .embedInCode("Page/page.js")]
        ),
        .executableTarget(
            name: "WaypostCLI",
            dependencies: [
                "Development", "Gateway", "Observation", "Outbox", "Postgres", "PostgresCluster",
                "PublishedTables", "Tokens", "TopicFiles", "TopicSchema", "Topics",
                "WebSocketClient", "Wire", argumentParser,
            ],
            swiftSettings: settings
        ),

        // Processes under measurement, for benchmarks and the load tool.
        .target(
            name: "Measuring",
            dependencies: ["WebSocketClient", "Wire", subprocess, systemPackage],
            path: "Benchmarks/Measuring",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "Authorization", "Changes", "Development", "Locking", "Measuring", "Outbox",
                "Postgres", "PostgresCluster", "RowSecurity", "Tokens", "Topics",
                "WebSocketClient", "Wire", argumentParser, subprocess, systemPackage,
            ],
            path: "Benchmarks",
            exclude: ["Budgets", "Floor", "Measuring"],
            swiftSettings: settings
        ),

        // The load tool: pure parts, the generator, the command.
        loadTarget("LoadChecks", "Checks", []),
        loadTarget("LoadScenarios", "Scenarios", [yams]),
        loadTarget("LoadResults", "Results", ["LoadChecks", histogram]),
        loadTarget(
            "LoadGenerator",
            "Generator",
            [
                "LoadChecks", "LoadResults", "LoadScenarios", "Locking", "Postgres", "Tokens",
                "WebSocketClient", "Wire",
            ]
        ),
        .executableTarget(
            name: "loadtest",
            dependencies: [
                "Development", "Gateway", "LoadChecks", "LoadGenerator", "LoadResults",
                "LoadScenarios", "Locking", "Measuring", "Postgres", "PostgresCluster", "Tokens",
                "WebSocketClient", "WebSocketServer", "Wire", argumentParser, subprocess,
                systemPackage, unixSignals,
            ],
            path: "loadtest/Command",
            swiftSettings: settings
        ),

        // Tests.
        .executableTarget(
            name: "EchoNode",
            dependencies: ["WebSocketServer", "Wire"],
            path: "Tests/EchoNode",
            swiftSettings: settings
        ),
        .target(
            name: "TestSupport",
            dependencies: [
                "Locking", "Postgres", "PostgresCluster", "TopicFiles", "TopicSchema", "Topics",
            ],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        testsOf(
            "Authorization",
            with: ["Locking", "Observation", "Outbox", "Postgres", "TestSupport", "Topics"]
        ),
        testsOf("Changes", with: ["Postgres", "TestSupport", "Topics", "Wire"]),
        testsOf("Development", with: ["Gateway", "Postgres", "TestSupport", "Tokens"]),
        testsOf(
            "Gateway",
            with: [
                "Development", "Hub", "Locking", "Observation", "Outbox", "Postgres",
                "PostgresCluster", "TestSupport", "Tokens", "TopicFiles", "TopicSchema", "Topics",
                "WebSocketClient", "Wire",
            ]
        ),
        testsOf("Hub", with: ["Locking", "Presence", "Topics", "Wire"]),
        testsOf("LoadChecks"),
        testsOf(
            "LoadGenerator",
            with: [
                "Development", "Gateway", "LoadChecks", "LoadResults", "LoadScenarios", "Locking",
                "Postgres", "TestSupport", "Tokens", "WebSocketClient", "WebSocketServer", "Wire",
            ]
        ),
        testsOf("LoadResults", with: ["LoadChecks"]),
        testsOf(
            "LoadScenarios",
            with: ["LoadChecks", "Outbox", "Postgres", "TestSupport", "Topics"]
        ),
        testsOf("Locking"),
        testsOf("Observation", with: ["Locking", coreMetrics, logging]),
        testsOf(
            "Outbox",
            with: [
                "Locking", "Observation", "Postgres", "PostgresCluster", "TestSupport", "Topics",
            ]
        ),
        testsOf("Postgres", with: ["Locking", "PostgresCluster", "TestSupport"]),
        testsOf("PostgresCluster", with: ["Locking", "Postgres", "TestSupport", subprocess]),
        testsOf("Presence", with: ["Topics", "Wire"]),
        testsOf(
            "RowSecurity",
            with: [
                "Changes", "Locking", "Observation", "Outbox", "Postgres", "PostgresCluster",
                "TestSupport", "Topics", "Wire",
            ]
        ),
        testsOf(
            "PublishedTables",
            with: ["Changes", "Outbox", "Postgres", "TestSupport", "Topics"]
        ),
        testsOf("TestSupport", with: ["Locking", "Postgres", "PostgresCluster"]),
        testsOf("Tokens"),
        testsOf("TopicFiles", with: ["Topics"]),
        testsOf(
            "TopicSchema",
            with: [
                "Locking", "Outbox", "Postgres", "PublishedTables", "TestSupport", "TopicFiles",
                "Topics",
            ]
        ),
        testsOf("Topics", with: ["Outbox", "Postgres", "TestSupport", "TopicSchema"]),
        testsOf(
            "loadtest",
            with: ["LoadChecks", "LoadGenerator", "LoadResults", "LoadScenarios", argumentParser]
        ),
        testsOf("WebSocketClient", with: ["Wire"]),
        testsOf("WebSocketServer", with: ["Locking", "Wire"]),
        testsOf("Wire"),
        testsOf(
            "WaypostCLI",
            with: [
                "Development", "Locking", "Postgres", "TestSupport", "Tokens", "WebSocketClient",
                "Wire",
            ]
        ),
        .testTarget(name: "RepositoryTests", swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)

// Only some targets and what they need, where a whole build would be waste, as in `.ci/run`.
if let wanted = Context.environment["WAYPOST_TARGETS"] {
    var names = Set(wanted.split(separator: " ").map(String.init))
    var isGrowing = true
    while isGrowing {
        let count = names.count
        for target in package.targets where names.contains(target.name) {
            for case .byNameItem(let name, _) in target.dependencies { names.insert(name) }
        }
        isGrowing = names.count > count
    }
    package.targets.removeAll { !names.contains($0.name) }
    package.products = []
}

func library(_ name: String, of package: String) -> Target.Dependency {
    .product(name: name, package: package)
}

func target(
    _ name: String,
    _ dependencies: [Target.Dependency],
    resources: [Resource]? = nil
) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        resources: resources,
        swiftSettings: settings
    )
}

func loadTarget(
    _ name: String,
    _ folder: String,
    _ dependencies: [Target.Dependency]
) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        path: "loadtest/\(folder)",
        swiftSettings: settings
    )
}

func testsOf(_ name: String, with others: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.byName(name: name)] + others,
        swiftSettings: settings
    )
}
