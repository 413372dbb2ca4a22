internal import Foundation

// The people and programs of the stories, with the tools that they have.
extension DevelopmentBroker {
    /// A path for a file of this story.
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// `tenure` as the administrator.
    func admin(_ arguments: String..., input: String = "") async throws -> Program.Outcome {
        try await tenure(arguments, token: ready.adminTokenFile, input: input)
    }

    /// `tenure` with nothing but the address and the root certificate.
    func stranger(_ arguments: String..., input: String = "") async throws -> Program.Outcome {
        try await tenure(arguments, token: nil, input: input)
    }

    private func tenure(_ arguments: [String], token: String?, input: String) async throws -> Program.Outcome {
        var program = try Program.ours("tenure")
        program.environment = ["TENURE_ADDR": ready.url, "TENURE_CA_FILE": ready.caFile, "HOME": folder.path]
        if let token { program.environment["TENURE_TOKEN_FILE"] = token }
        // An export has one form, lines.
        let form = arguments.dropFirst().first == "export" ? [] : ["--output", "json"]
        return try await program.run(arguments + form, input: Data(input.utf8))
    }

    /// An OIDC token of the development issuer, in a file.
    func identityToken(_ name: String, subject: String, claims: [String: String] = [:]) async throws -> String {
        let body = try JSONSerialization.data(
            withJSONObject: ["sub": subject, "aud": "tenure", "claims": claims], options: [.sortedKeys])
        let answer = try await curl("POST", ready.oidcIssuer + "/token", body: String(decoding: body, as: UTF8.self))
        guard answer.status == 200, let token = answer.json["id_token"] as? String else {
            throw StoryFailure("no id_token: \(answer)")
        }
        let file = path(name + ".jwt")
        try Data(token.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        return file
    }

    /// That of the deployment job of the example estate.
    func jobToken(_ name: String = "job") async throws -> String {
        try await identityToken(
            name, subject: "repo:acme/shop:ref:refs/heads/main",
            claims: ["repository": "acme/shop", "ref": "refs/heads/main"])
    }

    struct Answer: CustomStringConvertible {
        let status: Int
        let body: String

        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:]
        }

        var description: String { "\(status) \(body)" }
    }

    /// One request by curl; `bearer` is a file with a token.
    func curl(
        _ method: String, _ address: String, bearer: String? = nil, body: String? = nil,
        type: String = "application/json", headers: [String] = [], certificate: (cert: String, key: String)? = nil
    ) async throws -> Answer {
        let url = address.hasPrefix("http") ? address : ready.url + address
        var lines = ["url = \"\(url)\"", "request = \"\(method)\"", "cacert = \"\(ready.caFile)\"", "silent"]
        lines += ["show-error", "max-time = 300", "write-out = \"\\n%{http_code}\""]
        if let bearer {
            let token = try String(contentsOfFile: bearer, encoding: .utf8).trimmingCharacters(
                in: .whitespacesAndNewlines)
            lines.append("header = \"Authorization: Bearer \(token)\"")
        }
        if let certificate { lines += ["cert = \"\(certificate.cert)\"", "key = \"\(certificate.key)\""] }
        for header in headers { lines.append("header = \"\(header)\"") }
        if let body {
            let file = path("body-\(UUID()).json")
            try Data(body.utf8).write(to: URL(fileURLWithPath: file))
            lines += ["header = \"Content-Type: \(type)\"", "data-binary = \"@\(file)\""]
        }
        // Options by standard input: a token has no place in argv.
        let outcome = try await Program.system("curl").run(
            ["--config", "-"], input: Data(lines.joined(separator: "\n").utf8))
        guard outcome.status == 0, let cut = outcome.output.lastIndex(of: "\n"),
            let status = Int(outcome.output[outcome.output.index(after: cut)...])
        else { throw StoryFailure("curl \(method) \(url): exit \(outcome.status) \(outcome.errors)") }
        return Answer(status: status, body: String(outcome.output[..<cut]))
    }

    /// What introspection says of a token.
    func isActive(_ token: String) async throws -> Bool {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        let form = "token=" + (token.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")
        let answer = try await curl(
            "POST", "/oauth2/introspect", bearer: ready.adminTokenFile, body: form,
            type: "application/x-www-form-urlencoded")
        guard answer.status == 200, let active = answer.json["active"] as? Bool else {
            throw StoryFailure("introspection: \(answer)")
        }
        return active
    }

    /// openssl, checked.
    @discardableResult
    func openssl(_ arguments: String...) async throws -> String {
        try await Program.system("openssl").run(arguments).checked("openssl \(arguments.first ?? "")")
    }

    /// Whether the list that a certificate names has its serial number.
    func isListed(_ certificate: String) async throws -> Bool {
        let points = try await openssl("x509", "-in", certificate, "-noout", "-ext", "crlDistributionPoints")
        guard let start = points.range(of: "URI:")?.upperBound else {
            throw StoryFailure("no list is named: \(points)")
        }
        let address = points[start...].prefix { !$0.isWhitespace }
        let list = path("list-\(UUID()).crl")
        let fetched = try await Program.system("curl").run(["-sS", "--fail", String(address), "-o", list])
        _ = try fetched.checked("the list \(address)")
        let text = try await openssl("crl", "-inform", "DER", "-in", list, "-noout", "-text")
        let serial = try await openssl("x509", "-in", certificate, "-noout", "-serial")
        guard let digits = serial.split(separator: "=").last?.trimmingCharacters(in: .whitespacesAndNewlines) else {
            throw StoryFailure("no serial number: \(serial)")
        }
        return text.uppercased().contains("SERIAL NUMBER: \(digits.uppercased())")
    }
}

extension Program.Outcome {
    /// The JSON object that it printed.
    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(output.utf8))) as? [String: Any] ?? [:]
    }

    /// A text of the JSON object that it printed.
    func text(_ key: String) throws -> String {
        guard let text = json[key] as? String else {
            throw StoryFailure("no \(key) in exit \(status): \(output) \(errors)")
        }
        return text
    }
}
