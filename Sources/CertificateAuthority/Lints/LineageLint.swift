internal import AuditLog
internal import TenureModel

/// The lineage is the ordered one, names this key, this issuer's key and this credential, and stands in every
/// certificate but those for foreign consumers and the broker's own (FORMATS, section 3).
enum LineageLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        let isWanted = !context.profile.foreignConsumers && order.purpose != .brokerServer
        guard isWanted else { return reading.has(.lineage) ? "a lineage stands where none may" : nil }
        guard let value = reading.value(.lineage) else { return "the lineage is missing" }
        let found: LineageExtension
        do throws(LineageExtensionError) {
            found = try LineageExtension(decoding: reading.bytes, in: value)
        } catch {
            return "the lineage cannot be read: \(error)"
        }
        guard found == order.lineage else { return "the lineage is not the ordered one" }
        let lineage = found.lineage
        guard lineage.subjectKey == order.key.keyReference.number else { return "the lineage names another key" }
        guard lineage.signingKey == context.issuer.keyReference.number else {
            return "the lineage names another signing key"
        }
        if case .credential(let id) = order.purpose, lineage.credential != LineageReference.credential(id).number {
            return "the lineage names another credential"
        }
        return nil
    }
}
