package import TenureAPI
internal import TenureModel

extension DesiredProfile {
    /// Parses a profile file or body (FORMATS, section 5). A field that another kind has is refused.
    package init(_ document: ProfileDocument, path: String) throws(FieldFault) {
        let read = FieldReader(path: path.isEmpty ? "" : path + ".")
        let kind = try read.choice(document.kind, "kind", of: ProfileBody.Kind.self)
        try Self.refuseForeign(document, kind, read)
        var environment: EnvironmentName?
        if let text = document.environment { environment = try read.name(text, "environment") }
        let body: ProfileBody
        switch kind {
        case .token: body = .token(try TokenProfile(document, read))
        case .certificate: body = .certificate(try CertificateProfile(document, read))
        case .administration: body = .administration(try AdministrationProfile(document, read))
        }
        guard (environment == nil) == (kind == .administration) else {
            throw read.fault("environment", kind == .administration ? "a role has none" : "is missing")
        }
        self.init(
            path: path, name: try read.name(document.name, "name"), environment: environment,
            approval: try read.choice(try read.required(document.approval, "approval"), "approval"), body: body)
    }

    private static func refuseForeign(
        _ document: ProfileDocument, _ kind: ProfileBody.Kind, _ read: FieldReader
    ) throws(FieldFault) {
        let token: [(String, Bool)] = [
            ("audiences", document.audiences != nil), ("scopes", document.scopes != nil),
            ("bare", document.bare != nil),
        ]
        let certificate: [(String, Bool)] = [
            ("keys", document.keys != nil), ("names", document.names != nil), ("usages", document.usages != nil),
            ("revocation_seconds", document.revocationSeconds != nil), ("spiffe", document.spiffe != nil),
            ("foreign_consumers", document.foreignConsumers != nil),
        ]
        let administration: [(String, Bool)] = [("acts", document.acts != nil), ("scope", document.scope != nil)]
        let foreign: [(String, Bool)] =
            switch kind {
            case .token: certificate + administration
            case .certificate: token + administration
            case .administration: token + certificate
            }
        if let field = foreign.first(where: \.1)?.0 { throw read.fault(field, "a \(kind) profile has none") }
    }
}

extension TokenProfile {
    init(_ document: ProfileDocument, _ read: FieldReader) throws(FieldFault) {
        let audiences = try read.list(document.audiences, "audiences", max: 64) { (text, field) throws(FieldFault) in
            try read.audience(text, field)
        }
        guard !audiences.isEmpty else { throw read.fault("audiences", "at least one") }
        // Sessions are tokens of this audience, under a ring of their own.
        if audiences.contains(where: { $0.text == "tenure" }) {
            throw read.fault("audiences", "tenure is the audience of sessions")
        }
        let scopes = try read.list(document.scopes, "scopes", max: 64) { (text, field) throws(FieldFault) in
            try read.scope(text, field)
        }
        let lifetimes = try Lifetimes(document, read, most: 86_400)
        self.init(
            audiences: audiences, scopes: scopes, lifetime: lifetimes.usual, maximumLifetime: lifetimes.most,
            bare: document.bare ?? false)
    }
}

extension CertificateProfile {
    init(_ document: ProfileDocument, _ read: FieldReader) throws(FieldFault) {
        let keys = try read.list(document.keys, "keys", max: 6) { (text, field) throws(FieldFault) in
            try read.choice(text, field, of: Key.self)
        }
        guard !keys.isEmpty else { throw read.fault("keys", "at least one") }
        let usages = try read.list(document.usages, "usages", max: 2) { (text, field) throws(FieldFault) in
            try read.choice(text, field, of: Usage.self)
        }
        guard !usages.isEmpty else { throw read.fault("usages", "at least one") }
        let names = try read.list(document.names, "names", max: 16) { (text, field) throws(FieldFault) in
            guard (1...253).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw read.fault(field, "a DNS name")
            }
            return text
        }
        let revocation = document.revocationSeconds ?? 3_600
        guard (300...604_800).contains(revocation) else {
            throw read.fault("revocation_seconds", "from 300 to 604800")
        }
        let lifetimes = try Lifetimes(document, read, most: Lifetime.allowed.upperBound)
        self.init(
            keys: keys, names: names, usages: usages, spiffe: document.spiffe ?? true, lifetime: lifetimes.usual,
            maximumLifetime: lifetimes.most, revocationSeconds: revocation,
            foreignConsumers: document.foreignConsumers ?? false)
    }
}

extension AdministrationProfile {
    init(_ document: ProfileDocument, _ read: FieldReader) throws(FieldFault) {
        let acts = try read.list(document.acts, "acts", max: Act.allCases.count) { (text, field) throws(FieldFault) in
            try read.choice(text, field, of: Act.self)
        }
        guard !acts.isEmpty else { throw read.fault("acts", "at least one") }
        self.init(acts: acts, scope: try read.choice(try read.required(document.scope, "scope"), "scope"))
    }
}

/// The usual and the longest lifetime of a profile; the usual one lies within the other.
private struct Lifetimes {
    let usual: Lifetime
    let most: Lifetime

    init(_ document: ProfileDocument, _ read: FieldReader, most bound: Int64) throws(FieldFault) {
        usual = try read.lifetime(document.lifetimeSeconds, "lifetime_seconds")
        most = try read.lifetime(document.maxLifetimeSeconds ?? document.lifetimeSeconds, "max_lifetime_seconds")
        guard most.seconds <= bound else { throw read.fault("max_lifetime_seconds", "at most \(bound)") }
        guard usual <= most else { throw read.fault("lifetime_seconds", "at most max_lifetime_seconds") }
    }
}
