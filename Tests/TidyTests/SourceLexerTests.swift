internal import Testing

@Suite("splitting source text")
struct SourceLexerTests {
    private func words(_ text: String) -> [String] {
        SourceLexer(text).tokens.filter { $0.kind == .word }.map(\.text)
    }

    @Test("comments are no code, nested ones neither")
    func comments() {
        let lexer = SourceLexer("a // b \" c\n/* d /* e */ f */ g\n/// h\ni")
        #expect(lexer.tokens.map(\.text) == ["a", "g", "i"])
        #expect(lexer.comments.map(\.isDocumentation) == [false, false, true])
        #expect(lexer.comments.map(\.lastLine) == [1, 2, 3])
    }

    @Test("strings are no code, in none of their forms")
    func strings() {
        #expect(words("a \"b { \\\" c\" d") == ["a", "d"])
        #expect(words("a #\"b \" \\( c\"# d") == ["a", "d"])
        #expect(words("a \"\"\"\n b \"c\" }\n \"\"\" d") == ["a", "d"])
        #expect(words("a \"\" b") == ["a", "b"])
        #expect(words("a \"https://b\" c") == ["a", "c"])
    }

    @Test("interpolations are code, also strings inside them")
    func interpolations() {
        #expect(words("\"a \\(b(c, \"d \\(e)\")) f\" g") == ["b", "c", "e", "g"])
        #expect(words("#\"a \\(b) \\#(c)\"# d") == ["c", "d"])
    }

    @Test("lines are counted through comments and strings")
    func lines() {
        let tokens = SourceLexer("/*\n\n*/ a\n\"\"\"\n x\n \"\"\"\nb").tokens
        #expect(tokens.map(\.line) == [3, 4, 7])
    }

    @Test("a regular expression is told from a division")
    func patterns() {
        func patterns(_ text: String) -> [String] {
            SourceLexer(text).tokens.filter { $0.kind == .pattern }.map(\.text)
        }
        #expect(patterns("let r = /a+b/") == ["/a+b/"])
        #expect(patterns("f(/[\"']/)") == ["/[\"']/"])
        #expect(patterns("let r = #/a/b/#") == ["#/a/b/#"])
        #expect(patterns("let x = a / b / c") == [])
        #expect(patterns("let x = (a)/b/c") == [])
        #expect(patterns("let x = reduce(1, /)") == [])
    }

    @Test("a quote between apostrophes opens no string in C")
    func characters() {
        let tokens = SourceLexer("a = '\"'; b = '\\''; c", hasCharacterLiterals: true).tokens
        #expect(tokens.filter { $0.kind == .word }.map(\.text) == ["a", "b", "c"])
    }

    @Test(
        "text that ends inside a comment or a string ends there", arguments: ["/* a", "\"a", "\"\"\"a", "\"\\(", "`a"])
    func unfinished(_ text: String) {
        #expect(SourceLexer(text).tokens.count <= 1)
    }
}

@Suite("finding functions")
struct FunctionScannerTests {
    private func functions(_ text: String, path: String = "Sources/A/A.swift") -> [FunctionScanner.Function] {
        FunctionScanner.functions(in: SourceFile(path: path, text: text))
    }

    @Test("functions, initialisers, subscripts and computed properties are found with their lines")
    func found() {
        let text = """
            struct A {
                var stored = 1
                var computed: Int {
                    1
                }
                init(_ a: [Int] = { [1] }()) throws(E) { self.a = a }
                static func < (one: A, other: A) -> Bool {
                    "}" == "{"
                }
                subscript(_ i: Int) -> Int {
                    self.init(i)
                }
                deinit { }
            }
            """
        let found = functions(text)
        #expect(found.map(\.name) == ["computed", "init", "<", "subscript", "deinit"])
        #expect(found.map(\.lineCount) == [3, 1, 3, 3, 1])
    }

    @Test("requirements of a protocol have no body")
    func requirements() {
        let text = "protocol P {\n func a() async throws(E) -> Int\n var b: Int { get }\n func c()\n}\nstruct S { }"
        #expect(functions(text).map(\.name) == ["b"])
    }

    @Test("a C function is a block after its parameters")
    func c() {
        let text = "struct a { int b; };\nint f(int c)\n{\n  if (c) { return '}'; }\n  return 0;\n}\n"
        let found = functions(text, path: "Sources/A/a.c")
        #expect(found.map(\.lineCount) == [4])
    }
}

@Suite("reading Package.swift")
struct PackageManifestTests {
    private let manifest = PackageManifest(
        """
        let packages: [Package.Dependency] = [.package(url: "https://example.org/a.git", exact: "1.0.0")]
        let jwtKit: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
        let both: [Target.Dependency] = ["A", jwtKit]
        func ours(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
            .target(name: name, dependencies: dependencies)
        }
        let package = Package(
            name: "x",
            products: [.executable(name: "e", targets: ["e"])],
            targets: [
                .target(name: "C", linkerSettings: [.linkedLibrary("crypto")]),
                ours("A"),
                ours("B", ["A", jwtKit, .product(name: "NIOCore", package: "swift-nio")]),
                // A comment, with a comma.
                .testTarget(name: "BTests", dependencies: both + ["B"], swiftSettings: strict),
            ]
        )
        """)

    @Test("each target is read with its dependencies")
    func targets() {
        #expect(manifest.targets.map(\.name) == ["C", "A", "B", "BTests"])
        #expect(manifest.target(named: "C")?.dependencies == [])
        #expect(manifest.target(named: "B")?.dependencies == ["A", "JWTKit", "NIOCore"])
        #expect(manifest.target(named: "BTests")?.dependencies == ["A", "JWTKit", "B"])
        #expect(manifest.targets.map(\.maker) == ["target", "ours", "ours", "testTarget"])
    }
}
