internal import Logging
internal import Storage
internal import StrictYAML
internal import TenureHTTP

extension ServerConfiguration.Limits {
    /// How a limit is called in the file, and the least with which anything works: a header of 10 bytes, or a batch of
    /// none, would be a server that refuses everybody.
    private struct Key<Value> {
        let name: String
        let path: any WritableKeyPath<ServerConfiguration.Limits, Value> & Sendable
        let least: Int64

        init(
            _ name: String, _ path: any WritableKeyPath<ServerConfiguration.Limits, Value> & Sendable,
            from least: Int64 = 1
        ) {
            self.name = name
            self.path = path
            self.least = least
        }
    }

    private static let sizes: [Key<Int>] = [
        Key("body_bytes_max", \.http.bodyBytesMax, from: 4_096), Key("csr_bytes_max", \.http.csrBytesMax, from: 2_048),
        Key("token_bytes_max", \.http.tokenBytesMax, from: 2_048),
        Key("estate_bytes_max", \.http.estateBytesMax, from: 4_096),
        Key("header_bytes_max", \.http.headerBytesMax, from: 4_096),
        Key("header_count_max", \.http.headerCountMax, from: 16), Key("json_depth_max", \.http.jsonDepthMax, from: 8),
        Key("json_keys_max", \.http.jsonKeysMax, from: 64), Key("estate_keys_max", \.http.estateKeysMax, from: 64),
        Key("connections_max", \.http.connectionsMax),
        Key("connections_per_address_max", \.http.connectionsPerAddressMax),
        Key("issuing_under_way_max", \.http.issuingUnderWayMax, from: 8),
    ]

    private static let numbers: [Key<Int64>] = [
        Key("page_items_max", \.http.pageItemsMax), Key("handshake_seconds", \.http.handshakeSeconds),
        Key("header_seconds", \.http.headerSeconds), Key("body_seconds", \.http.bodySeconds),
        Key("idle_seconds", \.http.idleSeconds), Key("request_seconds", \.http.requestSeconds),
        Key("plan_seconds", \.http.planSeconds), Key("drain_seconds", \.http.drainSeconds),
        Key("outbound_seconds", \.outboundSeconds), Key("feeds_max", \.feedsMax),
        Key("queue_max", \.recording.waitingMax, from: 16), Key("batch_max", \.recording.batchMembersMax),
        Key("identity_requests_per_second", \.identityRequestsPerSecond),
        Key("identity_live_credentials_max", \.identityLiveCredentialsMax),
        Key("stranger_refusals_per_second", \.strangerRefusalsPerSecond),
        Key("source_refusals_per_second", \.sourceRefusalsPerSecond),
        Key("clock_jump_seconds_max", \.clockJumpSecondsMax), Key("clock_behind_seconds_max", \.clockBehindSecondsMax),
        Key("disk_free_bytes_min", \.diskFreeBytesMin, from: 16_777_216),
        Key("ballast_bytes", \.ballastBytes, from: 1_048_576),
    ]

    /// The keys of `limits`.
    static var keys: [String] { sizes.map(\.name) + numbers.map(\.name) }

    /// Each from the least with which anything works to 100 times its default.
    init(_ section: YAMLMapping?) throws(YAMLFault) {
        self.init()
        guard let section else { return }
        try section.refuseUnknown(known: Self.keys)
        for key in Self.sizes {
            let value = try section.number(key.name, Int64(self[keyPath: key.path]), from: key.least)
            self[keyPath: key.path] = Int(clamping: value)
        }
        for key in Self.numbers {
            self[keyPath: key.path] = try section.number(key.name, self[keyPath: key.path], from: key.least)
        }
        guard http.connectionsPerAddressMax <= http.connectionsMax else {
            throw section.fault("connections_per_address_max", "must be at most `connections_max`")
        }
        guard http.csrBytesMax <= http.bodyBytesMax else {
            throw section.fault("csr_bytes_max", "must be at most `body_bytes_max`: a request comes in a body")
        }
        guard recording.batchMembersMax <= recording.waitingMax else {
            throw section.fault("batch_max", "must be at most `queue_max`")
        }
    }

    /// Rates raised for development, as it says when it starts.
    mutating func raise(by factor: Int64) {
        let raised = HTTPLimits.raised(by: Int(clamping: factor))
        http.connectionsMax = max(http.connectionsMax, raised.connectionsMax)
        http.connectionsPerAddressMax = max(http.connectionsPerAddressMax, raised.connectionsPerAddressMax)
        for rate in [
            \Self.identityRequestsPerSecond, \Self.strangerRefusalsPerSecond, \Self.sourceRefusalsPerSecond,
        ] {
            let (raised, overflow) = self[keyPath: rate].multipliedReportingOverflow(by: factor)
            self[keyPath: rate] = overflow ? .max : raised
        }
    }
}

extension ServerConfiguration {
    /// The same with rates raised.
    func raised(by factor: Int64) -> ServerConfiguration {
        var raised = self
        raised.limits.raise(by: factor)
        return raised
    }
}

extension ServerConfiguration.Log {
    init(_ section: YAMLMapping?) throws(YAMLFault) {
        self.init(level: .info, format: .json)
        guard let section else { return }
        try section.refuseUnknown(known: ["level", "format"])
        if let text = try section.string("level") {
            guard let level = Logger.Level(rawValue: text) else {
                let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
                throw section.fault("level", "must be one of \(known)")
            }
            self.level = level
        }
        if let text = try section.string("format") {
            guard let format = Format(rawValue: text) else { throw section.fault("format", "must be json or text") }
            self.format = format
        }
    }
}

extension YAMLMapping {
    /// A whole number in its bounds, by default from 1 to 100 times the value that stands where none is given.
    func number(
        _ key: String, _ preset: Int64, from least: Int64 = 1, to most: Int64? = nil
    ) throws(YAMLFault) -> Int64 {
        guard let value = try int64(key) else { return preset }
        let (hundredfold, overflow) = preset.multipliedReportingOverflow(by: 100)
        let bound = most ?? (overflow ? .max : hundredfold)
        guard value >= least, value <= bound else { throw fault(key, "must be from \(least) to \(bound)") }
        return value
    }

    func absolutePath(_ key: String) throws(YAMLFault) -> String {
        guard let path = try optionalAbsolutePath(key) else { throw fault(key, "is required") }
        return path
    }

    /// A path from `/`, without a slash at its end, so that a file means the same from every folder.
    func optionalAbsolutePath(_ key: String) throws(YAMLFault) -> String? {
        guard let path = try string(key) else { return nil }
        return try plainPath(path, key)
    }

    /// A list of such paths; empty where there is none.
    func absolutePaths(_ key: String, countMax: Int) throws(YAMLFault) -> [String] {
        let paths = try strings(key) ?? []
        guard paths.count <= countMax else { throw fault(key, "must have at most \(countMax) paths") }
        var plain: [String] = []
        for path in paths { plain.append(try plainPath(path, key)) }
        return plain
    }

    private func plainPath(_ path: String, _ key: String) throws(YAMLFault) -> String {
        var path = path
        guard path.hasPrefix("/") else { throw fault(key, "must be a path from the root, beginning with /") }
        let parts = path.utf8.split(separator: UInt8(ascii: "/"))
        guard path.utf8.count <= 1_024, !path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }),
            !parts.contains(where: { $0.elementsEqual("..".utf8) || $0.elementsEqual(".".utf8) }), !parts.isEmpty
        else { throw fault(key, "must be a plain path, without `.` and `..`, at most 1024 bytes") }
        while path.hasSuffix("/") { path.removeLast() }
        return path
    }

    func listenAddress(_ key: String) throws(YAMLFault) -> ListenAddress {
        guard let address = ListenAddress(try requiredString(key)) else {
            throw fault(key, "must be HOST:PORT with a numeric address, such as 0.0.0.0:8443 or [::]:8443")
        }
        return address
    }

    /// `SCHEME://HOST[:PORT]`, without path and slash.
    func originURL(_ key: String, scheme: String) throws(YAMLFault) -> String {
        let text = try requiredString(key)
        let rest = text.utf8.dropFirst(scheme.utf8.count)
        let allowed = Set(".-:[]".utf8)
        guard text.hasPrefix(scheme), (1...253).contains(rest.count),
            rest.allSatisfy({
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || allowed.contains($0)
            })
        else { throw fault(key, "must be \(scheme)HOST[:PORT] in lower case, without a path and a slash at its end") }
        return text
    }
}
