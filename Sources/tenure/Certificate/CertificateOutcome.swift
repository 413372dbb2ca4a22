internal import Foundation
internal import TenureAPI
internal import TenureClient

/// Writes what came of a request for a certificate, and shows it.
enum CertificateOutcome {
    /// Writes key, leaf with issuers, issuers, and root; all of them change at once.
    ///
    /// - Parameter key: nil where the key lies elsewhere.
    static func write(
        _ answer: IssueCertificateAnswer, key: [UInt8]?, root: String, to folder: CertificateFolder
    ) async throws {
        guard let leaf = answer.certificate, let chain = answer.chain else {
            throw CommandFailure(.fault, "the answer has no certificate")
        }
        let issuers = chain.map(line).joined()
        var files: CertificateFolder.Files = [
            "cert.pem": Array((line(leaf) + issuers).utf8), "chain.pem": Array(issuers.utf8),
            "ca.pem": Array(line(root).utf8), "credential.json": Array(try CredentialFile(answer).encoded()),
        ]
        files["key.pem"] = key
        try await folder.replace(with: files, nonce: Nonce.make())
    }

    static func show(_ answer: IssueCertificateAnswer, folder: String?, output: OutputOptions) throws {
        try output.show(answer) { report in
            report.line(folder.map { "The certificate is in \($0)." } ?? "It would be given.")
            report.row("Credential", answer.id.map { "credential/" + $0 })
            report.row("Identity", answer.identity)
            report.row("Owner", answer.owner)
            report.row("Entitlement", answer.entitlement)
            report.row("Names", answer.names)
            report.row("Ignored", answer.ignored)
            report.row("Serial", answer.serial)
            report.row("Not after", answer.notAfter)
            report.row("Renew after", answer.renewAfter)
            report.row("Renew until", RenewalText.shown(answer.renewUntil))
            report.row("Replaces", answer.replaces.map { "credential/" + $0 })
            report.row("Audit index", answer.auditIndex)
        }
    }

    private static func line(_ pem: String) -> String { pem.hasSuffix("\n") ? pem : pem + "\n" }
}

/// `credential.json` beside a certificate: which credential it is, and when to renew it.
struct CredentialFile: Codable {
    let id: String?
    let serial: String?
    let notAfter: String
    let renewAfter: String?

    init(_ answer: IssueCertificateAnswer) {
        id = answer.id
        serial = answer.serial
        notAfter = answer.notAfter
        renewAfter = answer.renewAfter
    }

    enum CodingKeys: String, CodingKey {
        case id, serial
        case notAfter = "not_after"
        case renewAfter = "renew_after"
    }

    func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return try encoder.encode(self) + Data("\n".utf8)
    }

    /// By what the broker knows a certificate: the id that lies beside it, if that is its own, else its serial number.
    static func reference(to certificate: CertificateText, in file: String) -> String {
        guard let known = beside(file), known.serial == certificate.serial, let id = known.id else {
            return certificate.serial
        }
        return id
    }

    /// What lies beside a certificate; nil where nothing does, or something else.
    private static func beside(_ certificateFile: String) -> CredentialFile? {
        let path = URL(fileURLWithPath: certificateFile).deletingLastPathComponent()
            .appendingPathComponent("credential.json").path
        do {
            return try JSONDecoder().decode(
                CredentialFile.self, from: Data(try FileContent.read(path, bytesMax: 65_536)))
        } catch {
            return nil
        }
    }
}
