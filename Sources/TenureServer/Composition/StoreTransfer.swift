internal import AuditInspection
internal import AuditLog
internal import Storage
internal import TenureAPI

/// A whole installation that goes from one database into another: copied, compared row by row, verified, and only then
/// one that can be served.
struct StoreTransfer: Sendable {
    let copy: StoreCopy
    private let target: any SQLEngine
    private let from: ServerConfiguration
    private let to: ServerConfiguration

    /// Looks at both, and changes neither but what an earlier transfer left.
    ///
    /// - Parameters:
    ///   - from: of the source, for messages.
    ///   - again: takes away what an earlier one left in the target that did not end.
    /// - Throws: `StartFailure` where the source is none, or the target holds anything.
    init(
        _ source: any SQLEngine, _ from: ServerConfiguration, into target: any SQLEngine, _ to: ServerConfiguration,
        again: Bool
    ) async throws(StartFailure) {
        (self.target, self.from, self.to) = (target, from, to)
        do {
            if again { try await StoreCopy.discardUnfinished(in: target) }
            copy = try await StoreCopy(from: source, to: target)
        } catch let refusal as CopyRefusal {
            throw StartFailure(refusal, from, to)
        } catch let error as StorageError {
            throw StartFailure(error, to)
        } catch {
            throw StartFailure(.fault, "\(to.databasePlace) cannot be used")
        }
    }

    /// Does it, and verifies the target against the same key and checkpoints as the source was.
    ///
    /// - Parameter progress: called with the number of entries that are there.
    /// - Throws: `StartFailure`; the target bears a mark then, so that no program serves it.
    func run(
        key: VerifierKey, checkpoints: [String], progress: @Sendable (Int64) -> Void = { _ in }
    ) async throws(StartFailure) -> LogReport {
        do throws(StorageError) {
            try await copy.copy(progress: progress)
            if let place = try await copy.firstDifference() {
                throw .corrupt("its copy differs in \(place)")
            }
        } catch {
            throw StartFailure(error, to)
        }
        let report = try await LogCheck.check(
            InspectedFolder(target), of: to.databasePlace, key: key, checkpoints: checkpoints, to)
        guard report.size == copy.head.size, report.root == copy.head.root else {
            throw StartFailure(
                .verificationFailed,
                "the copy in \(to.databasePlace) has another root than \(from.databasePlace): nothing can be served"
                    + " there")
        }
        do throws(CopyRefusal) {
            try await copy.finish()
        } catch {
            throw StartFailure(error, from, to)
        }
        return report
    }
}

extension StartFailure {
    /// Why one database does not go into another.
    init(_ refusal: CopyRefusal, _ from: ServerConfiguration, _ to: ServerConfiguration) {
        let (source, target) = (from.databasePlace, to.databasePlace)
        switch refusal {
        case .emptySource: self.init(.notFound, "\(source) holds no installation: there is nothing to copy")
        case .otherSchema(let version):
            self.init(
                .conflict, "\(source) has schema \(version), which is not this program's: run the tenured that wrote it"
            )
        case .sourceChanged:
            self.init(
                .conflict,
                "something was recorded in \(source) meanwhile: stop every node that serves it, and run this again"
                    + " with --again")
        case .filledTarget:
            self.init(.conflict, "\(target) is not empty, and nothing is replaced. Name another, or empty it")
        case .unfinishedTarget:
            self.init(
                .conflict, "\(target) is what a copy left before its end: give --again to begin it anew")
        case .storage(let error): self.init(error, from)
        }
    }
}
