internal import AuditLog
internal import CertificateAuthority
internal import Logging
package import Storage
package import TenureModel

extension Broker {
    /// A place in a shard for a certificate that ends at `end`. A new shard has a signed, empty list before any
    /// certificate names it.
    func takeShard(
        of issuer: Issuer, revocationSeconds: Int64, end: Timestamp
    ) async throws(LifecycleError) -> CertificateAuthority.RevocationShard {
        let hour = end.seconds / 3_600
        if let number = shards.place(issuer: issuer.id, revocationSeconds: revocationSeconds, hour: hour) {
            return .init(number: number)
        }
        let taken: Storage.RevocationShard
        do throws(StorageError) {
            taken = try await ledger.takeShard(issuer: issuer.id, revocationSeconds: revocationSeconds, hour: hour)
        } catch {
            throw .unavailable(.init("no shard: \(error)"))
        }
        try await sign(taken, at: now())
        shards.open(
            taken.shard, issuer: issuer.id, revocationSeconds: revocationSeconds, hour: hour,
            currentHour: now().seconds / 3_600)
        guard let number = shards.place(issuer: issuer.id, revocationSeconds: revocationSeconds, hour: hour) else {
            throw .unavailable(.init("the shard is full"))
        }
        return .init(number: number)
    }

    /// Signs anew the lists of all certificates that hang on what was just cut. That a list could not be signed is
    /// left to the next round of `maintainLists`: the marks are durable.
    func publishLists(touching references: [LineageReference]) async {
        await publishLists(touching: references.map { HangingReference($0) })
    }

    /// The same, with what is known of where they are found.
    func publishLists(touching references: [HangingReference]) async {
        await listTurn.run(references) { [self] round in await carryOut(round) }
    }

    /// Whether all was done: a list that was not marked, or not signed though it was to be, is signed with all others
    /// in the next round.
    private func carryOut(_ round: ListTurn.Round) async -> Bool {
        var isDone = true
        for reference in round.references where await !soilShards(hangingOn: reference) { isDone = false }
        return await signDueLists(all: round.isOfAll) && isDone
    }

    private func soilShards(hangingOn reference: HangingReference) async -> Bool {
        var soiled: Set<ShardName> = []
        do {
            try await eachLive(hangingOn: reference, upTo: .max, at: now()) { credential in
                guard let issuer = credential.issuer, let shard = credential.shard, shard > 0 else { return }
                soiled.insert(ShardName(issuer: issuer, shard: shard))
            }
            for shard in soiled.sorted() { try await ledger.soilShard(issuer: shard.issuer, shard: shard.shard) }
            return true
        } catch {
            log.error("revocation lists could not be marked for signing", metadata: ["cause": "\(error)"])
            return false
        }
    }

    private struct ShardName: Hashable, Comparable {
        let issuer: IssuerID
        let shard: Int64

        static func < (one: Self, other: Self) -> Bool { (one.issuer, one.shard) < (other.issuer, other.shard) }
    }

    /// Signs every list that is dirty or half way to its end, and in the first round of a process, or of a duty, all of
    /// them. Runs periodically, on the node that has the duty: it marks what was cut since the last round once more.
    /// One of several nodes may have died between its cut and its lists, and where nobody knew what became of a COMMIT
    /// no list was marked, though the cut is in the record.
    package func maintainLists(under duty: Duty = .alone) async {
        do {
            try await catchUp()
            let last = recorder.head.lastFeed
            let (known, isNew) = listedCuts.begin(under: duty, at: last)
            // defence: T24 becomes: let cuts = try await cuts(after: last, upTo: last)
            let cuts = try await cuts(after: known, upTo: last)
            await listTurn.run(cuts, afresh: isNew) { [self] round in await carryOut(round) }
            listedCuts.end(under: duty, at: last)
        } catch {
            log.error("what was cut could not be read", metadata: ["cause": "\(error)"])
        }
    }

    private func cuts(after index: Int64, upTo last: Int64) async throws(LifecycleError) -> [HangingReference] {
        var cuts: [HangingReference] = []
        var place = index
        while place < last {
            let events: [FeedEvent]
            do throws(StorageError) {
                events = try await ledger.feedEvents(after: place, limit: 1_000)
            } catch {
                throw .unavailable(.init("\(error)"))
            }
            guard let newest = events.last else { break }
            for event in events {
                if case .mark(let reference, _) = event.body { cuts.append(HangingReference(reference)) }
            }
            place = newest.index
        }
        return cuts
    }

    private func signDueLists(all: Bool) async -> Bool {
        let time = now()
        let due: [Storage.RevocationShard]
        do throws(StorageError) {
            due = try await ledger.dueShards(
                before: all ? .distantFuture : time.adding(seconds: Self.halfLifeSecondsMax),
                hour: time.seconds / 3_600, limit: 10_000)
        } catch {
            log.error("revocation lists could not be read", metadata: ["cause": "\(error)"])
            return false
        }
        // What another node cut before it marked one of these is in the list that is signed now.
        do throws(LifecycleError) {
            try await catchUp()
        } catch {
            log.error("revocation lists wait for the database", metadata: ["cause": "\(error)"])
            return false
        }
        var isDone = true
        for shard in due where all || shard.isDue(at: time) {
            // One that cannot be signed does not keep the others from it.
            do throws(LifecycleError) {
                try await sign(shard, at: time)
            } catch {
                log.error("a revocation list could not be signed", metadata: ["cause": "\(error)"])
                if !shard.isDue(at: time), await !keepDue(shard) { isDone = false }
            }
        }
        return isDone
    }

    /// Marks a list that was to be signed and could not be, so that later rounds try that one and not all.
    private func keepDue(_ shard: Storage.RevocationShard) async -> Bool {
        do throws(StorageError) {
            try await ledger.soilShard(issuer: shard.issuer, shard: shard.shard)
            return true
        } catch {
            log.error("a revocation list could not be marked for signing", metadata: ["cause": "\(error)"])
            return false
        }
    }

    /// Half of the longest life that a list can have: a profile allows a week.
    private static let halfLifeSecondsMax: Int64 = 302_400

    private func sign(_ shard: Storage.RevocationShard, at time: Timestamp) async throws(LifecycleError) {
        guard let issuer = keys.issuer(shard.issuer) else { return }
        let dead = try await deadCertificates(of: shard, at: time)
        let list: SignedRevocationList
        do throws(RevocationListRefusal) {
            list = try RevocationListBuilder(issuer: issuer, publication: keys.publication).list(
                of: .init(number: shard.shard), entries: dead,
                previousNumber: shard.crlNumber > 0 ? shard.crlNumber : nil, thisUpdate: time,
                revocationSeconds: shard.revocationSeconds)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        do throws(StorageError) {
            // Where a mark or another node came in between, this list is forgotten, and the shard is due again.
            try await ledger.storeList(
                .init(thisUpdate: list.thisUpdate, nextUpdate: list.nextUpdate, der: list.der), number: list.number,
                after: shard.crlNumber, issuer: shard.issuer, shard: shard.shard)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    private func deadCertificates(
        of shard: Storage.RevocationShard, at time: Timestamp
    ) async throws(LifecycleError) -> [RevokedCertificate] {
        let snapshot = self.snapshot
        let certificates: [LiveCredential]
        do throws(StorageError) {
            certificates = try await ledger.certificates(
                ofIssuer: shard.issuer, shard: shard.shard, endingAfter: time,
                limit: Int64(RevocationListBuilder.shardEntriesMax))
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        return certificates.compactMap { certificate in
            guard let serial = certificate.serial,
                let mark = snapshot.firstKill(of: certificate.lineage.references, at: certificate.position)
            else { return nil }
            return RevokedCertificate(
                serial: serial, revokedAt: snapshot.markTime(mark.reference) ?? time,
                reason: snapshot.markReason(mark.reference) ?? .unspecified)
        }
    }

    /// The list of one shard in DER, for the plain listener; nil for what is not there.
    package func revocationList(issuer: IssuerID, shard: Int64) async throws(LifecycleError) -> Storage.RevocationShard?
    {
        do throws(StorageError) {
            return try await ledger.shard(issuer: issuer, shard: shard)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }
}

extension Storage.RevocationShard {
    /// Whether a mark may have changed it, or less than half of its life is left (DESIGN, section 7).
    func isDue(at time: Timestamp) -> Bool {
        guard !isDirty, let list else { return true }
        let life = list.nextUpdate.seconds - list.thisUpdate.seconds
        return list.nextUpdate.seconds - time.seconds <= life / 2
    }
}
