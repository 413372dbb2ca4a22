/// Why a trust rule cannot be stored: everything that is wrong with it, not the first alone.
package struct UnsafeTrust: Error, Hashable, Sendable {
    /// At least one.
    package let findings: [Finding]

    /// One fault of the rule.
    package struct Finding: Hashable, Sendable {
        /// The field at fault, as in a trust's body: `audience`, `claims.ref`, `issuer.networks`.
        package let field: String
        /// What is wrong with it, and what to write instead; visible ASCII.
        package let detail: String
        /// The claims of a stranger who would have got in, as JSON; nil where the rule is malformed and not unsafe.
        package let stranger: String?

        init(_ field: String, _ detail: String, stranger: String? = nil) {
            self.field = field
            self.detail = detail
            self.stranger = stranger
        }

        init(claim: String, _ detail: String, stranger: String? = nil) {
            self.init("claims." + BoundedText.shown(claim, bytesMax: 128), detail, stranger: stranger)
        }
    }
}

extension UnsafeTrust: CustomStringConvertible {
    package var description: String {
        findings.map { finding in
            let stranger = finding.stranger.map { "; a stranger with these claims would have passed: " + $0 } ?? ""
            return finding.field + ": " + finding.detail + stranger
        }
        .joined(separator: "\n")
    }
}
