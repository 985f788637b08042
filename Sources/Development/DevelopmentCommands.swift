/// The ready-made commands that `waypost dev` prints and its page shows.
public struct DevelopmentCommands: Sendable, Equatable {
    /// Watches the first trip as the first person, in a terminal.
    public let watch: String

    /// Changes the first trip.
    public let change: String

    init(program: String, url: String, socketFolder: String, content: DemonstrationPeople) {
        let trip = content.trips.first?.id ?? "1"
        let token = content.people.first?.token ?? ""
        watch = "\(program) tail trip:\(trip) --url \(url) --token \(token)"
        change =
            "psql -h \(socketFolder) -U postgres -d \(DemonstrationDatabase.name) "
            + #"-c "update trips set name = name || '!' where id = \#(trip)""#
    }
}
