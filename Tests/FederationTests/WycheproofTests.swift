internal import Foundation
internal import TenureAPI
internal import Testing

@testable internal import Federation

/// Vectors of Project Wycheproof, read from beside the project; without that folder the suite is skipped.
///
/// Out of scope are groups with `oct` keys (HS256 and the like: no token of others is verified with a shared secret),
/// PS384, PS512 and P-521, which are not on our list, and vectors whose payload is empty, which are JWS and no JWT.
/// What is out of scope must be refused all the same, valid or not. So must two vectors of RFC 7520 whose key says
/// PS256 and whose token says PS384.
@Suite("Wycheproof", .enabled(if: WycheproofFile.folder != nil, "no ../shared/vectors/wycheproof beside the project"))
struct WycheproofTests {
    private func isVerified(_ vector: WycheproofFile.Vector) async -> Bool {
        do {
            let text = try FederatedTokenText(Array(vector.jws.utf8))
            let header = try HeaderDecoder.decode(text.header)
            guard let key = try await KeySet(vector.set, of: .development).key(header.keyID) else { return false }
            return key.algorithm == header.algorithm && key.signs(text)
        } catch {
            return false
        }
    }

    private func isExpected(_ vector: WycheproofFile.Vector) -> Bool {
        let names = SignatureAlgorithm.allCases.map(\.rawValue)
        guard vector.isValid, vector.algorithms.allSatisfy(names.contains) else { return false }
        return !vector.comment.contains("emptyPayload") && !vector.comment.contains("Figure20")
    }

    @Test("every signature vector has its result")
    func signatures() async throws {
        var verifiedCount = 0
        let vectors = try WycheproofFile.vectors("json_web_signature_test") {
            Array(#"{"keys":[\#($0.jsonText)]}"#.utf8)
        }
        #expect(vectors.count == 401)
        for vector in vectors {
            let isVerified = await isVerified(vector)
            verifiedCount += isVerified ? 1 : 0
            #expect(isVerified == isExpected(vector), "\(vector.number) \(vector.comment)")
        }
        #expect(verifiedCount == 20)
    }

    @Test("every key set vector has its result")
    func keySets() async throws {
        for vector in try WycheproofFile.vectors("json_web_key_test", key: { Array($0.jsonText.utf8) }) {
            #expect(await isVerified(vector) == isExpected(vector), "\(vector.number) \(vector.comment)")
        }
    }

    @Test("T16 the ROCA vector is refused for what it is")
    func roca() throws {
        let weak = try WycheproofFile.vectors("json_web_key_test", key: { Array($0.jsonText.utf8) }).filter {
            $0.comment.contains("Roca")
        }
        #expect(weak.count == 1)
        for vector in weak {
            #expect(throws: KeySetError.weakKey("kid-rsa-roca-sign", .roca)) { try KeySetText(vector.set) }
        }
    }
}

private enum WycheproofFile {
    struct Vector {
        let number: Int64
        let comment: String
        let jws: String
        let isValid: Bool
        let algorithms: [String]
        let set: [UInt8]
    }

    static let folder: URL? = {
        var project = URL(filePath: #filePath)
        for _ in 0..<3 { project.deleteLastPathComponent() }
        let folder = project.deletingLastPathComponent().appending(path: "shared/vectors/wycheproof")
        return FileManager.default.fileExists(atPath: folder.path()) ? folder : nil
    }()

    static func vectors(_ name: String, key: (StrictJSON.Value) -> [UInt8]) throws -> [Vector] {
        let folder = try #require(folder)
        let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name + ".json")))
        let file = try StrictJSON.parse(bytes, limits: .plan)
        var vectors: [Vector] = []
        for group in file["testGroups"]?.elements ?? [] {
            let material = try #require(group["public"] ?? group["private"])
            let algorithms = (material["keys"]?.elements ?? [material]).map { $0["alg"]?.text ?? "none" }
            for test in group["tests"]?.elements ?? [] {
                vectors.append(
                    Vector(
                        number: test["tcId"]?.integer ?? 0, comment: test["comment"]?.text ?? "",
                        jws: try #require(test["jws"]?.text), isValid: test["result"] == .string("valid"),
                        algorithms: algorithms, set: key(material)))
            }
        }
        return vectors
    }
}
