/// Feeds texts to the reader of key sets, and holds what it takes to what keys need.
///
/// Compiled together with the sources of Wire and the readers of Tokens; see `Fuzz/run`.
@c(LLVMFuzzerTestOneInput)
public func fuzzKeySet(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    _ = PEMBlock.all(in: String(decoding: bytes, as: UTF8.self))
    guard let set = try? JSONWebKeySet(bytes) else { return 0 }
    precondition(JSONText(validating: bytes) != nil, "a set that is no JSON")
    precondition(set.keys.count + set.skippedCount <= JSONWebKeySet.keyCountMax, "too many keys")
    for key in set.keys {
        precondition((key.kid ?? "").utf8.count <= TokenHeader.kidByteCountMax, "a long name")
        switch key.parts {
        case .rsa(let modulus, let exponent):
            precondition(!modulus.isEmpty && !exponent.isEmpty && modulus.count <= 1_025, "no RSA")
        case .p256(let x, let y): precondition(x.count == 32 && y.count == 32, "no point")
        case .ed25519(let x): precondition(x.count == 32, "no point")
        case .secret(let secret): precondition(!secret.isEmpty, "no secret")
        }
    }
    return 0
}
