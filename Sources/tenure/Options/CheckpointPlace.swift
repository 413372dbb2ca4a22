internal import AuditLog
internal import Foundation
internal import TenureAPI
internal import TenureClient

/// Where the largest checkpoint that was seen is kept: beside the token where that is a file, else in the user's folder
/// for state (XDG Base Directory Specification), one for each broker.
enum CheckpointPlace {
    /// Nil where there is no such folder: then nothing is remembered.
    static func file(beside token: TokenSource, of address: String) -> ClientSettings.CheckpointFile? {
        if case .file(let path) = token {
            return .init(path: path + ".checkpoint", nonce: Nonce.make, proves: proves)
        }
        guard let folder = stateFolder else { return nil }
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            return nil
        }
        return .init(path: folder + "/" + name(of: address) + ".checkpoint", nonce: Nonce.make, proves: proves)
    }

    private static var stateFolder: String? {
        if let state = ConnectionOptions.variable("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/tenure" }
        guard let home = ConnectionOptions.variable("HOME"), home.hasPrefix("/") else { return nil }
        return home + "/.local/state/tenure"
    }

    /// `https://broker.example:8443` as the name of a file.
    static func name(of address: String) -> String {
        let rest = address.split(separator: "/").last.map(String.init) ?? address
        return String(
            decoding: rest.utf8.map { byte -> UInt8 in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"):
                    byte
                default: UInt8(ascii: "_")
                }
            }, as: UTF8.self)
    }

    /// RFC 6962, section 2.1.2.
    @Sendable static func proves(_ proof: ConsistencyProofAnswer, older: String, newer: String) -> Bool {
        guard let old = bytes(older), let new = bytes(newer) else { return false }
        var path: [[UInt8]] = []
        for text in proof.hashes {
            guard let hash = bytes(text) else { return false }
            path.append(hash)
        }
        return ConsistencyProof(oldSize: proof.from, newSize: proof.to, path: path)
            .verifies(oldRoot: old, newRoot: new)
    }

    private static func bytes(_ base64: String) -> [UInt8]? { Data(base64Encoded: base64).map { [UInt8]($0) } }
}
