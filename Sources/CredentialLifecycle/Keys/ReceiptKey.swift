internal import AuditLog
internal import CertificateAuthority
internal import OpenSSLCrypto
internal import Storage
internal import Synchronization
internal import TenureModel

/// The key that signs receipts, and the entry that certifies it.
struct ReceiptKey: Sendable {
    let signer: NoteSigner
    let certified: LogEntry
}

/// The key that signed the last receipt, so that it is not unwrapped and decoded for each.
final class LastReceiptKey: Sendable {
    private let last = Mutex<(KeyVersion, ReceiptKey)?>(nil)

    func key(of version: KeyVersion) -> ReceiptKey? {
        last.withLock { last in
            guard let last, last.0 == version else { return nil }
            return last.1
        }
    }

    func keep(_ key: ReceiptKey, of version: KeyVersion) { last.withLock { $0 = (version, key) } }
}

extension Broker {
    /// The key that signs receipts. One is made, or certified, where an older program left none.
    func receiptKey(under duty: Duty) async throws(LifecycleError) -> ReceiptKey {
        for _ in 0..<2 {
            let known = snapshot.keyVersions(for: .receipt).last { $0.state != .retired }
            if let known, let key = lastReceiptKey.key(of: known) { return key }
            if let known, let entry = try await certificate(of: known) {
                let key = ReceiptKey(signer: try signer(of: known), certified: entry)
                lastReceiptKey.keep(key, of: known)
                return key
            }
            try await certify(known, under: duty)
        }
        throw .unavailable(.init("the key of receipts is not certified"))
    }

    /// The entry that names the public key; those that older programs wrote do not.
    private func certificate(of version: KeyVersion) async throws(LifecycleError) -> LogEntry? {
        do {
            return try await ledger.entries(ofKey: version.id).first { entry in
                try EntryEncoding.decode(entry.body).details.contains {
                    $0 == .init("public_key", .text(Base64.text(version.publicKey)))
                }
            }
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    private func signer(of version: KeyVersion) throws(LifecycleError) -> NoteSigner {
        guard let origin = LogOrigin(trustDomain: keys.trustDomain.text, logID: keys.log) else {
            throw .unavailable(.init("the trust domain cannot stand in an origin"))
        }
        do {
            return try NoteSigner(
                name: origin.receiptText, key: try PrivateKey(pkcs8DER: try keys.wrap.unwrap(version)))
        } catch {
            throw .unavailable(.init("the key of receipts cannot be used: \(error)"))
        }
    }

    private func certify(_ known: KeyVersion?, under duty: Duty) async throws(LifecycleError) {
        let change: ObjectChange
        if let known {
            var next = known
            next.version += 1
            change = .keyVersion(from: known, to: next)
        } else {
            do throws(CryptoError) {
                let maker = KeyVersionMaker(outer: keys.wrap, inner: keys.wrap, now: now())
                change = .keyVersion(from: nil, to: try maker.signing(try PrivateKey.generate(.ed25519), .receipt))
            } catch {
                throw .unavailable(.init("no key could be made: \(error)"))
            }
        }
        let time = now()
        let id: OperationID = try makeID()
        let record = OperationRecord(
            id: id, act: .keyRotate, identity: nil, idempotencyKey: nil,
            requestHash: [UInt8](repeating: 0, count: 32), object: nil)
        let result = await recorder.act(record, priority: .change, duty: duty) { (_) throws(RecordingRefusal) in
            ActOutcome(value: true, entries: [change.pendingEntry(by: .broker, source: nil, at: time)])
        }
        _ = try unwrap(result, id)
    }
}
