internal import AuditLog
package import CertificateAuthority
package import OpenSSLCrypto
package import Storage
package import TenureModel

/// The root's own list, held against the record: when it ends, and which issuing CAs were cut and are not on it.
package struct RootListStanding: Sendable {
    let list: RevocationList
    let missing: [RevokedCertificate]

    /// Holds a list against the issuing CAs of a snapshot.
    package init(_ list: RevocationList, in snapshot: Snapshot) {
        self.list = list
        missing = snapshot.keyVersions(for: .issuingCA).compactMap { version in
            let reference = LineageReference.signingKey(spkiDER: version.publicKey)
            guard snapshot.mark(reference)?.kills(since: 0) ?? false,
                let certificate = try? KeyChest.certificate(version), certificate.notAfter > list.thisUpdate,
                !list.entries.contains(where: { $0.serialNumber == certificate.serialNumber })
            else { return nil }
            return RevokedCertificate(
                serial: certificate.serialNumber,
                revokedAt: snapshot.markTime(reference) ?? Timestamp(clampingSeconds: list.thisUpdate),
                reason: snapshot.markReason(reference) ?? .unspecified)
        }
    }

    /// Half of its life is over, or it does not say what it must.
    func isDue(at now: Timestamp) -> Bool {
        !missing.isEmpty || now.seconds >= list.thisUpdate + (list.nextUpdate - list.thisUpdate) / 2
    }

    /// What people must do, from a quarter of its life before its end; nil where nothing is.
    package func concern(at now: Timestamp, path: String) -> String? {
        let end = Timestamp(clampingSeconds: list.nextUpdate).secondsText
        let remedy = "sign it anew with the root's key, and put it at \(path) (ca/ceremony)"
        if now.seconds >= list.nextUpdate { return "the root's list has ended \(end): \(remedy)" }
        if !missing.isEmpty { return "an issuing CA was cut and is not on the root's list: \(remedy)" }
        guard now.seconds < list.nextUpdate - (list.nextUpdate - list.thisUpdate) / 4 else {
            return "the root's list ends \(end): \(remedy)"
        }
        return nil
    }
}

extension Broker {
    /// The root's list, signed anew; nil where that is not due, or the root's key lies elsewhere.
    package func renewedRootList(
        _ standing: RootListStanding
    ) throws(LifecycleError) -> SignedRevocationList? {
        let time = now()
        guard standing.isDue(at: time), let root = try keys.rootAuthority(in: snapshot) else { return nil }
        let listed = standing.list.entries.map { entry in
            RevokedCertificate(
                serial: entry.serialNumber, revokedAt: Timestamp(clampingSeconds: entry.revokedAt),
                reason: RevocationReason.allCases.first { Int($0.code) == entry.reason } ?? .unspecified)
        }
        do throws(AuthorityError) {
            return try root.revocationList(
                entries: listed + standing.missing,
                previousNumber: standing.list.number.reduce(Int64(0)) { $0 &<< 8 | Int64($1) }, now: time,
                publication: keys.publication)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }
}
