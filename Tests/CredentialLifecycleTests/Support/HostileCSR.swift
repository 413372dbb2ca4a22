internal import OpenSSLCrypto

/// A CSR of which a test spoils one part, signed with a P-256 key of its own.
struct HostileCSR {
    let key: PrivateKey
    var subject = DistinguishedName.encoded(commonName: "checkout")
    var spki: [UInt8]
    var attributes: [UInt8] = []
    var algorithm = SignatureAlgorithm.ecdsaSHA256.identifierDER
    /// What becomes of the true signature.
    var signature: ([UInt8]) -> [UInt8] = { $0 }
    /// What becomes of the whole request.
    var whole: ([UInt8]) -> [UInt8] = { $0 }

    init(_ key: PrivateKey) {
        self.key = key
        spki = key.publicKey.spkiDER
    }

    func pem() throws -> [UInt8] {
        var body = DERWriter()
        body.sequence { info in
            info.integer(0)
            info.append(subject)
            info.append(spki)
            info.constructed(.constructed(0)) { $0.append(attributes) }
        }
        let signed = signature(try key.sign(body.bytes))
        var request = DERWriter()
        request.sequence { parts in
            parts.append(body.bytes)
            parts.append(algorithm)
            parts.bitString(signed)
        }
        return Array(PEM.encode(whole(request.bytes), label: PEM.certificationRequest).utf8)
    }
}

extension HostileCSR {
    /// A name of one attribute with this text, whatever the text is.
    static func name(_ content: [UInt8]) -> [UInt8] {
        encoded { name in
            name.sequence { list in
                list.constructed(.set) { set in
                    set.sequence { attribute in
                        attribute.oid(.commonName)
                        attribute.primitive(.utf8String, content)
                    }
                }
            }
        }
    }

    /// An attribute whose value lies this deep.
    static func nested(_ depth: Int) -> [UInt8] {
        let value = (0..<depth).reduce([0x05, 0x00]) { inner, _ in encoded { $0.sequence { $0.append(inner) } } }
        return encoded { attribute in
            attribute.sequence { parts in
                parts.oid(.challengePassword)
                parts.constructed(.set) { $0.append(value) }
            }
        }
    }

    /// A key on the curve that these parameters name.
    static func key(curve parameters: [UInt8], _ point: [UInt8]) -> [UInt8] {
        encoded { info in
            info.sequence { parts in
                parts.sequence { identifier in
                    identifier.oid(.ecPublicKey)
                    identifier.append(parameters)
                }
                parts.bitString(point)
            }
        }
    }

    static func rsaKey(octets: Int, exponent: [UInt8]) -> [UInt8] {
        let key = encoded { sequence in
            sequence.sequence { numbers in
                numbers.unsignedInteger([UInt8](repeating: 0xFB, count: octets))
                numbers.unsignedInteger(exponent)
            }
        }
        return encoded { info in
            info.sequence { parts in
                parts.sequence { identifier in
                    identifier.oid(.rsaEncryption)
                    identifier.append([0x05, 0x00])
                }
                parts.bitString(key)
            }
        }
    }

    static func oid(_ oid: OID) -> [UInt8] { encoded { $0.oid(oid) } }

    static func encoded(_ write: (inout DERWriter) -> Void) -> [UInt8] {
        var writer = DERWriter()
        write(&writer)
        return writer.bytes
    }

    /// An ECDSA signature of these two integers, as their content octets stand in DER.
    static func signature(_ r: [UInt8], _ s: [UInt8]) -> [UInt8] {
        encoded { sequence in
            sequence.sequence { numbers in
                numbers.primitive(.integer, r)
                numbers.primitive(.integer, s)
            }
        }
    }
}
