internal import APITokens
internal import AuditLog
internal import CertificateAuthority
internal import Federation
internal import OpenSSLCrypto
internal import TenureAPI
internal import TenureModel

extension FuzzTarget {
    /// Ids, names, references, times, networks and lists of weak keys.
    static let textTargets = [identifier, name, reference, claimPath, timestamp, network, weakKeys]

    private static let weakKeys = FuzzTarget("weak-keys", bytesMax: 4096) { bytes in
        try WeakKeyList(parsing: bytes)
    } holds: { (_, list) throws(BrokenPromise) in
        try require((1...4096 / 20).contains(list.count), "a list has a fingerprint, and each is a line")
        let again = try reread("a list is read again") { try WeakKeyList(parsing: Array(list.text.utf8)) }
        try require(again == list, "a list survives being written")
        let twice = try reread("lists are joined") { try WeakKeyList(joining: [list, again]) }
        try require(twice == list, "what stands in two lists stands once in both together")
    }

    /// Reads the text as each of several types; what one takes, it must write in the same bytes.
    private static func oneSpelling(
        _ name: String, bytesMax: Int, _ readings: [(String, @Sendable (String) throws -> String?)]
    ) -> FuzzTarget {
        FuzzTarget(name: name, bytesMax: bytesMax) { (bytes) throws(BrokenPromise) in
            guard let text = text(bytes) else { return .refused("not text") }
            var accepted: [String] = []
            for (type, read) in readings {
                do {
                    guard let written = try read(text) else { continue }
                    guard same(written, bytes) else { throw BrokenPromise("\(type) has one spelling") }
                    accepted.append(type)
                } catch let error as BrokenPromise {
                    throw error
                } catch {
                    continue
                }
            }
            return accepted.isEmpty ? .refused("nothing") : .accepted(accepted.joined(separator: " "))
        }
    }

    private static let identifier = oneSpelling(
        "identifier", bytesMax: 128,
        [
            ("person", { try PersonID($0).text }), ("credential", { try CredentialID($0).text }),
            ("identity", { try IdentityID($0).text }), ("grantor", { try Grantor($0).text }),
            ("purpose", { try KeyVersion.Purpose($0).text }), ("log", { LogID($0)?.text }),
            ("origin", { LogOrigin($0)?.text }), ("kid", { KeyID($0)?.text }),
            ("oid", { OID(dotted: $0)?.description }),
        ])

    private static let name = oneSpelling(
        "name", bytesMax: 1024,
        [
            ("name", { try Name($0).text }), ("audience", { try Audience($0).text }), ("scope", { try Scope($0).text }),
            ("sentence", { try Sentence($0).text }), ("dns", { try DNSName($0).text }),
            ("trust domain", { try TrustDomain($0).text }), ("issuer", { TokenIssuer($0)?.text }),
        ])

    private static let reference = oneSpelling(
        "reference", bytesMax: 512,
        [
            ("object", { try ObjectReference($0).description }),
            ("lineage", { LineageReference(referenceText: $0)?.description }),
        ])

    private static let claimPath = FuzzTarget("claim-path", bytesMax: 512) { bytes in
        text(bytes).flatMap { text in ClaimPath(text).map { (text, $0) } }
    } holds: { (_, read) throws(BrokenPromise) in
        let (text, path) = read
        if !text.utf8.starts(with: "/".utf8), !text.utf8.starts(with: "kubernetes.io/".utf8) {
            let claims = StrictJSON.Value.object([.init(name: text, value: .flag(true))])
            try require(path.value(in: claims) == .flag(true), "a plain name names the claim of that name")
        }
        try require(path.value(in: .object([])) == nil, "nothing is found where nothing is")
    }

    private static let timestamp = oneSpelling(
        "timestamp", bytesMax: 64,
        [
            (
                "time",
                { text in
                    let time = try Timestamp(rfc3339: text)
                    let again = try Timestamp(rfc3339: time.description)
                    guard again == time else { throw BrokenPromise("a time survives being written") }
                    return text.utf8.count == 20 ? time.secondsText : time.description
                }
            )
        ])

    /// Addresses have several spellings, so that what is written must be read as the same.
    private static let network = FuzzTarget(name: "network", bytesMax: 128) { (bytes) throws(BrokenPromise) in
        guard let text = text(bytes) else { return .refused("not text") }
        var accepted = ""
        let block: NetworkBlock?
        do throws(NetworkTextError) { block = try NetworkBlock(text) } catch { block = nil }
        if let block {
            let again = try reread("a block is read again") { try NetworkBlock(block.text) }
            try require(again == block && block.contains(block.address), "a block survives and holds its address")
            accepted += "block "
        }
        let address: IPAddressText?
        do throws(NetworkTextError) { address = try IPAddressText(text) } catch { address = nil }
        if let address {
            let again = try reread("an address is read again") { try IPAddressText(address.text) }
            try require(again == address, "an address survives being written")
            let bytes = try reread("an address has bytes") { try IPAddressText(bytes: address.bytes) }
            try require(bytes == address, "an address survives as bytes")
            _ = address.reach
            accepted += "address "
        }
        let name: NetworkAddress?
        do throws(NetworkAddressError) { name = try NetworkAddress(text) } catch { name = nil }
        if let name {
            try require(name.octets == address?.bytes, "both readers of addresses agree")
            accepted += "name"
        }
        return accepted.isEmpty ? .refused("nothing") : .accepted(accepted)
    }
}
