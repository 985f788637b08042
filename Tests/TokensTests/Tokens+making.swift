@testable import Tokens

/// A secret of 64 bytes, long enough for every algorithm.
let secret = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/// The time at which the tests take place, in seconds since 1970.
let now: Int64 = 1_900_000_000

/// Signs any header and claims with HS256, right or wrong as they are.
func token(
    header: String = #"{"alg":"HS256","typ":"JWT"}"#,
    claims: String,
    secret: String = secret
) throws -> String {
    try token(header: Array(header.utf8), claims: Array(claims.utf8), secret: secret)
}

/// Signs any bytes with HS256.
func token(header: [UInt8], claims: [UInt8], secret: String = secret) throws -> String {
    let dot = UInt8(ascii: ".")
    let text = Base64URL.encode(header) + [dot] + Base64URL.encode(claims)
    let signature = try SharedSecret(secret).signature(of: text)
    return String(decoding: text + [dot] + Base64URL.encode(signature), as: UTF8.self)
}
