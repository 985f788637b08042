extension ConfigurationKey {
    /// Topic files.
    var topicsEntry: (Value, String) {
        (
            .text(""),
            "The folder with topic files (`*.yaml`, see `docs/TOPICS.md`); not set, there are none."
        )
    }
}
