/// The values that one object has under a few known keys.
struct JSONFields {
    private let keys: [String]
    private let values: [JSONText?]

    /// Looks `keys` up in `object`; of a key that comes twice the last value counts, as for every
    /// official library.
    ///
    /// Nil when `object` is no object.
    init?(_ object: JSONText, _ keys: [String]) {
        guard object.isObject else { return nil }
        let bytes = object.bytes
        var places = [Range<Int>?](repeating: nil, count: keys.count)
        do throws(MalformedJSON) {
            _ = try JSONScanner.endOfObject(bytes.span, from: 0) { key, value in
                for index in keys.indices
                where JSONScanner.key(bytes.span, key, is: keys[index]) {
                    places[index] = value
                }
            }
        } catch {
            return nil
        }
        self.keys = keys
        self.values = places.map { place in
            place.map { JSONText(trusted: Array(bytes[$0])) }
        }
    }

    /// The value under `key`, one of those looked up; nil when the object lacks it.
    subscript(_ key: String) -> JSONText? {
        guard let index = keys.firstIndex(of: key) else {
            preconditionFailure("a field is read that was not looked up")
        }
        return values[index]
    }
}
