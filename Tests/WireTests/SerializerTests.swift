import Testing

@testable import Wire

@Suite struct SerializerTests {
    @Test(
        "The version in the URL chooses the serializer",
        arguments: [
            (nil, .v1), ("1.0.0", .v1), ("1.0.7", .v1), ("2.0.0", .v2), ("2.0.12", .v2),
        ] as [(String?, Serializer)]
    )
    func known(vsn: String?, serializer: Serializer) {
        #expect(Serializer(vsn: vsn) == serializer)
    }

    @Test(
        "Any other version has no serializer",
        arguments: [
            "", "1", "2", "1.0", "2.0.", "2.0.x", "2.0.0 ", " 2.0.0", "2.1.0", "3.0.0", "02.0.0",
            "2.0.0-rc", "2.0.٣",
        ]
    )
    func unknown(vsn: String) {
        #expect(Serializer(vsn: vsn) == nil)
    }
}
