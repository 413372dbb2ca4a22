internal import CredentialLifecycle
internal import TenureModel
internal import Testing

extension KeyWrap {
    /// Expects that each of these opens as it is, and neither with the secret of another row nor with a bit flipped.
    func expectOnlyOwnRowsOpen(_ versions: [KeyVersion], sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(versions.count >= 4, sourceLocation: sourceLocation)
        for version in versions {
            _ = try unwrap(version)
            for other in versions where other.id != version.id {
                var exchanged = version
                exchanged.wrapped = other.wrapped
                #expect(throws: (any Error).self, sourceLocation: sourceLocation) { try unwrap(exchanged) }
            }
            for place in [0, version.wrapped.count / 2, version.wrapped.count - 1] {
                var flipped = version
                flipped.wrapped[place] ^= 1
                #expect(throws: (any Error).self, sourceLocation: sourceLocation) { try unwrap(flipped) }
            }
        }
    }
}
