/// A signature algorithm of X.509 that is accepted. RSA is PKCS#1 v1.5, or PSS with SHA-256 where others sign; ECDSA
/// signatures are DER.
package enum SignatureAlgorithm: Hashable, Sendable, CaseIterable {
    case ecdsaSHA256, ecdsaSHA384, ecdsaSHA512
    case rsaSHA256, rsaSHA384, rsaSHA512
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes: verified, never made here.
    case rsaPSSSHA256
    case ed25519

    /// The AlgorithmIdentifier in DER, in its one right form: parameters absent for ECDSA and Ed25519 (RFC 5758,
    /// section 3.2; RFC 8410, section 3), NULL for RSA (RFC 4055, section 5), all that differs from the defaults for
    /// PSS (the same, section 3.1).
    package var identifierDER: [UInt8] {
        switch self {
        case .ecdsaSHA256: Self.identifiers.ecdsaSHA256
        case .ecdsaSHA384: Self.identifiers.ecdsaSHA384
        case .ecdsaSHA512: Self.identifiers.ecdsaSHA512
        case .rsaSHA256: Self.identifiers.rsaSHA256
        case .rsaSHA384: Self.identifiers.rsaSHA384
        case .rsaSHA512: Self.identifiers.rsaSHA512
        case .rsaPSSSHA256: Self.identifiers.rsaPSSSHA256
        case .ed25519: Self.identifiers.ed25519
        }
    }

    /// Recognizes an AlgorithmIdentifier by its bytes; nil for every other algorithm or form.
    package init?(identifierDER: ArraySlice<UInt8>) {
        guard let algorithm = Self.allCases.first(where: { $0.identifierDER.elementsEqual(identifierDER) }) else {
            return nil
        }
        self = algorithm
    }

    /// Whether keys of this kind can make such signatures.
    package func fits(_ kind: KeyKind) -> Bool {
        switch (self, kind) {
        case (.ecdsaSHA256, .p256), (.ecdsaSHA384, .p256), (.ecdsaSHA512, .p256): true
        case (.ecdsaSHA256, .p384), (.ecdsaSHA384, .p384), (.ecdsaSHA512, .p384): true
        case (.ed25519, .ed25519): true
        case (.rsaSHA256, .rsa2048), (.rsaSHA256, .rsa3072), (.rsaSHA256, .rsa4096): true
        case (.rsaSHA384, .rsa2048), (.rsaSHA384, .rsa3072), (.rsaSHA384, .rsa4096): true
        case (.rsaSHA512, .rsa2048), (.rsaSHA512, .rsa3072), (.rsaSHA512, .rsa4096): true
        case (.rsaPSSSHA256, .rsa2048), (.rsaPSSSHA256, .rsa3072), (.rsaPSSSHA256, .rsa4096): true
        default: false
        }
    }

    /// The number that the shim has for the digest.
    var shimDigest: Int32 {
        switch self {
        case .ecdsaSHA256, .rsaSHA256, .rsaPSSSHA256: 256
        case .ecdsaSHA384, .rsaSHA384: 384
        case .ecdsaSHA512, .rsaSHA512: 512
        case .ed25519: 0
        }
    }

    /// Whether an AlgorithmIdentifier names a signature over MD2, MD4, MD5, SHA-1 or SHA-224, which prove nothing, or
    /// too little, any more.
    static func isWeak(identifierDER: ArraySlice<UInt8>) -> Bool {
        var reader = DERReader(identifierDER)
        do {
            var identifier = try reader.constructed()
            return weak.contains(try identifier.oid())
        } catch {
            return false
        }
    }

    private static let weak: Set<OID> = {
        let pkcs1: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01]
        let rsa = [2, 3, 4, 5, 14].map { OID(unchecked: pkcs1 + [$0]) }
        let ecdsaSHA1 = OID(unchecked: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x01])
        let ecdsaSHA224 = OID(unchecked: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x01])
        let dsaSHA1 = OID(unchecked: [0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x03])
        let oiwSHA1WithRSA = OID(unchecked: [0x2B, 0x0E, 0x03, 0x02, 0x1D])
        return Set(rsa + [ecdsaSHA1, ecdsaSHA224, dsaSHA1, oiwSHA1WithRSA])
    }()

    /// Encoded once.
    private static let identifiers: Identifiers = Identifiers()

    private struct Identifiers: Sendable {
        let ecdsaSHA256 = identifier([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02])
        let ecdsaSHA384 = identifier([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x03])
        let ecdsaSHA512 = identifier([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x04])
        let rsaSHA256 = identifier([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B], null: true)
        let rsaSHA384 = identifier([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0C], null: true)
        let rsaSHA512 = identifier([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0D], null: true)
        let rsaPSSSHA256 = pss()
        let ed25519 = identifier(OID.ed25519.content)

        private static func pss() -> [UInt8] {
            let sha256 = identifier([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01], null: true)
            var writer = DERWriter(capacity: 80)
            writer.sequence { sequence in
                sequence.oid(OID(unchecked: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A]))
                sequence.sequence { parameters in
                    parameters.constructed(.constructed(0)) { $0.append(sha256) }
                    parameters.constructed(.constructed(1)) { mask in
                        mask.sequence { function in
                            function.oid(OID(unchecked: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x08]))
                            function.append(sha256)
                        }
                    }
                    parameters.constructed(.constructed(2)) { $0.integer(32) }
                }
            }
            return writer.bytes
        }

        private static func identifier(_ oid: [UInt8], null: Bool = false) -> [UInt8] {
            var writer = DERWriter(capacity: 16)
            writer.sequence { sequence in
                sequence.oid(OID(unchecked: oid))
                if null { sequence.null() }
            }
            return writer.bytes
        }
    }
}
