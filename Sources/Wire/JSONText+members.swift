extension JSONText {
    /// The same object with only some of its members, each as it was written.
    ///
    /// The text is looked at once, and nothing is decoded but keys that have escapes.
    ///
    /// - Parameter isKept: Says by its key whether a member stays.
    /// - Returns: The object; the value itself where it is none.
    public func keepingMembers(where isKept: (String) -> Bool) -> JSONText {
        guard isObject else { return self }
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        kept.append(.openBrace)
        do throws(MalformedJSON) {
            _ = try JSONScanner.endOfObject(bytes.span, from: 0) { key, value in
                guard isKept(JSONQuoting.text(bytes, key)) else { return }
                if kept.count > 1 { kept.append(.comma) }
                kept.append(contentsOf: bytes[key])
                kept.append(.colon)
                kept.append(contentsOf: bytes[value])
            }
        } catch {
            return .emptyObject
        }
        kept.append(.closeBrace)
        return JSONText(trusted: kept)
    }

    /// The same object with other values under some of its keys, each member as it was written.
    ///
    /// - Parameters:
    ///   - keys: The keys whose values change.
    ///   - change: Answers the new value from the old one.
    /// - Returns: The object; the value itself where it is none.
    public func changingMembers(
        _ keys: Set<String>,
        _ change: (JSONText) -> JSONText
    ) -> JSONText {
        guard isObject else { return self }
        var changed: [UInt8] = []
        changed.reserveCapacity(bytes.count)
        changed.append(.openBrace)
        do throws(MalformedJSON) {
            _ = try JSONScanner.endOfObject(bytes.span, from: 0) { key, value in
                if changed.count > 1 { changed.append(.comma) }
                changed.append(contentsOf: bytes[key])
                changed.append(.colon)
                if keys.contains(JSONQuoting.text(bytes, key)) {
                    changed += change(JSONText(trusted: Array(bytes[value]))).bytes
                } else {
                    changed.append(contentsOf: bytes[value])
                }
            }
        } catch {
            return .emptyObject
        }
        changed.append(.closeBrace)
        return JSONText(trusted: changed)
    }

    /// The keys of an object, in the order written; none of any other value.
    public var memberKeys: [String] {
        guard isObject else { return [] }
        var keys: [String] = []
        _ = try? JSONScanner.endOfObject(bytes.span, from: 0) { key, _ in
            keys.append(JSONQuoting.text(bytes, key))
        }
        return keys
    }
}
