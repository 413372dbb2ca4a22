internal import Foundation

/// An issuer of OIDC tokens without a server: the broker has its keys from a file. It vouches for workloads by name.
struct StoryIssuer {
    static let url = "https://ci.story.internal"

    let folder: URL

    /// Makes the key, and an estate whose workloads are trusted by `sub` = their name.
    ///
    /// - Parameters:
    ///   - workloads: all owned by `person/owner`, in production.
    ///   - profile: what each is entitled to.
    /// - Returns: the estate's file.
    static func make(
        in folder: URL, workloads: [String], profile: String
    ) async throws -> (issuer: StoryIssuer, estate: String) {
        let key = folder.appendingPathComponent("issuer.pem").path
        _ = try await Program.system("openssl").run(["genrsa", "-out", key, "2048"]).checked("genrsa")
        let modulus = try await Program.system("openssl").run(["rsa", "-in", key, "-noout", "-modulus"])
            .checked("modulus")
        let digits = modulus.trimmingCharacters(in: .whitespacesAndNewlines).dropFirst("Modulus=".count)
        let number = base64(hex: digits)
        let keySet =
            #"{"keys":[{"kty":"RSA","alg":"RS256","use":"sig","kid":"1","e":"AQAB","n":"\#(number)"}]}"#
        let keyFile = folder.appendingPathComponent("jwks.json").path
        try Data(keySet.utf8).write(to: URL(fileURLWithPath: keyFile))
        var lines = ["apiVersion: tenure/1", "estate: story", "people:", "  - name: owner", "workloads:"]
        for name in workloads {
            lines += [
                "  - name: \(name)", "    class: service", "    owner: person/owner", "    purpose: Works",
                "    environment: production",
            ]
        }
        lines.append("trusts:")
        for name in workloads {
            lines += [
                "  - name: \(name)", "    workload: \(name)",
                "    issuer: {url: \"\(url)\", jwks: {file: jwks.json}}", "    audience: tenure",
                "    claims: {sub: \(name)}", "    presentations: until-expiry",
            ]
        }
        lines.append("entitlements:")
        for name in workloads {
            lines += ["  - identity: workload/\(name)", "    profile: \(profile)", "    justification: It works"]
        }
        let file = folder.appendingPathComponent("estate.yaml").path
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: file))
        return (StoryIssuer(folder: folder), file)
    }

    /// An OIDC token of the issuer, in a file.
    func proof(of subject: String) async throws -> String {
        let now = Int(Date().timeIntervalSince1970)
        let header = Self.base64(#"{"alg":"RS256","kid":"1","typ":"JWT"}"#)
        let times = #""iat":\#(now),"exp":\#(now + 600),"jti":"\#(UUID())""#
        let claims = Self.base64(#"{"iss":"\#(Self.url)","aud":"tenure","sub":"\#(subject)",\#(times)}"#)
        let (input, output) = (
            folder.appendingPathComponent("\(subject).in").path, folder.appendingPathComponent("\(subject).sig").path
        )
        try Data("\(header).\(claims)".utf8).write(to: URL(fileURLWithPath: input))
        let key = folder.appendingPathComponent("issuer.pem").path
        _ = try await Program.system("openssl").run(["dgst", "-sha256", "-sign", key, "-out", output, input])
            .checked("sign")
        let signature = Self.base64(try Data(contentsOf: URL(fileURLWithPath: output)))
        let file = folder.appendingPathComponent("\(subject).jwt").path
        guard
            FileManager.default.createFile(
                atPath: file, contents: Data("\(header).\(claims).\(signature)".utf8),
                attributes: [.posixPermissions: 0o600])
        else { throw StoryFailure("no \(file)") }
        return file
    }

    private static func base64(_ text: String) -> String { base64(Data(text.utf8)) }

    private static func base64(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func base64(hex digits: Substring) -> String {
        var bytes = Data()
        var rest = digits[...]
        while let byte = UInt8(rest.prefix(2), radix: 16) {
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return base64(bytes)
    }
}
