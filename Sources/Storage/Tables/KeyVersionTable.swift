package import TenureModel

/// The broker's own keys, by row version. Private bytes are in them wrapped alone (P6).
package enum KeyVersionTable {
    package static let table = AuditedTable(
        name: "key_version", hashVersion: 1,
        columns: [
            "id", "version", "purpose", "state", "published", "sign_from", "sign_until", "verify_until", "public_key",
            "wrapped", "document",
        ],
        hasNumber: false, isInSnapshot: true)

    static let since = table.selectSince

    private struct Document: Codable {
        var certificates: [[UInt8]]
        /// By the audience's text: when each generation above zero begins to sign, in milliseconds.
        var generations: [String: [Int64]]
    }

    /// The row of a key's version.
    package static func row(for key: KeyVersion) -> AuditedRow {
        var generations: [String: [Int64]] = [:]
        for (audience, starts) in key.generations { generations[audience.text] = starts.map(\.milliseconds) }
        return AuditedRow(
            table: table, key: "\(key.id.text)@\(key.version)", number: .absent,
            values: [
                SQLValue(key.id), .integer(key.version), .text(key.purpose.text), .text(key.state.rawValue),
                SQLValue(key.published), SQLValue(key.signFrom), SQLValue(key.signUntil), SQLValue(key.verifyUntil),
                .bytes(key.publicKey), .bytes(key.wrapped),
                .text(
                    CanonicalDocument.encode(Document(certificates: key.certificates, generations: generations))),
            ])
    }

    /// The entries that wrote the first version of a key for a purpose, in the order of the log.
    static func entriesMaking(
        _ purpose: KeyVersion.Purpose, limit: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> [Int64] {
        try indexes(connection.rows(making, [.text(purpose.text), .integer(limit)]))
    }

    /// The entries that wrote a key's versions.
    static func places(of id: KeyVersionID, _ connection: any SQLConnection) throws(StorageError) -> [Int64] {
        try indexes(connection.rows(places, [SQLValue(id)]))
    }

    private static func indexes(_ rows: [SQLRow]) throws(StorageError) -> [Int64] {
        try rows.map { (row) throws(StorageError) in
            var reader = RowReader(row, of: table.name)
            return try reader.integer()
        }
    }

    private static let making = Statement(
        "SELECT idx FROM key_version WHERE purpose = $1 AND version = 1 ORDER BY idx LIMIT $2")
    private static let places = Statement("SELECT idx FROM key_version WHERE id = $1 ORDER BY version")

    static func decode(_ row: SQLRow) throws(StorageError) -> KeyVersion {
        var reader = RowReader(row, of: "key_version")
        let id: KeyVersionID = try reader.id()
        let version = try reader.integer()
        let purpose = try reader.parsed(KeyVersion.Purpose.init)
        let state: KeyVersion.State = try reader.raw()
        let published = try reader.time()
        let signFrom = try reader.time()
        let signUntil = try reader.optionalTime()
        let verifyUntil = try reader.optionalTime()
        let publicKey = try reader.bytes()
        let wrapped = try reader.bytes()
        let document = try reader.document(Document.self)
        var generations: [Audience: [Timestamp]] = [:]
        for (text, starts) in document.generations {
            guard let audience = try? Audience(text) else { throw .corrupt("key_version, document") }
            generations[audience] = starts.map { Timestamp(clampingMilliseconds: $0) }
        }
        return KeyVersion(
            id: id, version: version, purpose: purpose, state: state, published: published, signFrom: signFrom,
            signUntil: signUntil, verifyUntil: verifyUntil, generations: generations, publicKey: publicKey,
            certificates: document.certificates, wrapped: wrapped)
    }
}
