internal import CLibPQ

/// What one statement gave back, in text form.
///
/// The values stay in libpq's memory and are read in place. An index out of range is a programmer's
/// error and stops the process.
@safe public final class Rows {
    /// The number of rows; zero for a statement that returns none.
    public let count: Int
    /// The number of columns.
    public let columnCount: Int
    private let handle: OpaquePointer

    /// Takes the PGresult over; it is freed with this object.
    init(owning handle: OpaquePointer) {
        unsafe self.handle = handle
        count = unsafe Int(PQntuples(handle))
        columnCount = unsafe Int(PQnfields(handle))
    }

    deinit {
        unsafe PQclear(handle)
    }

    /// The command's tag, for example `INSERT 0 3`.
    public var commandTag: String {
        unsafe PQcmdStatus(handle).map { unsafe String(cString: $0) } ?? ""
    }

    /// The rows the statement inserted, changed, deleted or returned; nil where it counts none.
    public var affectedCount: Int? {
        unsafe PQcmdTuples(handle).flatMap { unsafe Int(String(cString: $0)) }
    }

    /// The value as text, nil when it is NULL.
    public subscript(row: Int, column: Int) -> String? {
        withBytes(row, column) { bytes in
            unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        }
    }

    /// Copies the bytes of a value.
    ///
    /// - Parameters:
    ///   - row: The row, from 0.
    ///   - column: The column, from 0.
    /// - Returns: The value's text in UTF-8, nil when it is NULL.
    public func bytes(_ row: Int, _ column: Int) -> [UInt8]? {
        withBytes(row, column) { bytes in
            unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
        }
    }

    /// Reads a value where it lies, without a copy.
    ///
    /// - Parameters:
    ///   - row: The row, from 0.
    ///   - column: The column, from 0.
    ///   - body: Called with the value's text in UTF-8, unless it is NULL.
    /// - Returns: What `body` returned, nil when the value is NULL.
    /// - Throws: What `body` threw.
    public func withBytes<R, E: Error>(
        _ row: Int,
        _ column: Int,
        _ body: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R? {
        guard !isNull(row, column), let start = unsafe PQgetvalue(handle, Int32(row), Int32(column))
        else { return nil }
        let length = unsafe Int(PQgetlength(handle, Int32(row), Int32(column)))
        let buffer = unsafe UnsafeRawBufferPointer(start: start, count: length)
        // The span ends with the call; the bytes live as long as `self`.
        let answer = try unsafe body(buffer.assumingMemoryBound(to: UInt8.self).span)
        return withExtendedLifetime(self) { answer }
    }

    /// Reads a whole number without making a string of it.
    ///
    /// - Parameters:
    ///   - row: The row, from 0.
    ///   - column: The column, from 0.
    /// - Returns: The number; nil when the value is NULL or no decimal number of 64 bits.
    public func integer(_ row: Int, _ column: Int) -> Int64? {
        withBytes(row, column, Self.integer) ?? nil
    }

    /// Reads a boolean.
    ///
    /// - Parameters:
    ///   - row: The row, from 0.
    ///   - column: The column, from 0.
    /// - Returns: True for `t`, false for `f`, nil for everything else.
    public func boolean(_ row: Int, _ column: Int) -> Bool? {
        let answer: Bool?? = withBytes(row, column) { bytes in
            guard bytes.count == 1 else { return nil }
            return switch bytes[0] {
            case UInt8(ascii: "t"): true
            case UInt8(ascii: "f"): false
            default: nil
            }
        }
        return answer ?? nil
    }

    /// Whether a value is NULL.
    ///
    /// - Parameters:
    ///   - row: The row, from 0.
    ///   - column: The column, from 0.
    /// - Returns: True when it is.
    public func isNull(_ row: Int, _ column: Int) -> Bool {
        precondition(row >= 0 && row < count, "row \(row) of \(count)")
        precondition(column >= 0 && column < columnCount, "column \(column) of \(columnCount)")
        return unsafe PQgetisnull(handle, Int32(row), Int32(column)) == 1
    }

    /// Names a column.
    ///
    /// - Parameter column: The column, from 0.
    /// - Returns: The name the statement gave it.
    public func columnName(_ column: Int) -> String {
        precondition(column >= 0 && column < columnCount, "column \(column) of \(columnCount)")
        return unsafe PQfname(handle, Int32(column)).map { unsafe String(cString: $0) } ?? ""
    }

    private static func integer(_ bytes: Span<UInt8>) -> Int64? {
        var index = 0
        let isNegative = bytes.count > 0 && bytes[0] == UInt8(ascii: "-")
        if isNegative { index = 1 }
        guard index < bytes.count else { return nil }
        var value: Int64 = 0
        while index < bytes.count {
            let digit = Int64(bytes[index]) - Int64(UInt8(ascii: "0"))
            guard (0...9).contains(digit) else { return nil }
            let (product, isTooBig) = value.multipliedReportingOverflow(by: 10)
            let (sum, isFull) = product.addingReportingOverflow(isNegative ? -digit : digit)
            guard !isTooBig, !isFull else { return nil }
            value = sum
            index += 1
        }
        return value
    }
}
