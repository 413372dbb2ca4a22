internal import OpenSSLCrypto

extension FuzzTarget {
    /// What arrives in PEM (RFC 7468).
    static let pemTargets = [pem, requestPEM, chainPEM]

    private static let pem = FuzzTarget("pem", bytesMax: 16_384) { bytes in
        try PEM.decodeAll(bytes, label: PEM.certificate, countMax: 4)
    } holds: { (_, blocks) throws(BrokenPromise) in
        let text = blocks.map { PEM.encode($0, label: PEM.certificate) }.joined()
        let again = try reread("what PEM holds is written and read again") {
            try PEM.decodeAll(Array(text.utf8), label: PEM.certificate, countMax: 4)
        }
        try require(again == blocks, "the blocks of a text are those that were written")
    }

    private static let requestPEM = FuzzTarget("csr-pem", bytesMax: CertificationRequest.bytesMax) { bytes in
        try CertificationRequest(parsingPEM: bytes)
    } holds: { (_, request) throws(BrokenPromise) in
        try holds(request, der: request.der)
        let text = PEM.encode(request.der, label: PEM.certificationRequest)
        guard text.utf8.count <= CertificationRequest.bytesMax else { return }
        let again = try reread("a request's PEM is read again") {
            try CertificationRequest(parsingPEM: Array(text.utf8))
        }
        try require(again.der == request.der, "a request survives PEM")
    }

    private static let chainPEM = FuzzTarget("chain-pem", bytesMax: 16_384) { bytes in
        try Certificate.chain(pem: bytes, countMax: 4)
    } holds: { (_, chain) throws(BrokenPromise) in
        try require((1...4).contains(chain.count), "a chain has one to four certificates")
        let text = chain.map(\.pem).joined()
        let again = try reread("a chain's PEM is read again") {
            try Certificate.chain(pem: Array(text.utf8), countMax: 4)
        }
        try require(again == chain, "a chain survives PEM")
    }
}
