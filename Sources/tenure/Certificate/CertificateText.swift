internal import AuditLog
internal import OpenSSLCrypto
internal import TenureClient

/// A certificate in a file or on standard input: the first of the PEM blocks, which is the leaf.
struct CertificateText {
    private static let chainMax = 8

    /// The leaf alone, PEM.
    let pem: String
    /// Lower-case hexadecimal digits, as the broker knows it.
    let serial: String

    init(file: String) throws {
        try self.init(FileContent.read(file, bytesMax: 1 << 20), from: file)
    }

    init(_ text: [UInt8], from place: String) throws {
        do {
            guard let leaf = try Certificate.chain(pem: text, countMax: Self.chainMax).first else {
                throw CommandFailure.usage("\(place) holds no certificate")
            }
            pem = PEM.encode(leaf.der, label: PEM.certificate)
            serial = Hex.text(leaf.serialNumber)
        } catch is CertificateError {
            throw CommandFailure.usage("\(place) holds no PEM certificate")
        }
    }
}
