package import AuditLog
internal import OpenSSLCrypto
package import TenureAPI

extension InclusionProofAnswer {
    /// A proof as answers show it, with the root to which it leads.
    package init(_ proof: InclusionProof, leafHash: [UInt8], checkpoint: CheckpointAnswer?) {
        self.init(
            index: proof.index, size: proof.size, leafHash: Base64.text(leafHash),
            root: Base64.text(proof.root(leafHash: leafHash)), hashes: proof.path.map(Base64.text),
            checkpoint: checkpoint)
    }
}

extension InclusionProof {
    /// The root to which the proof leads from a leaf (RFC 9162, section 2.1.3.2). What a tree of that size has as its
    /// root is for the reader to know, from a checkpoint.
    package func root(leafHash: [UInt8]) -> [UInt8] {
        guard var hash = Digest32(leafHash) else { return [] }
        var place = index
        var last = size - 1
        for step in path {
            guard let step = Digest32(step) else { return [] }
            if place & 1 == 1 || place == last {
                hash = SHA256.nodeHash(step, hash)
                while place & 1 == 0, place > 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                hash = SHA256.nodeHash(hash, step)
            }
            place >>= 1
            last >>= 1
        }
        return hash.bytes
    }
}
