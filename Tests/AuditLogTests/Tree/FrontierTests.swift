internal import AuditLog
internal import Testing

@Suite("Frontier")
struct FrontierTests {
    @Test("the roots of the reference tree are the published ones")
    func publishedRoots() {
        var frontier = Frontier()
        #expect(frontier.root == hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
        for (leaf, root) in zip(ReferenceTree.leaves, ReferenceTree.roots) {
            frontier.append(leafHash: MerkleTree.leafHash(leaf))
            #expect(frontier.root == root)
        }
        #expect(MerkleTree.root(of: ReferenceTree.leaves) == ReferenceTree.roots[7])
    }

    @Test("its root is the recursive definition's at every size")
    func recursiveDefinition() {
        let tree = MemoryTree(count: 70)
        var frontier = Frontier()
        for size in 0...70 {
            #expect(frontier.size == Int64(size))
            #expect(frontier.root == tree.root(size))
            if size < 70 { frontier.append(leafHash: tree.leaves[size]) }
        }
    }

    @Test("what was encoded goes on as if it had never stopped")
    func encoding() throws {
        let tree = MemoryTree(count: 300)
        var frontier = Frontier()
        for leaf in tree.leaves {
            frontier = try #require(Frontier(encoded: frontier.encoded))
            frontier.append(leafHash: leaf)
        }
        #expect(frontier == tree.frontier)
        #expect(frontier.encoded.count == 8 + 32 * 300.nonzeroBitCount)
    }

    @Test("an encoding with a byte too few or too many, or too large a size, is refused")
    func badEncoding() {
        let encoded = MemoryTree(count: 5).frontier.encoded
        #expect(Frontier(encoded: Array(encoded.dropLast())) == nil)
        #expect(Frontier(encoded: encoded + [0]) == nil)
        #expect(Frontier(encoded: []) == nil)
        #expect(Frontier(encoded: [0xFF] + encoded.dropFirst()) == nil)
        #expect(Frontier(encoded: hex("0020000000000001") + encoded[8...]) == nil)
    }
}
