package import TenureModel

/// The key sets of the issuers in use. Fetching is handed in, and so is the time.
///
/// One fetch at a time for a source, at most one in 30 s however many unknown `kid`s strangers send (THREATS, T16).
/// Keys are refreshed ahead every 10 minutes, so that nobody waits; past an hour a login waits for the refresh, so that
/// a withdrawn key is not used because nobody logged in; when the issuer cannot be reached the last good keys serve
/// until they are a day old.
package actor KeySetCache {
    /// All in seconds.
    package struct Limits: Hashable, Sendable {
        package var refreshAfter: Int64 = 600
        package var waitAfter: Int64 = 3600
        package var keepFor: Int64 = 86_400
        package var retryAfter: Int64 = 30
        package var sourceCountMax = 256
        /// How many sources `refreshDue` fetches at once.
        package var concurrencyMax = 8

        package init() {}
    }

    /// Gets the bytes of a trust's key set over the network, within its own deadline: discovery, `KeyAddressRule` on
    /// every address, no redirects, `KeySetText.bytesMax`. Never called for a fixed set.
    package typealias Fetch = @Sendable (OIDCTrust) async throws(KeySourceError) -> [UInt8]

    /// Begins a task of its own. Handed in, so that a simulation decides where it runs.
    package typealias Start = @Sendable (@escaping @Sendable () async -> Void) -> Task<Void, Never>

    private struct Entry {
        let trust: OIDCTrust
        var set: KeySet?
        var fetched: Timestamp?
        var attempted: Timestamp?
        var used: Timestamp
        var failure: KeySourceError?
        var flight: Task<Void, Never>?
    }

    private enum Phase {
        case fresh, due, stale, gone
    }

    private let limits: Limits
    private let fetch: Fetch
    private let start: Start
    private var entries: [KeySourceIdentity: Entry] = [:]

    /// Takes the way to the network, and how a fetch that outlives its caller begins.
    package init(
        limits: Limits = Limits(), start: @escaping Start = { work in Task { await work() } }, fetch: @escaping Fetch
    ) {
        self.start = start
        self.limits = limits
        self.fetch = fetch
    }

    /// The key of this id at the trust's source; fetches where that is due and allowed.
    package func key(
        _ keyID: String, for trust: OIDCTrust, now: Timestamp
    ) async throws(KeyLookupError) -> VerificationKey {
        let source = KeySourceIdentity(trust)
        try note(source, trust, now)
        if let key = entries[source]?.set?.key(keyID) {
            switch phase(of: source, now) {
            case .fresh: return key
            case .due:
                _ = refresh(source, now)
                return key
            case .stale, .gone: break
            }
        }
        await refresh(source, now)?.value
        guard let set = entries[source]?.set, phase(of: source, now) != .gone else {
            throw .unavailable(entries[source]?.failure)
        }
        guard let key = set.key(keyID) else { throw .unknownKey }
        return key
    }

    /// Refreshes what is due, waits for it, and forgets sources that nobody used for a day. For a loop, each minute.
    package func refreshDue(now: Timestamp) async {
        for (source, entry) in entries where entry.flight == nil && elapsed(since: entry.used, now) >= limits.keepFor {
            entries[source] = nil
        }
        var due = entries.keys.filter { phase(of: $0, now) != .fresh }[...]
        while !due.isEmpty {
            let flights = due.prefix(limits.concurrencyMax).compactMap { refresh($0, now) }
            due = due.dropFirst(limits.concurrencyMax)
            for flight in flights { await flight.value }
        }
    }

    /// How each source stands, for `doctor` and metrics.
    package func states() -> [KeySourceState] {
        entries.values.map { entry in
            KeySourceState(
                issuer: entry.trust.issuer, keyIDs: entry.set?.keys.map(\.keyID) ?? [],
                skipped: entry.set?.skipped ?? [], fetched: entry.fetched, attempted: entry.attempted,
                failure: entry.failure)
        }
        .sorted { $0.issuer.utf8.lexicographicallyPrecedes($1.issuer.utf8) }
    }

    // MARK: Fetching

    /// Joins the fetch under way, or starts one; nil where none is allowed yet.
    private func refresh(_ source: KeySourceIdentity, _ now: Timestamp) -> Task<Void, Never>? {
        guard let entry = entries[source] else { return nil }
        // defence: T16
        if let flight = entry.flight { return flight }
        if case .fixed = entry.trust.keys, entry.attempted != nil { return nil }
        // The distance in both directions: of two requests the later may bring the earlier time.
        // defence: T16
        if let attempted = entry.attempted, abs(elapsed(since: attempted, now)) < limits.retryAfter { return nil }
        // A task of its own: the caller may hang up, and others wait for the same answer.
        let flight = start { await self.load(source, entry.trust, now) }
        entries[source]?.attempted = now
        entries[source]?.flight = flight
        return flight
    }

    private func load(_ source: KeySourceIdentity, _ trust: OIDCTrust, _ now: Timestamp) async {
        do throws(KeySourceError) {
            let set = try await keySet(source, trust)
            entries[source]?.set = set
            entries[source]?.fetched = now
            entries[source]?.failure = nil
        } catch {
            entries[source]?.failure = error
        }
        entries[source]?.flight = nil
    }

    private func keySet(_ source: KeySourceIdentity, _ trust: OIDCTrust) async throws(KeySourceError) -> KeySet {
        let bytes: [UInt8]
        if case .fixed(let text) = trust.keys { bytes = Array(text.utf8) } else { bytes = try await fetch(trust) }
        do throws(KeySetError) {
            return try await KeySet(try KeySetText(bytes), source: source)
        } catch {
            throw .keySet(error)
        }
    }

    // MARK: Entries

    private func note(_ source: KeySourceIdentity, _ trust: OIDCTrust, _ now: Timestamp) throws(KeyLookupError) {
        if entries[source] != nil {
            entries[source]?.used = now
            return
        }
        if entries.count >= limits.sourceCountMax {
            let idle = entries.filter { $0.value.flight == nil }
            guard let oldest = idle.min(by: { $0.value.used < $1.value.used })?.key else { throw .tooManySources }
            entries[oldest] = nil
        }
        entries[source] = Entry(trust: trust, used: now)
    }

    private func phase(of source: KeySourceIdentity, _ now: Timestamp) -> Phase {
        guard let entry = entries[source], let fetched = entry.fetched else { return .gone }
        if case .fixed = entry.trust.keys { return .fresh }
        let age = elapsed(since: fetched, now)
        if age < limits.refreshAfter { return .fresh }
        if age < limits.waitAfter { return .due }
        return age < limits.keepFor ? .stale : .gone
    }

    private func elapsed(since: Timestamp, _ now: Timestamp) -> Int64 { now.seconds - since.seconds }
}

/// How the keys of one source stand.
package struct KeySourceState: Hashable, Sendable {
    package let issuer: String
    package let keyIDs: [String]
    package let skipped: [SkippedKey]
    /// When the keys in use were asked for; nil where there are none.
    package let fetched: Timestamp?
    package let attempted: Timestamp?
    /// Why the last attempt failed; nil where it did not.
    package let failure: KeySourceError?
}
