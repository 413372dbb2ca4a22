internal import COpenSSLShim
package import SecretMemory
internal import Synchronization

/// A PKCS#11 token, such as an HSM, that this process is logged in to (OASIS PKCS#11, version 2.40). Keys are made in
/// it and never leave it.
///
/// Calls block as long as the token needs. Up to 16 go on at a time; more wait for one of them.
@safe package final class KeyToken: Sendable {
    // The handle is written once, in the initializer, and freed once, in `deinit`. What changes behind it the shim
    // guards with a lock of its own.
    private nonisolated(unsafe) let handle: OpaquePointer
    /// Public halves by the ids of what was found; a key of a token never changes.
    private let known = Mutex<[[UInt8]: PublicKey]>([:])

    /// The label by which it was found.
    package let label: String

    /// Loads the module of the token's maker, and logs in.
    ///
    /// - Parameters:
    ///   - module: the path of a shared library, which then runs in this process.
    ///   - label: up to 32 bytes; one token alone may have it.
    ///   - pin: tried once; a wrong one counts in the token.
    /// - Throws: `CryptoError`, whose text says what is missing.
    package init(module: String, label: String, pin: SecretBytes) throws(CryptoError) {
        let handle = try unsafe pin.withBytes { (pin) throws(CryptoError) in
            try unsafe checkedHandle(.openToken) { handle, fault in
                unsafe pin.withUnsafeBufferPointer {
                    unsafe ossl_token_open(module, label, $0.baseAddress, $0.count, &handle, &fault)
                }
            }
        }
        unsafe self.handle = handle
        self.label = label
    }

    deinit { unsafe ossl_token_free(handle) }

    /// Makes a key pair, P-256 or P-384.
    ///
    /// - Parameters:
    ///   - id: finds it again.
    ///   - label: tells people what it is for.
    package func generate(_ kind: KeyKind, id: [UInt8], label: String) throws(CryptoError) -> TokenKey {
        let point = try unsafe checkedBytes(.generateInToken, capacity: Int(OSSL_TOKEN_POINT_BYTES_MAX)) {
            output, count, fault in
            unsafe ossl_token_generate(handle, kind.shimKind, id, id.count, label, output, &count, &fault)
        }
        return try keep(id, point, .generateInToken)
    }

    /// The key pair of this id, which was looked for in the token once.
    package func key(id: [UInt8]) throws(CryptoError) -> TokenKey {
        if let known = known.withLock({ $0[id] }) { return TokenKey(id: id, publicKey: known, token: self) }
        let point = try unsafe checkedBytes(.findInToken, capacity: Int(OSSL_TOKEN_POINT_BYTES_MAX)) {
            output, count, fault in
            unsafe ossl_token_find(handle, id, id.count, output, &count, &fault)
        }
        return try keep(id, point, .findInToken)
    }

    private func keep(_ id: [UInt8], _ point: [UInt8], _ operation: CryptoOperation) throws(CryptoError) -> TokenKey {
        guard let publicKey = try? PublicKey(point: Self.bare(point)) else {
            throw CryptoError(operation, CryptoFault("the token's public key is no point of P-256 or P-384"))
        }
        known.withLock { $0[id] = publicKey }
        return TokenKey(id: id, publicKey: publicKey, token: self)
    }

    /// Tokens have the point in an OCTET STRING, as the standard says, or bare.
    private static func bare(_ point: [UInt8]) -> [UInt8] {
        var reader = DERReader(point)
        guard let inside = try? reader.element(.octetString).content, reader.isAtEnd, inside.first == 0x04 else {
            return point
        }
        return [UInt8](inside)
    }

    /// Signs a digest: r ‖ s at full width.
    fileprivate func sign(digest: [UInt8], id: [UInt8]) throws(CryptoError) -> [UInt8] {
        try unsafe checkedBytes(.signInToken, capacity: Int(OSSL_SIGNATURE_BYTES_MAX)) { output, count, fault in
            unsafe ossl_token_sign(handle, id, id.count, digest, digest.count, output, &count, &fault)
        }
    }
}

/// A key pair whose private half lies in a token.
package final class TokenKey: SigningKey {
    /// Finds it in the token.
    package let id: [UInt8]
    package let publicKey: PublicKey
    private let token: KeyToken

    fileprivate init(id: [UInt8], publicKey: PublicKey, token: KeyToken) {
        self.id = id
        self.publicKey = publicKey
        self.token = token
    }

    /// Has the token sign the digest, which is made here.
    package func sign(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        let isLarge = publicKey.kind == .p384
        let numbers = try token.sign(digest: isLarge ? SHA384.hash(bytes) : SHA256.hash(bytes), id: id)
        guard let der = ECDSASignature.der(fromFixedWidth: numbers, coordinateCount: isLarge ? 48 : 32) else {
            throw CryptoError(.signInToken, CryptoFault("the token's signature has \(numbers.count) bytes"))
        }
        return der
    }
}
