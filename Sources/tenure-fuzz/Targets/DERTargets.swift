internal import CertificateAuthority
internal import OpenSSLCrypto

extension FuzzTarget {
    /// What arrives in DER.
    static let derTargets = [der, requestDER, certificateDER, revocationListDER, publicKeyDER, lineageExtension]

    private static let der = FuzzTarget("der", bytesMax: 16_384) { bytes in
        try DERCanonicalForm.check(bytes)
    } holds: { (bytes, _) throws(BrokenPromise) in
        var rewritten = DERWriter()
        var reader = DERReader(bytes)
        try rewrite(&reader, to: &rewritten)
        try require(rewritten.bytes == bytes, "what is canonical is written again as the same bytes")
    }

    private static let requestDER = FuzzTarget("csr-der", bytesMax: CertificationRequest.bytesMax) { bytes in
        try CertificationRequest(parsingDER: bytes)
    } holds: { (bytes, request) throws(BrokenPromise) in
        try holds(request, der: bytes)
    }

    private static let certificateDER = FuzzTarget("certificate-der", bytesMax: Certificate.bytesMax) { bytes in
        try Certificate(der: bytes)
    } holds: { (bytes, certificate) throws(BrokenPromise) in
        try require(certificate.der == bytes, "a certificate is all of its bytes")
        let again = try reread("a certificate's PEM is read again") {
            try Certificate(pem: Array(certificate.pem.utf8))
        }
        try require(again == certificate, "a certificate survives PEM")
        try require(certificate.serialNumber.first ?? 0 != 0, "a serial number is positive without leading zeros")
        _ = certificate.isSigned(by: certificate.publicKey)
        _ = KeyStrength.weakness(of: certificate.publicKey)
        for found in certificate.extensions where found.oid == LineageExtension.oid {
            let lineage: LineageExtension
            do throws(LineageExtensionError) { lineage = try LineageExtension(decoding: found.value) } catch {
                continue
            }
            try require(lineage.encoded() == found.value, "a lineage extension has one encoding")
        }
    }

    private static let revocationListDER = FuzzTarget("crl-der", bytesMax: 65_536) { bytes in
        try RevocationList(der: bytes)
    } holds: { (bytes, list) throws(BrokenPromise) in
        try require(list.der == bytes, "a list is all of its bytes")
        for entry in list.entries {
            try require(list.entry(of: entry.serialNumber) != nil, "every entry is found by its serial number")
        }
        try require((list.number.first ?? 1) != 0, "a list's number has no leading zeros")
    }

    private static let publicKeyDER = FuzzTarget("spki-der", bytesMax: 8192) { bytes in
        try PublicKey(spkiDER: bytes)
    } holds: { (bytes, key) throws(BrokenPromise) in
        try require(key.spkiDER == bytes, "a key is all of its bytes")
        _ = KeyStrength.weakness(of: key)
        _ = key.isValid(signature: [UInt8](repeating: 1, count: 64), for: bytes)
        if let raw = key.ed25519Raw {
            let again = try reread("a raw Ed25519 key is read again") { try PublicKey(ed25519: raw) }
            try require(again == key, "an Ed25519 key has one encoding")
        }
        if let point = key.point {
            let again = try reread("a point is read again") { try PublicKey(point: point) }
            try require(again == key, "an EC key has one encoding")
        }
    }

    private static let lineageExtension = FuzzTarget("lineage-extension", bytesMax: 4096) { bytes in
        try LineageExtension(decoding: bytes)
    } holds: { (bytes, lineage) throws(BrokenPromise) in
        try require(lineage.encoded() == bytes, "a lineage extension has one encoding")
    }

    /// What must hold of each request that was accepted.
    static func holds(_ request: CertificationRequest, der: [UInt8]) throws(BrokenPromise) {
        try require(request.der == der, "a request is all of its bytes")
        let key = try reread("a request's key is read alone") { try PublicKey(spkiDER: request.subjectPublicKeyInfo) }
        try require(key == request.publicKey, "a request's key is the one that stands in it")
        try require(KeyStrength.weakness(of: key) == nil, "a weak key is refused before it is used")
        let failure: CertificationRequestError?
        do throws(CertificationRequestError) {
            try request.verifyProofOfPossession()
            failure = nil
        } catch {
            failure = error
        }
        try require(failure ?? .badSignature == .badSignature, "possession is refused for its signature alone")
    }

    /// Writes every element that a reader finds by its parts.
    private static func rewrite(_ reader: inout DERReader, to writer: inout DERWriter) throws(BrokenPromise) {
        while !reader.isAtEnd {
            let element: DERElement
            do throws(DERError) {
                element = try reader.element()
            } catch {
                throw BrokenPromise("what is canonical is read element by element: \(error)")
            }
            guard element.tag.isConstructed else {
                readPrimitive(element)
                writer.primitive(element.tag, element.content)
                continue
            }
            var inside = DERReader(element.content)
            try writer.constructed(element.tag) { (inner) throws(BrokenPromise) in try rewrite(&inside, to: &inner) }
        }
    }

    /// Reads an element as each of the types that it might be; each may refuse.
    private static func readPrimitive(_ element: DERElement) {
        let readings: [(inout DERReader) throws -> Void] = [
            { _ = try $0.boolean() }, { _ = try $0.integer() }, { _ = try $0.unsignedInteger() },
            { _ = try $0.smallInteger() }, { _ = try $0.oid().description }, { _ = try $0.octetsOfBitString() },
            { _ = try $0.namedBits() }, { _ = try $0.octetString() }, { _ = try $0.time() },
        ]
        for reading in readings {
            var reader = DERReader(element.encoded)
            _ = Result { try reading(&reader) }
        }
    }
}
