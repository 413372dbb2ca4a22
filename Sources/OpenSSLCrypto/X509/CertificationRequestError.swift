/// Why a certification request is refused.
package enum CertificationRequestError: Error, Hashable, Sendable {
    /// More than 16 KiB.
    case tooLarge
    /// Not one PEM block with the label of a request, and nothing around it.
    case notPEM(PEMError)
    /// Not DER, or not the structure of a request.
    case notDER(DERError)
    /// Bytes follow the request, or a part of it.
    case trailingBytes
    /// A version other than v1, which is the number 0.
    case unsupportedVersion
    /// A name or another string with a NUL, bad UTF-8, or characters that its type has not.
    case badName
    /// Requested extensions or attributes that are malformed, or stand there twice.
    case badAttributes
    /// Not P-256, P-384, Ed25519 or RSA.
    case unsupportedKey
    /// A named curve other than P-256 and P-384.
    case unsupportedCurve
    /// A curve given by its equation.
    case explicitCurve
    /// A point in its compressed or hybrid form.
    case compressedPoint
    /// A point of the wrong size, or not on the curve.
    case pointOffCurve
    /// A key that can be broken, or costs too much.
    case weakKey(KeyWeakness)
    /// A signature over MD5, SHA-1 or another hash that is too weak.
    case weakSignatureAlgorithm
    /// A signature algorithm that is neither weak nor known here.
    case unsupportedSignatureAlgorithm
    /// A signature algorithm that keys of this kind cannot have used.
    case algorithmMismatch
    /// The signature was not made with the key of the request over its bytes.
    case badSignature
    /// libcrypto failed; that says nothing about the request.
    case unavailable(CryptoError)

    init(_ error: DERError) {
        switch error {
        case .trailingBytes: self = .trailingBytes
        case .badString: self = .badName
        default: self = .notDER(error)
        }
    }

    init(_ error: PublicKeyError) {
        switch error {
        case .malformed(let error): self.init(error)
        case .unsupportedAlgorithm: self = .unsupportedKey
        case .unsupportedCurve: self = .unsupportedCurve
        case .explicitCurve: self = .explicitCurve
        case .compressedPoint: self = .compressedPoint
        case .pointOffCurve: self = .pointOffCurve
        case .weak(let weakness): self = .weakKey(weakness)
        case .unavailable(let error): self = .unavailable(error)
        }
    }
}
