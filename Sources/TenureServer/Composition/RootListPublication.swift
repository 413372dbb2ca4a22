internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import Storage
internal import TenureAPI
internal import TenureModel

/// Keeps the root's own list where lists are served from. It is signed where the root's key is, and only carried here:
/// the file in the data folder is what lasts, the row may be lost.
enum RootListPublication {
    /// The root has one list, in the place of its first shard.
    static let shard: Int64 = 1

    /// Takes the list of the file, where it is newer than the one that is served. Where another node took a newer one,
    /// that goes into the file: whichever node the operator puts a list on, all have it.
    static func publish(
        _ configuration: ServerConfiguration, root: KeyVersion, in ledger: Ledger
    ) async throws(StartFailure) {
        let path = configuration.rootListPath
        let issuer = IssuerID(high: root.id.high, low: root.id.low)
        guard ProtectedFile.exists(path) else { return try await restore(configuration, issuer, in: ledger) }
        let list = try read(path)
        let number = list.number.reduce(Int64(0)) { $0 &<< 8 | Int64($1) }
        guard list.number.count < 8, number > 0 else {
            throw StartFailure(.fault, "\(path) has a number that is not acceptable: sign the root's list anew")
        }
        let newer: [UInt8]?
        do throws(StorageError) {
            newer = try await offer(list, number: number, of: issuer, in: ledger)
        } catch {
            throw StartFailure(error, configuration)
        }
        if let newer { try ProtectedFile.replace(path, newer) }
    }

    /// Has a list served, unless a newer one is; returns that.
    private static func offer(
        _ list: RevocationList, number: Int64, of issuer: IssuerID, in ledger: Ledger
    ) async throws(StorageError) -> [UInt8]? {
        let served = try await ledger.shard(issuer: issuer, shard: shard)
        if served == nil {
            _ = try await ledger.takeShard(
                issuer: issuer, revocationSeconds: list.nextUpdate - list.thisUpdate,
                hour: Timestamp.distantFuture.seconds / 3_600)
        }
        let known = served?.crlNumber ?? 0
        guard known < number else { return known > number ? served?.list?.der : nil }
        _ = try await ledger.storeList(
            .init(
                thisUpdate: Timestamp(clampingSeconds: list.thisUpdate),
                nextUpdate: Timestamp(clampingSeconds: list.nextUpdate), der: list.der),
            number: number, after: known, issuer: issuer, shard: shard)
        return nil
    }

    /// Writes the file of a node that has none.
    private static func restore(
        _ configuration: ServerConfiguration, _ issuer: IssuerID, in ledger: Ledger
    ) async throws(StartFailure) {
        let served: RevocationShard?
        do throws(StorageError) {
            served = try await ledger.shard(issuer: issuer, shard: shard)
        } catch {
            throw StartFailure(error, configuration)
        }
        if let der = served?.list?.der { try ProtectedFile.replace(configuration.rootListPath, der) }
    }

    /// The list of the file against the record.
    static func standing(
        _ configuration: ServerConfiguration, _ snapshot: Snapshot
    ) throws(StartFailure) -> RootListStanding {
        RootListStanding(try read(configuration.rootListPath), in: snapshot)
    }

    private static func read(_ path: String) throws(StartFailure) -> RevocationList {
        let der = try ProtectedFile.read(path, .published)
        do throws(RevocationListError) {
            return try RevocationList(der: der)
        } catch {
            throw StartFailure(.fault, "\(path) is no revocation list: put the root's newest one there")
        }
    }
}
