import Development
import FoundationEssentials
import TestSupport

extension DatabaseTemplate {
    /// A migrated database with the demonstration domain, its rules, triggers and people.
    static let demonstration = DatabaseTemplate("gateway_demonstration") { dsn in
        try DemonstrationDatabase(folder: Checkout.topics) { _ in dsn }.prepare()
    }
}

/// Where the files of this checkout are.
enum Checkout {
    static let root = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()
    static let topics = root + "/topics"
}
