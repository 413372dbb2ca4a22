internal import Logging
internal import StrictYAML
internal import TenureHTTP

extension ServerConfiguration.Limits {
    /// How a limit of `HTTPLimits` is called in the file.
    private static let sizes: [(key: String, path: any WritableKeyPath<HTTPLimits, Int> & Sendable)] = [
        ("body_bytes_max", \.bodyBytesMax), ("csr_bytes_max", \.csrBytesMax), ("token_bytes_max", \.tokenBytesMax),
        ("estate_bytes_max", \.estateBytesMax), ("header_bytes_max", \.headerBytesMax),
        ("header_count_max", \.headerCountMax), ("json_depth_max", \.jsonDepthMax), ("json_keys_max", \.jsonKeysMax),
        ("estate_keys_max", \.estateKeysMax), ("connections_max", \.connectionsMax),
        ("connections_per_address_max", \.connectionsPerAddressMax),
    ]

    private static let times: [(key: String, path: any WritableKeyPath<HTTPLimits, Int64> & Sendable)] = [
        ("page_items_max", \.pageItemsMax), ("handshake_seconds", \.handshakeSeconds),
        ("header_seconds", \.headerSeconds), ("body_seconds", \.bodySeconds), ("idle_seconds", \.idleSeconds),
        ("request_seconds", \.requestSeconds), ("plan_seconds", \.planSeconds), ("drain_seconds", \.drainSeconds),
    ]

    private static let own: [(key: String, path: any WritableKeyPath<Self, Int64> & Sendable)] = [
        ("outbound_seconds", \.outboundSeconds), ("identity_requests_per_second", \.identityRequestsPerSecond),
        ("identity_live_credentials_max", \.identityLiveCredentialsMax),
        ("clock_jump_seconds_max", \.clockJumpSecondsMax), ("clock_behind_seconds_max", \.clockBehindSecondsMax),
        ("disk_free_bytes_min", \.diskFreeBytesMin), ("ballast_bytes", \.ballastBytes),
    ]

    /// The keys of `limits`.
    static var keys: [String] { sizes.map(\.key) + times.map(\.key) + own.map(\.key) }

    /// Each from 1 to 100 times its default.
    init(_ section: YAMLMapping?) throws(YAMLFault) {
        self.init()
        guard let section else { return }
        try section.refuseUnknown(known: Self.keys)
        for (key, path) in Self.sizes {
            http[keyPath: path] = Int(clamping: try section.number(key, Int64(http[keyPath: path])))
        }
        for (key, path) in Self.times { http[keyPath: path] = try section.number(key, http[keyPath: path]) }
        for (key, path) in Self.own { self[keyPath: path] = try section.number(key, self[keyPath: path]) }
    }

    /// Rates raised for development, as it says when it starts.
    mutating func raise(by factor: Int64) {
        let raised = HTTPLimits.raised(by: Int(clamping: factor))
        http.connectionsMax = max(http.connectionsMax, raised.connectionsMax)
        http.connectionsPerAddressMax = max(http.connectionsPerAddressMax, raised.connectionsPerAddressMax)
        let (rate, overflow) = identityRequestsPerSecond.multipliedReportingOverflow(by: factor)
        identityRequestsPerSecond = overflow ? .max : rate
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
        guard var path = try string(key) else { return nil }
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
