package import OpenSSLCrypto
internal import Synchronization

/// How often a new signature is verified before it is used.
package enum SignatureVerification: Hashable, Sendable {
    /// The first of a loaded key, then one in 256.
    case sampled
    case all
}

/// Why a signature could not be had.
package enum SigningError: Error, Hashable, Sendable {
    case crypto(CryptoError)
    /// The signature is not valid: the key's memory, the processor or the library is broken. Stop using the key.
    case invalidSignature
    /// What was put together does not hold the bytes that were to be signed.
    case otherBytes
}

/// Signs certificates and lists with the key of one CA, and does not trust the result blindly (T24): a single faulty
/// ECDSA or RSA signature can give a key away.
final class CertificateSigner: Sendable {
    /// One signature in so many is verified.
    static let sampleSize: UInt64 = 256

    typealias Sign = @Sendable ([UInt8]) throws(CryptoError) -> [UInt8]

    let publicKey: PublicKey
    private let verification: SignatureVerification
    private let signature: Sign
    private let count = Atomic<UInt64>(0)

    convenience init(key: any SigningKey, verification: SignatureVerification) {
        self.init(publicKey: key.publicKey, verification: verification) { (bytes) throws(CryptoError) in
            try key.sign(bytes)
        }
    }

    /// Signs by a function, which is as little trusted as a key: a test's may be at fault.
    init(publicKey: PublicKey, verification: SignatureVerification, by signature: @escaping Sign) {
        self.publicKey = publicKey
        self.verification = verification
        self.signature = signature
    }

    /// Signs what the linter or a builder made, and returns it with algorithm and signature.
    ///
    /// - Parameter isCritical: a CA certificate or a list, which is verified whatever the policy.
    func sign(_ tbs: [UInt8], isCritical: Bool) throws(SigningError) -> [UInt8] {
        let place = count.add(1, ordering: .relaxed).oldValue
        // defence: T24 becomes: let isVerified = Self.isVerified(place: place, verification)
        let isVerified = isCritical || Self.isVerified(place: place, verification)
        let signature: [UInt8]
        do { signature = try self.signature(tbs) } catch { throw .crypto(error) }
        // defence: T24
        if isVerified, !publicKey.isValid(signature: signature, for: tbs) { throw .invalidSignature }
        let der = SignedStructure.assemble(
            tbs: tbs, algorithm: publicKey.kind.signatureAlgorithm, signature: signature)
        // defence: T24
        guard Self.holds(tbs, in: der) else { throw .otherBytes }
        return der
    }

    /// Whether the signature at this place, counted from 0 since the key was loaded, is verified.
    static func isVerified(place: UInt64, _ verification: SignatureVerification) -> Bool {
        // defence: T24 (the first of a key); becomes: verification == .all || false
        verification == .all || place.isMultiple(of: sampleSize)
    }

    /// Whether the first element inside is these bytes.
    private static func holds(_ tbs: [UInt8], in der: [UInt8]) -> Bool {
        var reader = DERReader(der)
        do throws(DERError) {
            var structure = try reader.constructed()
            try reader.finish()
            return try structure.element(.sequence).encoded.elementsEqual(tbs)
        } catch {
            return false
        }
    }
}
