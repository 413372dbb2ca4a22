/// A certification request (PKCS#10, RFC 2986) whose form and key have been judged. Whether the sender holds the key
/// is for `verifyProofOfPossession` to say.
///
/// Only the key of a request is ever used; what it asks for besides is kept in `requested`, to be told as ignored.
package struct CertificationRequest: Sendable {
    /// The largest request, as DER and as PEM.
    package static let bytesMax = 16_384

    /// The whole request.
    package let der: [UInt8]
    /// The key for which a certificate is asked.
    package let publicKey: PublicKey
    /// How the request is signed.
    package let signatureAlgorithm: SignatureAlgorithm
    /// The subject's distinguished name in DER.
    package let subjectNameDER: [UInt8]
    /// What the request asks for besides a certificate for its key, in the order in which it stands there.
    package let requested: [RequestedContent]

    private let parts: SignedStructure.Parts

    /// Reads one request and nothing else.
    ///
    /// - Parameter weakKeys: refused as weak, beside those that arithmetic finds.
    /// - Throws: `CertificationRequestError`. Sizes are judged before arithmetic, so that no request costs much.
    package init(parsingDER der: [UInt8], weakKeys: WeakKeyList = .none) throws(CertificationRequestError) {
        // defence: T20
        guard der.count <= Self.bytesMax else { throw .tooLarge }
        let parts: SignedStructure.Parts
        let body: CertificationRequestBody
        do {
            parts = try SignedStructure.split(der)
            body = try CertificationRequestBody(parts.tbs)
            try DERCanonicalForm.check(der)
        } catch {
            throw CertificationRequestError(error)
        }
        guard body.version == 0 else { throw .unsupportedVersion }
        self.requested = try RequestedContent.list(subject: body.subject, attributes: body.attributes)
        let publicKey: PublicKey
        do { publicKey = try PublicKey(spkiDER: [UInt8](body.spki)) } catch { throw CertificationRequestError(error) }
        guard let algorithm = SignatureAlgorithm(identifierDER: parts.algorithmDER) else {
            throw SignatureAlgorithm.isWeak(identifierDER: parts.algorithmDER)
                ? .weakSignatureAlgorithm : .unsupportedSignatureAlgorithm
        }
        // defence: T21
        guard algorithm.fits(publicKey.kind) else { throw .algorithmMismatch }
        // defence: T21
        if let weakness = KeyStrength.weakness(of: publicKey, listedIn: weakKeys) { throw .weakKey(weakness) }
        self.der = der
        self.publicKey = publicKey
        self.signatureAlgorithm = algorithm
        self.subjectNameDER = [UInt8](body.subject)
        self.parts = parts
    }

    /// Reads one PEM block `CERTIFICATE REQUEST`, or `NEW CERTIFICATE REQUEST` as older programs write it, with
    /// nothing around it but white space.
    ///
    /// - Parameter weakKeys: refused as weak, beside those that arithmetic finds.
    /// - Throws: `CertificationRequestError`.
    package init(parsingPEM pem: [UInt8], weakKeys: WeakKeyList = .none) throws(CertificationRequestError) {
        guard pem.count <= Self.bytesMax else { throw .tooLarge }
        let der: [UInt8]
        do {
            let isOld = pem.drop(while: Base64.isWhiteSpace).starts(with: "-----BEGIN NEW ".utf8)
            der = try PEM.decode(pem, label: isOld ? Self.oldLabel : PEM.certificationRequest)
        } catch {
            throw .notPEM(error)
        }
        try self.init(parsingDER: der, weakKeys: weakKeys)
    }

    private static let oldLabel = "NEW CERTIFICATE REQUEST"

    /// The key in DER.
    package var subjectPublicKeyInfo: [UInt8] { publicKey.spkiDER }

    /// The bytes that were signed: the CertificationRequestInfo.
    package var signedBytes: ArraySlice<UInt8> { parts.tbs }

    /// Verifies that the request was signed with the key that it holds.
    ///
    /// - Throws: `CertificationRequestError.badSignature`.
    package func verifyProofOfPossession() throws(CertificationRequestError) {
        // defence: T21
        guard publicKey.isValid(signature: parts.signature, for: parts.tbs, algorithm: signatureAlgorithm) else {
            throw .badSignature
        }
    }
}

/// CertificationRequestInfo taken apart (RFC 2986, section 4.1); the slices are parts of the input.
struct CertificationRequestBody {
    let version: Int
    let subject: ArraySlice<UInt8>
    let spki: ArraySlice<UInt8>
    /// The attributes, absent as some programs leave them.
    let attributes: DERReader?

    init(_ tbs: ArraySlice<UInt8>) throws(DERError) {
        var reader = DERReader(tbs)
        var body = try reader.constructed()
        version = try body.smallInteger()
        let name = try body.element(.sequence)
        try DistinguishedName.check(DERReader(name.content))
        subject = name.encoded
        spki = try body.element(.sequence).encoded
        attributes = try body.optionalConstructed(.constructed(0))
        try body.finish()
    }
}
