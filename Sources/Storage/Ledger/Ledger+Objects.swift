@_spi(Recording) package import AuditLog
package import TenureModel

// Credentials, operations, entitlement versions and cases.
extension Ledger {
    /// One operation that was recorded, or nil.
    package func operation(_ id: OperationID) async throws(StorageError) -> StoredOperation? {
        try await read { (connection) throws(StorageError) in try OperationTable.find(id, connection) }
    }

    /// The operation that recorded the credential at a place in the log, or nil.
    package func operation(ofCredentialAt index: Int64) async throws(StorageError) -> StoredOperation? {
        try await read { (connection) throws(StorageError) in
            try OperationTable.find(atOrBefore: index, connection)
        }
    }

    /// The last operation that made the object, by the object's id as text; credentials are found by their place.
    package func operation(object: String) async throws(StorageError) -> StoredOperation? {
        try await read { (connection) throws(StorageError) in try OperationTable.find(object: object, connection) }
    }

    /// The operation that an identity sent under an `Idempotency-Key`; it may be older than the key's 24 hours.
    package func operation(
        of identity: IdentityID, idempotencyKey key: String
    ) async throws(StorageError) -> StoredOperation? {
        try await read { (connection) throws(StorageError) in
            try OperationTable.find(key: key, identity: identity, connection)
        }
    }

    /// The entries that made a key for a purpose, in the order of the log; at most `pageMax`.
    package func entriesMaking(_ purpose: KeyVersion.Purpose) async throws(StorageError) -> [Int64] {
        try await read { (connection) throws(StorageError) in
            try KeyVersionTable.entriesMaking(purpose, limit: Self.pageMax, connection)
        }
    }

    /// One credential, or nil.
    package func credential(_ id: CredentialID) async throws(StorageError) -> Credential? {
        try await read { (connection) throws(StorageError) in try CredentialTable.find(id, connection) }
    }

    /// The certificate of an issuer's serial number.
    package func certificate(issuer: IssuerID, serial: [UInt8]) async throws(StorageError) -> Credential? {
        try await read { (connection) throws(StorageError) in
            try CredentialTable.find(issuer: issuer, serial: serial, connection)
        }
    }

    /// The credential that the entry at `index` recorded.
    package func credential(index: Int64) async throws(StorageError) -> Credential? {
        try await read { (connection) throws(StorageError) in try CredentialTable.find(index: index, connection) }
    }

    /// The receipt of a credential that is durable, made anew from its row: for a repeated request.
    ///
    /// - Throws: `corrupt` if there is no such credential.
    package func receipt(of credential: Credential) async throws(StorageError) -> AuditReceipt {
        guard let stored = try await self.credential(credential.id) else { throw .corrupt("no such credential") }
        return AuditReceipt(
            key: stored.id.text, rowHash: CredentialTable.row(for: stored).hash, index: stored.index)
    }

    /// One page of credentials, the newest first; the cursor is the index of the last one of the page before.
    package func credentials(
        _ filter: CredentialFilter, before index: Int64? = nil, limit: Int64
    ) async throws(StorageError) -> [Credential] {
        let limit = min(max(limit, 0), Self.pageMax)
        return try await read { (connection) throws(StorageError) in
            try CredentialTable.list(filter, before: index, limit: limit, connection)
        }
    }

    /// One page of `CredentialTable.liveCredentials`.
    package func liveCredentials(
        hangingOn reference: LineageReference, of identity: Int64? = nil, upTo index: Int64,
        endingAfter time: Timestamp, after cursor: Int64 = -1, limit: Int64 = pageMax
    ) async throws(StorageError) -> [LiveCredential] {
        let limit = min(max(limit, 0), Self.pageMax)
        return try await read { (connection) throws(StorageError) in
            try CredentialTable.liveCredentials(
                hangingOn: reference, of: identity, upTo: index, endingAfter: time, after: cursor, limit: limit,
                connection)
        }
    }

    /// How many credentials of an identity have not ended by `now`, revoked ones among them; counts to `max` at most.
    package func liveCount(of identity: Identity, at now: Timestamp, max: Int64) async throws(StorageError) -> Int64 {
        let number = identity.number
        return try await read { (connection) throws(StorageError) in
            try CredentialTable.countLive(identityNumber: number, at: now, max: max, connection)
        }
    }

    /// How many credentials of an identity, recorded at `index` or after it, have not ended by `now`, revoked ones
    /// among them, and how long the log was: counts to `max` at most.
    package func liveCount(
        of identity: Identity, from index: Int64, at now: Timestamp, max: Int64
    ) async throws(StorageError) -> (count: Int64, size: Int64) {
        let number = identity.number
        return try await read { (connection) throws(StorageError) in
            // The length first: what is recorded between the two is then counted twice, never not at all.
            let size = try HeadTable.read(connection).size
            let count = try CredentialTable.countLive(
                identityNumber: number, at: now, from: index, max: max, connection)
            return (count, size)
        }
    }

    /// The families of the credentials that hang on a reference, such as a leaked subject key.
    package func families(
        holding reference: LineageReference, limit: Int64
    ) async throws(StorageError) -> [CredentialFamily] {
        try await read { (connection) throws(StorageError) in
            try CredentialTable.families(hangingOn: reference, limit: limit, connection)
        }
    }

    /// One version of an entitlement, which may no longer be the newest.
    package func entitlement(
        _ id: EntitlementID, version: Int64
    ) async throws(StorageError) -> Entitlement? {
        try await read { (connection) throws(StorageError) in
            try EntitlementTable.find(id, version: version, connection)
        }
    }

    /// When a version of an entitlement was asked for and when it was written, by the index of each entry: both places
    /// are looked up, however long the log is.
    ///
    /// A version that was approved follows one of the same granter which waited for it.
    package func grant(of entitlement: Entitlement) async throws(StorageError) -> (asked: Int64, written: Int64) {
        try await read { (connection) throws(StorageError) in
            func index(_ version: Int64) throws(StorageError) -> Int64 {
                guard let found = try EntitlementTable.index(of: entitlement.id, version: version, connection) else {
                    throw .corrupt("no \(entitlement.id)@\(version)")
                }
                return found
            }
            let written = try index(entitlement.version)
            guard entitlement.version > 1,
                let before = try EntitlementTable.find(
                    entitlement.id, version: entitlement.version - 1, connection),
                before.state == .requested, before.granter == entitlement.granter
            else { return (written, written) }
            return (try index(before.version), written)
        }
    }

    /// The cut that came first of those that kill what hangs on `references` since `position`, whatever followed it.
    package func firstCut(
        of references: [LineageReference], since position: Int64
    ) async throws(StorageError) -> Cut? {
        try await read { (connection) throws(StorageError) in
            var first: Cut?
            for reference in references {
                let start = reference.kind.isOpen ? position : 0
                guard let cut = try FeedTable.firstCut(of: reference, since: start, connection) else { continue }
                if let known = first, known.index <= cut.index { continue }
                first = cut
            }
            return first
        }
    }

    /// A case with all of its steps, or nil.
    package func offboardingCase(_ id: CaseID) async throws(StorageError) -> CaseHistory? {
        try await read { (connection) throws(StorageError) in try CaseTable.history(id, connection) }
    }

    /// The newest versions of cases, those changed last first.
    ///
    /// - Parameter index: only those last changed before this entry; nil for all.
    package func offboardingCases(
        before index: Int64? = nil, limit: Int64
    ) async throws(StorageError) -> [CaseHistory.Version] {
        let limit = min(max(limit, 0), Self.pageMax)
        return try await read { (connection) throws(StorageError) in
            try CaseTable.list(before: index, limit: limit, connection)
        }
    }

    /// Cases of which something is left to do, those that wait longest first.
    package func openCases(limit: Int64) async throws(StorageError) -> [CaseID] {
        try await read { (connection) throws(StorageError) in try CaseTable.open(limit: limit, connection) }
    }
}
