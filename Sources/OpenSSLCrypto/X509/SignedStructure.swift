/// The outer form that certificates, requests and revocation lists share: SEQUENCE { to be signed, algorithm,
/// signature } (RFC 5280, section 4.1.1).
package enum SignedStructure {
    /// Joins what was signed, the algorithm and the signature.
    package static func assemble(
        tbs: [UInt8], algorithm: SignatureAlgorithm, signature: [UInt8]
    ) -> [UInt8] {
        var writer = DERWriter(capacity: tbs.count + signature.count + 32)
        writer.sequence { sequence in
            sequence.append(tbs)
            sequence.append(algorithm.identifierDER)
            sequence.bitString(signature)
        }
        return writer.bytes
    }

    /// Signs and joins.
    ///
    /// - Throws: `CryptoError` if libcrypto or its random source fails.
    package static func sign(tbs: [UInt8], with key: any SigningKey) throws(CryptoError) -> [UInt8] {
        assemble(tbs: tbs, algorithm: key.publicKey.kind.signatureAlgorithm, signature: try key.sign(tbs))
    }

    /// The three parts, as slices of the input.
    struct Parts {
        let tbs: ArraySlice<UInt8>
        let algorithmDER: ArraySlice<UInt8>
        let signature: ArraySlice<UInt8>
    }

    /// Takes one such structure apart, to its last byte.
    static func split(_ der: [UInt8]) throws(DERError) -> Parts {
        var reader = DERReader(der)
        var sequence = try reader.constructed()
        try reader.finish()
        let tbs = try sequence.element(.sequence).encoded
        let algorithm = try sequence.element(.sequence).encoded
        let signature = try sequence.octetsOfBitString()
        try sequence.finish()
        return Parts(tbs: tbs, algorithmDER: algorithm, signature: signature)
    }
}
