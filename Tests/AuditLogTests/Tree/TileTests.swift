internal import AuditLog
internal import Testing

@Suite("Tiles")
struct TileTests {
    // The index is the example of C2SP tlog-tiles.
    @Test(
        "paths are those of C2SP tlog-tiles",
        arguments: [
            (0, 0, 256, "tile/0/000"), (0, 273, 112, "tile/0/273.p/112"), (1, 1, 17, "tile/1/001.p/17"),
            (0, 1_234_067, 256, "tile/0/x001/x234/067"), (2, 1000, 1, "tile/2/x001/000.p/1"),
        ])
    func paths(level: Int, index: Int64, width: Int, path: String) throws {
        let coordinate = TileCoordinate(level: level, index: index, width: width)
        #expect(coordinate.path == path)
        #expect(TileCoordinate(path: path) == coordinate)
    }

    @Test("bundles of entries lie beside the tiles of level 0")
    func entriesPath() {
        #expect(TileCoordinate(level: 0, index: 1_234_067).entriesPath == "tile/entries/x001/x234/067")
        #expect(TileCoordinate(level: 0, index: 1, width: 9).entriesPath == "tile/entries/001.p/9")
    }

    @Test(
        "another spelling of a path is none",
        arguments: [
            "", "tile", "tile/0", "tile/0/", "tile/00/000", "tile/0/0", "tile/0/0000", "tile/0/x000/000", "tile/7/000",
            "tile/-1/000", "tile/0/001/000", "tile/0/x001/x000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/",
            "tile/0/000.p/01", "tile/0/000.p", "tile/0/.p/1", "/tile/0/000", "tile/0/000/", "tile/0/+01",
            "tile/0/x999/x999/x999/x999/x999/999",
            "tile/0/xx01/000", "tile/0/000.p/1/000", "tile/٠/000", "tile//000",
        ])
    func badPaths(path: String) { #expect(TileCoordinate(path: path) == nil) }

    @Test("growth completes exactly the tiles that end in it, the lower levels first")
    func completed() {
        #expect(TileCoordinate.completed(growingFrom: 0, to: 255).isEmpty)
        #expect(TileCoordinate.completed(growingFrom: 255, to: 256) == [TileCoordinate(level: 0, index: 0)])
        #expect(TileCoordinate.completed(growingFrom: 256, to: 256).isEmpty)
        #expect(
            TileCoordinate.completed(growingFrom: 65_279, to: 65_537)
                == [254, 255].map { TileCoordinate(level: 0, index: $0) } + [TileCoordinate(level: 1, index: 0)])
    }

    @Test("a tree has a tile from the moment on that its last hash exists")
    func existence() {
        let tile = TileCoordinate(level: 1, index: 0, width: 2)
        #expect(!tile.exists(inTreeOf: 511))
        #expect(tile.exists(inTreeOf: 512))
        #expect(!TileCoordinate(level: 0, index: 3, width: 1).exists(inTreeOf: 768))
        #expect(TileCoordinate(level: 0, index: 3, width: 1).exists(inTreeOf: 769))
    }

    @Test("the assembler gives each complete tile once, with the tree's own hashes")
    func assembler() {
        let tree = ProofTests.large
        var assembler = TileAssembler()
        var seen: [TileCoordinate] = []
        for leaf in tree.leaves {
            for (coordinate, hashes) in assembler.append(leafHash: leaf) {
                seen.append(coordinate)
                if coordinate.index % 64 == 0 { #expect(hashes == tree.tile(coordinate)) }
            }
        }
        #expect(Set(seen) == Set(TileCoordinate.completed(growingFrom: 0, to: 70_000)))
        #expect(seen.count == 70_000 / 256 + 1)
    }

    @Test("a tile's root is what the tile above holds")
    func tileRoot() {
        let tree = ProofTests.large
        let parent = TileCoordinate(level: 1, index: 0)
        let roots = parent.children.compactMap { MerkleTree.root(ofTile: tree.tile($0)) }
        #expect(roots.flatMap { $0 } == tree.tile(parent))
        #expect(MerkleTree.root(ofTile: []) == nil)
    }
}
