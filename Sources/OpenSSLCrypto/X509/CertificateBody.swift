/// TBSCertificate taken apart (RFC 5280, section 4.1.2); the slices are parts of the input.
struct CertificateBody {
    /// The number in the encoding, 2 for v3.
    let version: Int
    /// The magnitude, empty for zero.
    let serialNumber: ArraySlice<UInt8>
    let algorithmDER: ArraySlice<UInt8>
    let issuer: ArraySlice<UInt8>
    let notBefore: Int64
    let notAfter: Int64
    let subject: ArraySlice<UInt8>
    let spki: ArraySlice<UInt8>
    let extensions: DERReader?

    init(_ tbs: ArraySlice<UInt8>) throws(DERError) {
        var reader = DERReader(tbs)
        var body = try reader.constructed()
        if var tagged = try body.optionalConstructed(.constructed(0)) {
            version = try tagged.smallInteger()
            try tagged.finish()
        } else {
            version = 0
        }
        serialNumber = try body.unsignedInteger()
        algorithmDER = try body.element(.sequence).encoded
        issuer = try Self.name(&body)
        var validity = try body.constructed()
        notBefore = try validity.time()
        notAfter = try validity.time()
        try validity.finish()
        subject = try Self.name(&body)
        spki = try body.element(.sequence).encoded
        if var tagged = try body.optionalConstructed(.constructed(3)) {
            extensions = try tagged.constructed()
            try tagged.finish()
        } else {
            extensions = nil
        }
        try body.finish()  // unique identifiers, which RFC 5280 tells not to use, are refused here
    }

    private static func name(_ body: inout DERReader) throws(DERError) -> ArraySlice<UInt8> {
        let name = try body.element(.sequence)
        try DistinguishedName.check(DERReader(name.content))
        return name.encoded
    }
}
