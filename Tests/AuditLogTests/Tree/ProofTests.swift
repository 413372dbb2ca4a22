internal import AuditLog
internal import Testing

@Suite("Proofs")
struct ProofTests {
    static let large = MemoryTree(count: 70_000)

    // From the same tests as the roots; their leaves count from 1.
    @Test(
        "the published inclusion proofs are made and verified",
        arguments: [
            (
                0, 8,
                [
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ]
            ),
            (
                5, 8,
                [
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ]
            ),
            (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
            (
                1, 5,
                [
                    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                ]
            ),
        ])
    func publishedInclusion(index: Int, size: Int, path: [String]) throws {
        let proof = try InclusionProof.make(index: Int64(index), size: Int64(size), tile: ReferenceTree.tree.tile)
        #expect(proof.path == path.map(hex))
        #expect(proof.verifies(leafHash: ReferenceTree.tree.leaves[index], root: ReferenceTree.roots[size - 1]))
    }

    @Test(
        "the published consistency proofs are made and verified",
        arguments: [
            (1, 1, []),
            (
                1, 8,
                [
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ]
            ),
            (
                6, 8,
                [
                    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ]
            ),
            (
                2, 5,
                [
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                ]
            ),
        ] as [(Int, Int, [String])])
    func publishedConsistency(oldSize: Int, newSize: Int, path: [String]) throws {
        let proof = try ConsistencyProof.make(
            from: Int64(oldSize), to: Int64(newSize), tile: ReferenceTree.tree.tile)
        #expect(proof.path == path.map(hex))
        #expect(proof.verifies(oldRoot: ReferenceTree.roots[oldSize - 1], newRoot: ReferenceTree.roots[newSize - 1]))
    }

    @Test("every entry of every small tree is proved, and at its own place alone")
    func allInclusions() throws {
        let tree = MemoryTree(count: 40)
        for size in 1...40 {
            let root = tree.root(size)
            for index in 0..<size {
                let proof = try InclusionProof.make(index: Int64(index), size: Int64(size), tile: tree.tile)
                #expect(proof.verifies(leafHash: tree.leaves[index], root: root))
                let other = (index + 1) % size
                let moved = InclusionProof(index: Int64(other), size: Int64(size), path: proof.path)
                #expect(other == index || !moved.verifies(leafHash: tree.leaves[index], root: root))
            }
        }
    }

    @Test("a proof with a step changed, dropped, repeated or added is refused")
    func brokenInclusion() throws {
        let tree = MemoryTree(count: 21)
        let root = tree.root(21)
        for index in [0, 7, 16, 20] {
            let proof = try InclusionProof.make(index: Int64(index), size: 21, tile: tree.tile)
            let leaf = tree.leaves[index]
            var broken: [[[UInt8]]] = [proof.path + [proof.path[0]], Array(proof.path.dropLast()), []]
            for step in proof.path.indices {
                for byte in [0, 31] {
                    var path = proof.path
                    path[step][byte] ^= 1
                    broken.append(path)
                }
                var short = proof.path
                short[step].removeLast()
                broken.append(short)
                var without = proof.path
                without.remove(at: step)
                broken.append(without)
            }
            for path in broken {
                #expect(!InclusionProof(index: Int64(index), size: 21, path: path).verifies(leafHash: leaf, root: root))
            }
            for (place, size) in [(-1, 21), (21, 21), (0, 0), (Int64.max, Int64.max), (0, Int64.max)]
                as [(Int64, Int64)]
            {
                #expect(
                    !InclusionProof(index: place, size: size, path: proof.path).verifies(leafHash: leaf, root: root))
            }
        }
    }

    @Test("a proof of a smaller tree is none of a larger one, though its hashes lead to the smaller root")
    func otherSizes() throws {
        let tree = MemoryTree(count: 8)
        let inclusion = try InclusionProof.make(index: 0, size: 4, tile: tree.tile)
        #expect(inclusion.verifies(leafHash: tree.leaves[0], root: tree.root(4)))
        #expect(
            !InclusionProof(index: 0, size: 8, path: inclusion.path).verifies(
                leafHash: tree.leaves[0], root: tree.root(4)))
        let consistency = try ConsistencyProof.make(from: 2, to: 4, tile: tree.tile)
        #expect(consistency.verifies(oldRoot: tree.root(2), newRoot: tree.root(4)))
        #expect(
            !ConsistencyProof(oldSize: 2, newSize: 8, path: consistency.path).verifies(
                oldRoot: tree.root(2), newRoot: tree.root(4)))
    }

    @Test("every tree is consistent with every earlier one, and with no other root")
    func allConsistencies() throws {
        let tree = MemoryTree(count: 33)
        for newSize in 0...33 {
            for oldSize in 0...newSize {
                let proof = try ConsistencyProof.make(from: Int64(oldSize), to: Int64(newSize), tile: tree.tile)
                #expect(proof.verifies(oldRoot: tree.root(oldSize), newRoot: tree.root(newSize)))
                var root = tree.root(oldSize)
                root[5] ^= 4
                #expect(!proof.verifies(oldRoot: root, newRoot: tree.root(newSize)))
                root = tree.root(newSize)
                root[0] ^= 1
                #expect(oldSize == 0 || !proof.verifies(oldRoot: tree.root(oldSize), newRoot: root))
                for step in proof.path.indices {
                    var path = proof.path
                    path[step][0] ^= 1
                    let changed = ConsistencyProof(oldSize: Int64(oldSize), newSize: Int64(newSize), path: path)
                    #expect(!changed.verifies(oldRoot: tree.root(oldSize), newRoot: tree.root(newSize)))
                }
            }
        }
    }

    @Test("proofs in a tree of several tile levels verify")
    func severalLevels() throws {
        let tree = Self.large
        let root = tree.frontier.root
        for index in [0, 255, 256, 65_535, 65_536, 69_999] as [Int64] {
            let proof = try InclusionProof.make(index: index, size: 70_000, tile: tree.tile)
            #expect(proof.verifies(leafHash: tree.leaves[Int(index)], root: root))
        }
        for oldSize in [1, 255, 256, 300, 65_536, 65_537, 69_999] as [Int64] {
            let proof = try ConsistencyProof.make(from: oldSize, to: 70_000, tile: tree.tile)
            #expect(
                proof.verifies(oldRoot: MemoryTree(Array(tree.leaves[..<Int(oldSize)])).frontier.root, newRoot: root))
        }
    }

    @Test("what lies outside the tree, and a tile that is too short, have their own errors")
    func errors() {
        let tree = MemoryTree(count: 10)
        #expect(throws: ProofError<Never>.outOfRange) { try InclusionProof.make(index: 10, size: 10, tile: tree.tile) }
        #expect(throws: ProofError<Never>.outOfRange) { try InclusionProof.make(index: -1, size: 10, tile: tree.tile) }
        #expect(throws: ProofError<Never>.outOfRange) {
            try InclusionProof.make(index: 0, size: Int64.max, tile: tree.tile)
        }
        #expect(throws: ProofError<Never>.outOfRange) { try ConsistencyProof.make(from: 4, to: 3, tile: tree.tile) }
        #expect(throws: ProofError<Never>.malformedTile(TileCoordinate(level: 0, index: 0, width: 10))) {
            try InclusionProof.make(index: 0, size: 10) { _ in [1, 2, 3] }
        }
    }
}
